import Testing

@testable import ManifestFormat

@Suite struct MigrationWordTests {
  @Test(
    arguments: [
      (#"a b  c"#, ["a", "b", "c"]), (#"a 'b c' "d e""#, ["a", "b c", "d e"]), (#"a"b"'c'd"#, ["abcd"]),
      (#"a\ b \'"#, ["a b", "'"]), (#""a\"b\\c\d""#, [#"a"b\c\d"#]), (#"'a\b'"#, [#"a\b"#]), ("''", [""]), ("", []),
      (#""open"#, nil), (#"end\"#, nil), (#"'a"b'"#, [#"a"b"#]),
    ] as [(String, [String]?)])
  func `words are split as a POSIX shell does`(line: String, words: [String]?) {
    #expect(ShellWords.split(line) == words)
  }

  @Test(arguments: [
    ("bin/web --port 80", false), ("bin/web '$x'", false), (#"bin/web \$x"#, false), ("A=1 bin/web", false),
    ("bin/web $PORT", true), (#"bin/web "$PORT""#, true), ("a | b", true), ("a && b", true), ("a; b", true),
    ("a > b", true), ("a *.txt", true), ("~/a", true), ("cd a", true), ("exec a", true), ("a 'open", true),
    ("A=1", true), ("a `b`", true), ("a # b", true), ("! a", true),
  ])
  func `a line needs a shell when only a shell does what it says`(line: String, needed: Bool) {
    #expect(ShellWords.needsShell(line) == needed)
  }

  @Test(arguments: ["a", "a b", "it's", "", "$x", "a\nb", "*", "'", "é"])
  func `a quoted word comes back as one word`(word: String) {
    #expect(ShellWords.split(ShellWords.quote(word)) == [word])
    #expect(!ShellWords.needsShell("x " + ShellWords.quote(word)))
  }

  @Test(
    arguments: [
      (#"a "b c" 'd e'"#, ["a", "b c", "d e"]), (#"a\x41\101\s\t"#, ["aAA \t"]), (#"'it\'s'"#, ["it's"]),
      (#"\u00e9"#, ["é"]), (#"\U0001F600"#, ["😀"]), (#""""#, [""]), (#"\q"#, nil), (#"\x4"#, nil), (#"\x00"#, nil),
      (#"'open"#, nil), (#"\"#, nil), (#"\x+1"#, nil),
    ] as [(String, [String]?)])
  func `words are split as systemd does`(line: String, words: [String]?) {
    #expect(SystemdWords.split(line) == words)
  }

  @Test(arguments: [
    ("a $B", "a $B"), ("a ${B}", #"a "${B}""#), ("a x${B}y", #"a x"${B}"y"#), ("a $$B", "a '$B'"),
    ("a 5$", "a '5$'"), ("a x$B", "a 'x$B'"), ("a ${1}", "a '${1}'"), (#"a \;"#, "a ';'"), ("a ''", "a ''"),
  ])
  func `variables of systemd become those of a shell`(line: String, shell: String) throws {
    let words = try #require(SystemdWords.commandWords(line))
    #expect(words.map(\.shellText).joined(separator: " ") == shell)
  }

  @Test(arguments: [("50%%", "50%", false), ("%i", "%i", true), ("100%", "100%", false), ("%%i", "%i", false)])
  func `specifiers of systemd are seen`(text: String, plain: String, isSpecial: Bool) {
    let (result, hasSpecifier) = SystemdWords.withoutSpecifiers(text)
    #expect(result == plain && hasSpecifier == isSpecial)
  }

  @Test(
    arguments: [
      (#"A="1",B=2"#, ["A=1", "B=2"]), (#"A='x, y'"#, ["A=x, y"]), ("A=", ["A="]), ("A=1,\nB=2", ["A=1", "B=2"]),
      ("", []), ("A", nil), (#"A="1"#, nil), ("A=1 2", nil),
    ] as [(String, [String]?)])
  func `variables of supervisord are read`(text: String, expected: [String]?) {
    #expect(SupervisordProgram.assignments(text)?.map { "\($0.0)=\($0.1)" } == expected)
  }

  @Test(arguments: [
    ("a %(program_name)s", "a web", []), ("5%%", "5%", []), ("%(ENV_X)s", "%(ENV_X)s", ["ENV_X"]), ("5%", "5%", []),
    ("%(program_name", "%(program_name", []),
  ])
  func `expansions of supervisord are put in or seen`(text: String, expected: String, unknown: [String]) {
    let result = SupervisordProgram.expand(text, program: "web")
    #expect(result.text == expected && result.unknown == unknown)
  }

  @Test(arguments: [
    ("$$A", "$A", [], []), ("${A:-b}c", "bc", [], ["A"]), ("${A-}", "", [], ["A"]), ("x$A", "x$A", ["A"], []),
    ("${A}", "${A}", ["A"], []), ("${A:?no}", "${A:?no}", ["A:?no"], []), ("5$", "5$", [], []), ("${", "${", [], []),
  ])
  func `variables of Compose are put in or seen`(
    text: String, expected: String, unknown: [String], defaulted: [String]
  ) {
    let result = ComposeVariables.replace(text)
    #expect(result.text == expected && result.unknown == unknown && result.defaulted == defaulted)
  }

  @Test(
    arguments: [
      ("5", 5000), ("1min 30s", 90_000), ("1.5s", 1500), ("2h", 7_200_000), ("100ms", 100), ("infinity", nil),
      ("", nil),
      ("5x", nil), ("-1", nil), ("1.0001ms", nil),
    ] as [(String, Int?)])
  func `durations of systemd are read`(text: String, milliseconds: Int?) {
    #expect(DurationWords.systemd.milliseconds(text) == milliseconds)
  }

  @Test(
    arguments: [("Web_1", "web_1"), ("mail queue", "mail-queue"), ("_x", "x"), ("é", nil), ("", nil), ("a/b", "a-b")]
      as [(String, String?)])
  func `names are spelt as a manifest can`(text: String, name: String?) {
    #expect(NameTable.spelling(of: text) == name)
  }

  @Test func `two names that look alike stay two`() {
    var names = NameTable()
    #expect(
      [names.add("a b"), names.add("a-b"), names.add("A B"), names.add("a b")] == ["a-b", "a-b-2", "a-b-3", "a-b"])
  }
}
