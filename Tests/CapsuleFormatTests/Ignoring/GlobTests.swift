import Testing

@testable import CapsuleFormat

struct GlobTests {
  /// Patterns that a matcher which tries one way after the other follows for ages, with texts that nearly match.
  static let hostile: [(pattern: String, text: String)] = [
    (String(repeating: "*a", count: 60) + "[b]", String(repeating: "a", count: 200)),
    (String(repeating: "a*", count: 60) + "[b]", String(repeating: "a", count: 200)),
    (String(repeating: "**/a/", count: 40) + "[b]", String(repeating: "a/", count: 120) + "a"),
    (String(repeating: "**/*a*/", count: 40) + "[b]", String(repeating: "aa/", count: 120) + "a"),
    (String(repeating: "?*", count: 80) + "[b]", String(repeating: "a", count: 250)),
    (String(repeating: "**/", count: 500) + "*a*a*a*a*[b]", String(repeating: "a/", count: 200) + "aaaaaaaaaa"),
    (String(repeating: "[a-c]*", count: 80) + "[d]", String(repeating: "abc", count: 80)),
  ]

  @Test(arguments: hostile)
  func `the work is bounded by the product of both lengths`(pattern: String, text: String) throws {
    let glob = try #require(Glob(pattern.utf8))
    var run = GlobRun(glob.steps)
    for (index, byte) in text.utf8.enumerated() {
      run.feed(CollectionOfOne(byte))
      // Looked at after each byte, so that work without a bound fails and does not run for ever.
      try #require(run.visits <= glob.steps.count * (index + 1))
    }
    #expect(!run.accepts)
    #expect(run.visits > text.utf8.count, "it was read to its end")
    #expect(!glob.matches(Array(text.utf8)))

    var matching = GlobRun(glob.steps)
    matching.feed((text.dropLast() + String(pattern.dropLast().suffix(1))).utf8)
    #expect(matching.accepts, "the same with the byte that was missing is matched")
  }

  @Test(arguments: [10, 20, 40]) func `the double of both lengths is at most four times the work`(count: Int) throws {
    func visits(_ count: Int) throws -> Int {
      let glob = try #require(Glob((String(repeating: "*a", count: count) + "[b]").utf8))
      var run = GlobRun(glob.steps)
      run.feed(String(repeating: "a", count: 4 * count).utf8)
      return run.visits
    }
    #expect(try visits(2 * count) <= 4 * visits(count))
  }

  @Test func `a pattern is followed no further than a text can reach`() throws {
    let glob = try #require(Glob(String(repeating: "**/", count: 10_000).utf8))
    #expect(glob.steps.count == 3, "folders upon folders are no more than folders")
    #expect(try !#require(Glob((String(repeating: "?", count: 5) + "*").utf8)).matches(Array("aaaa".utf8)))
  }

  @Test(arguments: ["", "a\\", "[a", "[", "[]", "[[:nix:]]", "[a-", "[a\\", "[[:alpha:"])
  func `a pattern that can match nothing is told by that`(pattern: String) {
    #expect(Glob(pattern.utf8) == nil)
  }

  @Test(arguments: [
    ("src/*.py", "src", true), ("src/*.py", "doc", false), ("src/*.py", "src/lib", false),
    ("src/**", "src/lib/a", true),
    ("**/test", "any/where", true), ("a/b/c", "a", true), ("a/b/c", "a/b", true), ("a/b/c", "a/b/c", false),
    ("a/b/c", "b", false), ("*/x", "any", true), ("*/x", "any/any", false), ("a[b]/x", "ab", true),
    ("a[b]/x", "ac", false),
  ])
  func `whether something below a folder may match is known before it is looked into`(
    pattern: String, folder: String, expected: Bool
  ) throws {
    #expect(try #require(Glob(pattern.utf8)).mayMatch(below: folder.utf8) == expected)
  }
}
