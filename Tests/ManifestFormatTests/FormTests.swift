import Testing

@testable import ManifestFormat

@Suite struct FormTests {
  @Test(arguments: [
    ("", Scalar.Kind.null), ("~", .null), ("null", .null), ("true", .bool), ("False", .bool), ("yes", .string),
    ("0", .integer), ("-12", .integer), ("+3", .integer), ("0x1F", .integer), ("0o17", .integer), ("0x", .string),
    ("1.5", .float), ("1.", .float), (".5", .float), ("1e3", .float), ("1e", .string), (".inf", .float), ("-", .string),
    ("-.", .string), ("+.5e-07", .float), ("1e+", .string), ("e3", .string),
    ("0xfG", .string), ("0xFa", .integer), ("0o78", .string), ("0o7", .integer), ("-0x1", .string),
    ("\u{FF15}", .string),
    ("1\u{301}", .string), ("falsey", .string),
    (".", .string), ("1.2.3", .string), ("1_000", .string), ("12:30", .string), ("a", .string),
  ])
  func `plain YAML scalars are what the core schema of YAML 1.2 says`(text: String, kind: Scalar.Kind) {
    #expect(YAMLCoreSchema.kind(of: text) == kind)
  }

  @Test(arguments: [
    ("1.2.3", true), ("0.0.0", true), ("1.2.3-rc.1", true), ("1.2.3-0a", true), ("1.2.3+001", true), ("1.2", false),
    ("1.2.3.4", false), ("01.2.3", false), ("1.2.3-01", false), ("1.2.3-", false), ("1.2.3+", false), ("v1.2.3", false),
    ("1.2.3-a..b", false), ("", false),
  ])
  func `versions are those of SemVer`(text: String, isVersion: Bool) {
    #expect(Names.isSemanticVersion(text) == isVersion)
  }

  @Test(arguments: [
    ("a", true), ("0", true), ("a.b_c-d", true), ("", false), ("-a", false), (".a", false), ("A", false),
    ("a b", false),
    ("ä", false), (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false), ("a/b", false),
  ])
  func `names are short, lower case and safe in paths`(text: String, isName: Bool) {
    #expect(Names.isName(text) == isName)
  }
}

@Suite struct AbsolutePathTests {
  @Test(arguments: [
    ("/", "/"), ("/a", "/a"), ("//a//b/", "/a/b"), ("/a/./b", "/a/b"), ("/a b", "/a b"), ("/...", "/..."),
  ])
  func `a path is brought into its one form`(text: String, expected: String) throws {
    #expect(try AbsolutePath(text).description == expected)
  }

  @Test(arguments: [
    ("", AbsolutePath.Problem.empty), ("a", .relative), ("./a", .relative), ("/a/../b", .climbs), ("/..", .climbs),
    ("/a\nb", .controlCharacter), ("/a\u{0}b", .controlCharacter),
    ("/" + String(repeating: "a", count: 4096), .tooLong),
  ])
  func `what is no path is refused`(text: String, problem: AbsolutePath.Problem) {
    #expect(throws: problem) { try AbsolutePath(text) }
  }

  @Test(arguments: [
    ("x", "/a/b/x"), (".", "/a/b"), ("..", "/a"), ("../../../..", "/"), ("/c/../d", "/d"), ("x/../y", "/a/b/y"),
  ])
  func `a caller's path may be relative and may climb`(text: String, expected: String) throws {
    #expect(try AbsolutePath(text, from: try AbsolutePath("/a/b")).description == expected)
  }

  @Test(arguments: [
    ("/a", "/a", true), ("/a/b", "/a", true), ("/ab", "/a", false), ("/", "/a", false), ("/x", "/", true),
  ])
  func `being inside goes by whole components`(path: String, folder: String, isInside: Bool) throws {
    #expect(try AbsolutePath(path).isInside(try AbsolutePath(folder)) == isInside)
  }
}
