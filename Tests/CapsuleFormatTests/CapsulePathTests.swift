import Testing

@testable import CapsuleFormat

struct CapsulePathTests {
  @Test(arguments: ["a", "bin/hello", ".config/.env", "a b/ü", "...", "a/..b", String(repeating: "n", count: 255)])
  func `a path below the root is taken as it is`(text: String) throws {
    #expect(try CapsulePath(text).text == text)
  }

  @Test(arguments: [
    ("", CapsulePath.Problem.empty), ("/a", .absolute), ("a/../b", .climbs), ("..", .climbs), ("./a", .dot),
    ("a//b", .emptyComponent), ("a/", .emptyComponent), ("a\nb", .controlCharacter), ("a\tb", .controlCharacter),
    ("a\u{0}", .controlCharacter), ("a\u{7f}", .controlCharacter), ("a\u{85}", .controlCharacter),
    (String(repeating: "n", count: 256), .longComponent),
    (String(repeating: "abcdefg/", count: 400) + "a", .tooLong),
    (String(repeating: "a/", count: 100) + "a", .tooDeep),
  ])
  func `any other path is refused and says why`(text: String, problem: CapsulePath.Problem) {
    #expect(throws: problem) { try CapsulePath(text) }
  }

  @Test func `what is not UTF-8 is refused`() {
    #expect(throws: CapsulePath.Problem.notUTF8) { try CapsulePath(bytes: [0x61, 0xFF]) }
  }

  @Test func `paths are compared by their bytes`() throws {
    let composed = try CapsulePath("\u{e9}")
    let decomposed = try CapsulePath("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(try CapsulePath("a-b") < CapsulePath("a/b"))
  }
}
