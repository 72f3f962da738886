import Testing

@testable import PythonPackaging

struct SpecifierTests {
  @Test(arguments: [
    // The compatible release of PEP 440, and its equivalents there.
    (
      "~=1.4.2", ["1.4.2", "1.4.3", "1.4.99", "1.4.2.post1", "1.4.10rc1"],
      ["1.4.1", "1.4.2rc1", "1.5", "1.5.dev1", "2.0"]
    ),
    ("~=2.2", ["2.2", "2.3", "2.99.1", "2.2.post3"], ["2.1", "3.0", "2.2rc1", "3.0.dev1"]),
    ("~=2.2.0", ["2.2", "2.2.0", "2.2.7"], ["2.3", "2.1.9"]),
    ("~=2.2.post3", ["2.2.post3", "2.3", "2.2.post4"], ["2.2", "2.2.post2", "3.0"]),
    ("~=1.4.5a4", ["1.4.5a4", "1.4.5", "1.4.9"], ["1.4.5a3", "1.5"]),
    ("~=1.4.5.0", ["1.4.5", "1.4.5.9"], ["1.4.6"]),
    ("~=1!2.2", ["1!2.2", "1!2.9"], ["2.2", "2!2.2"]),
    // Equality.
    ("==1.1", ["1.1", "1.1.0", "1.1+local", "v1.1"], ["1.1.post1", "1.1a1", "1.1.dev1", "1.1.1"]),
    ("==1.1.post1", ["1.1.post1", "1.1-1"], ["1.1", "1.1.post2"]),
    ("==1.1.*", ["1.1", "1.1.post1", "1.1.5", "1.1a1", "1.1.dev1", "1.1+x"], ["1.2", "1.10", "1", "1!1.1"]),
    ("==1.0.*", ["1", "1.0.7"], ["1.1"]),
    ("==1.1+local", ["1.1+local", "1.1.0+LOCAL"], ["1.1", "1.1+other"]),
    ("!=1.1", ["1.1.post1", "1.2"], ["1.1", "1.1.0", "1.1+local"]),
    ("!=1.1.*", ["1.2", "1.0"], ["1.1", "1.1.post1", "1.1a1"]),
    // Order.
    (">=1.7", ["1.7", "1.7.0", "1.7+x", "1.7.post1", "2"], ["1.6", "1.7rc1", "1.7.dev1"]),
    ("<=1.7", ["1.7", "1.7+x", "1.7rc1", "1.6"], ["1.7.post1", "1.7.1"]),
    (">1.7", ["1.7.1", "1.8.dev1"], ["1.7", "1.7.0.post1", "1.7+local", "1.6"]),
    (">1.7.post2", ["1.7.1", "1.7.0.post3"], ["1.7.0", "1.7.post2", "1.7.post1"]),
    ("<1.7", ["1.6", "1.6.post9"], ["1.7", "1.7rc1", "1.7.dev0", "1.7a1+x"]),
    ("<1.7rc2", ["1.7rc1", "1.7.dev0", "1.6"], ["1.7rc2", "1.7"]),
    ("<1.7.post1", ["1.7", "1.7rc1"], ["1.7.post1", "1.7.post1.dev1"]),
    (">=1!0", ["1!0", "1!1"], ["2024.1"]),
    // Identity is of texts.
    ("===1.0", ["1.0"], ["1.0.0", "1"]),
    ("===1.0+Downstream1", ["1.0+downstream1"], ["1.0"]),
    // Several hold together.
    (">= 1.4 , < 2, !=1.5.1", ["1.4", "1.9"], ["1.5.1", "2", "1.3"]),
    ("", ["0", "1.0rc1"], []),
    ("~=3.1.0, !=3.1.3", ["3.1.0", "3.1.4"], ["3.1.3", "3.2"]),
  ])
  func `a condition means what PEP 440 says`(text: String, inside: [String], outside: [String]) throws {
    let set = try SpecifierSet(text)
    for version in inside { #expect(set.contains(try #require(PackageVersion(version))), "\(version) in \(text)") }
    for version in outside {
      #expect(!set.contains(try #require(PackageVersion(version))), "\(version) not in \(text)")
    }
  }

  @Test(arguments: [
    ("1.0", VersionSpecifier.Problem.noComparison), ("=1.0", .noComparison), ("==", .noVersion("")),
    (">=abc", .noVersion("abc")), ("~=1", .shortCompatible), ("~=1.*", .misplacedWildcard),
    (">=1.0.*", .misplacedWildcard), (">=1.0+local", .misplacedLocal), ("~=1.0+local", .misplacedLocal),
    ("==1.0.*.*", .noVersion("1.0.*.*")), ("==1.0a1.*", .noVersion("1.0a1.*")), ("==1.0+a.*", .noVersion("1.0+a.*")),
    ("===", .emptyIdentity), ("=== a b", .noVersion("a b")), (">=1 <2", .noVersion("1 <2")), ("=>1", .noComparison),
  ])
  func `what is no condition is refused with the reason`(text: String, problem: VersionSpecifier.Problem) {
    #expect(throws: problem) { try SpecifierSet(text) }
  }

  @Test(arguments: [
    (">=1.0", "1.1rc1", false), (">=1.0rc1", "1.1rc1", true), ("==1.1rc1", "1.1rc1", true), (">=1.0", "1.1", true),
    ("", "1.0.dev1", false), ("~=1.0.dev1", "1.1a1", true), ("!=1.0a1,>=0.9", "1.0b1", false),
    ("===1.0rc1", "1.0rc1", true),
    (">1.0rc1", "1.0rc2", false),
  ])
  func `a pre-release is chosen only where a condition names one`(text: String, version: String, isChosen: Bool) throws
  {
    let set = try SpecifierSet(text)
    let version = try #require(PackageVersion(version))
    #expect(set.contains(version), "what is installed may be a pre-release")
    #expect(set.selects(version) == isChosen)
  }

  @Test(arguments: [
    ("==1.0", true), ("~=1.4.2", true), ("===x", true), ("==1.*", true), (">=1,<2", false), ("", false), ("!=1", false),
  ])
  func `equality and compatibility pin a version`(text: String, isPinned: Bool) throws {
    #expect(try SpecifierSet(text).isPinned == isPinned)
  }
}
