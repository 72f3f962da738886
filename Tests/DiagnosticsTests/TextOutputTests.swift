import Diagnostics
import Testing

@Suite struct TextOutputTests {
  @Test func `an error without a place starts with the program's name`() {
    let diagnostic = Diagnostic("cannot do it", hint: "do something else", exitCode: .failed)
    #expect(diagnostic.text(isColoured: false) == "capsrun: error: cannot do it\n  hint: do something else\n")
  }

  @Test func `an error with a place shows the line and a caret below the column`() {
    let location = SourceLocation(file: "a.yml", line: 3, column: 5, lineText: "\tkey: value")
    let diagnostic = Diagnostic("wrong", at: location, exitCode: .badData)
    #expect(diagnostic.text(isColoured: false) == "a.yml:3:5: error: wrong\n  \tkey: value\n  \t   ^\n")
  }

  @Test func `colour is used only when asked for`() {
    let warning = Diagnostic("careful", severity: .warning, exitCode: .success)
    #expect(warning.text(isColoured: true) == "capsrun: \u{1B}[1;33mwarning\u{1B}[0m: careful\n")
    #expect(!warning.text(isColoured: false).contains("\u{1B}"))
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb", "a\tb"), ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"), ("a\nb", "a\\u{a}b"),
    ("a\u{202E}b", "a\\u{202e}b"), ("ü", "ü"),
  ])
  func `control characters of the input are made visible`(text: String, expected: String) {
    #expect(printable(text) == expected)
  }
}

@Suite struct SuggestionTests {
  @Test(arguments: [("bux", "box"), ("rnu", "run"), ("explian", "explain"), ("Box", "box")])
  func `a near word is suggested`(word: String, expected: String) {
    #expect(suggestion(for: word, among: ["box", "run", "explain"]) == expected)
  }

  @Test(arguments: ["zzz", "explanation", ""])
  func `a word that is near to none gets no suggestion`(word: String) {
    #expect(suggestion(for: word, among: ["box", "run", "explain"]) == nil)
  }
}
