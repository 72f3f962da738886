import Testing

@testable import PythonPackaging

struct PackageVersionTests {
  @Test(arguments: [
    ("1.0", "1.0"), (" 1.0\n", "1.0"), ("v1.0", "1.0"), ("1.1RC1", "1.1rc1"), ("00.010", "0.10"), ("1.1.a1", "1.1a1"),
    ("1.1-a1", "1.1a1"), ("1.1_a1", "1.1a1"), ("1.1a.1", "1.1a1"), ("1.1alpha1", "1.1a1"), ("1.1beta2", "1.1b2"),
    ("1.1c3", "1.1rc3"), ("1.1pre4", "1.1rc4"), ("1.1preview5", "1.1rc5"), ("1.2a", "1.2a0"),
    ("1.2.post2", "1.2.post2"),
    ("1.2-post2", "1.2.post2"), ("1.2post2", "1.2.post2"), ("1.2.post-2", "1.2.post2"), ("1.0-r4", "1.0.post4"),
    ("1.0rev4", "1.0.post4"), ("1.2.post", "1.2.post0"), ("1.0-1", "1.0.post1"), ("1.2-dev2", "1.2.dev2"),
    ("1.2dev", "1.2.dev0"), ("1.0+ubuntu-1", "1.0+ubuntu.1"), ("1.0+Foo_007", "1.0+foo.7"), ("1!2.0", "1!2.0"),
    ("0!2.0", "2.0"), ("1.0a1.post2.dev3+x.4", "1.0a1.post2.dev3+x.4"), ("2023.10.18.20231018123456789012345", nil),
    ("1.0a-", "1.0a0"), ("1.0.dev456", "1.0.dev456"),
  ])
  func `a version has one normal form`(text: String, normal: String?) throws {
    #expect(try #require(PackageVersion(text)).description == normal ?? text)
  }

  @Test(arguments: [
    "", "x", "1.", "1..2", "1.0x", "1.0+", "1.0+a..b", "1.0+a+b", "!1.0", "1!", "1.0 a1", "1.0a1b1", "1.0dev1post1",
    "-1",
    "1.0--1", "french toast", "1.0+_x", "١.٠", "1.0é", "v", "vv1", "1.0.*", "1e5",
  ])
  func `what PEP 440 does not know is no version`(text: String) { #expect(PackageVersion(text) == nil) }

  /// The order that PEP 440 shows, and what it says of epochs and local parts.
  static let ascending = [
    "0.9", "1.dev0", "1.0.dev456", "1.0a1.dev1", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456",
    "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
    "1.0+abc.7.0", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.1", "1.0.15", "1.1.dev1", "1.9", "1.10", "1.11",
    "2012.4", "2013.10", "99999999999999999999999", "100000000000000000000000", "1!0.1", "1!1.0", "2!0.dev1",
  ]

  @Test func `versions are ordered as PEP 440 says`() throws {
    let versions = try Self.ascending.map { try #require(PackageVersion($0)) }
    for (index, one) in versions.enumerated() {
      for (otherIndex, other) in versions.enumerated() {
        #expect((one < other) == (index < otherIndex), "\(one) and \(other)")
        #expect((one == other) == (index == otherIndex), "\(one) and \(other)")
      }
    }
  }

  @Test(arguments: [("1.0", "1.0.0"), ("1", "1.0.0.0"), ("1.0a1", "1.0.0-alpha.1"), ("1.0+a-b", "1+a.b"), ("0", "0.0")])
  func `spellings of one version are equal`(one: String, other: String) throws {
    let (one, other) = (try #require(PackageVersion(one)), try #require(PackageVersion(other)))
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(!(one < other) && !(other < one))
  }

  @Test(arguments: [
    ("1.0", false), ("1.0a1", true), ("1.0.dev1", true), ("1.0.post1", false), ("1.0.post1.dev1", true), ("1+a", false),
  ])
  func `alphas, betas, candidates and development releases are pre-releases`(text: String, isOne: Bool) throws {
    #expect(try #require(PackageVersion(text)).isPrerelease == isOne)
  }
}
