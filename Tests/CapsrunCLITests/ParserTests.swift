import Diagnostics
import Testing

@testable import CapsrunCLI

@Suite struct ParserTests {
  private static let flag = Option.flag("flag", "")
  private static let one = Option.value("one", "X", "")
  private static let many = Option.list("many", "X", "")

  private func parse(_ line: String, _ operands: Command.Operands = .program("CMD")) throws -> Invocation {
    let command = Command(
      name: "test", summary: "", description: "", options: [Self.flag, Self.one, Self.many], operands: operands,
      examples: [], run: { _ throws(DiagnosticList) in .success })
    return try Parser.parse(line.split(separator: " ").map(String.init)[...], for: command)
  }

  @Test func `options are read in every form, and the program's own are left alone`() throws {
    let invocation = try parse("--flag --one=1 --many a --many=b cmd --flag -x -- y")
    #expect(invocation.has(Self.flag))
    #expect(invocation.value(Self.one) == "1")
    #expect(invocation.list(Self.many) == ["a", "b"])
    #expect(invocation.operands == ["cmd", "--flag", "-x", "--", "y"])
  }

  @Test func `two dashes end the options`() throws {
    #expect(try parse("-- --flag").operands == ["--flag"])
    #expect(try !parse("-- --flag").has(Self.flag))
    #expect(try parse("x -- --flag y", .oneAndArguments("DIR", arguments: "A")).operands == ["x", "--flag", "y"])
  }

  @Test func `a value may start with a dash or hold an equals sign`() throws {
    #expect(try parse("--one --flag c").value(Self.one) == "--flag")
    #expect(try parse("--one=a=b c").value(Self.one) == "a=b")
  }

  @Test(arguments: [
    ("--flog c", "unknown option \"--flog\"", "did you mean --flag?"),
    ("-f c", "unknown option \"-f\"", "capsrun test --help shows how it is used"),
    ("--flag=1 c", "the option --flag takes no value", "capsrun test --help shows how it is used"),
    ("--one", "the option --one X needs a value", "capsrun test --help shows how it is used"),
    ("--one 1 --one 2 c", "the option --one is given twice", "capsrun test --help shows how it is used"),
    ("--flag", "CMD is missing", "capsrun test --help shows how it is used"),
  ])
  func `a wrong command line is refused with a hint`(line: String, message: String, hint: String) {
    #expect(throws: Diagnostic(message, hint: hint, exitCode: .usage)) { try parse(line) }
  }

  @Test func `operands are counted`() throws {
    #expect(throws: Diagnostic.self) { try parse("a b", .one("DIR")) }
    #expect(throws: Diagnostic.self) { try parse("a", .none) }
    #expect(try parse("a", .one("DIR")).operands == ["a"])
    #expect(throws: Diagnostic.self) { try parse("a b", .oneAndArguments("DIR", arguments: "A")) }
    #expect(throws: Diagnostic.self) { try parse("a b", .optional("DIR")) }
    #expect(try parse("a", .optional("DIR")).operands == ["a"])
    #expect(try parse("", .optional("DIR")).operands.isEmpty)
    #expect(throws: Diagnostic.self) { try parse("-- b", .oneAndArguments("DIR", arguments: "A")) }
  }

  @Test func `help needs no operand`() throws {
    #expect(try parse("--help").has(.help))
    #expect(try parse("-h").has(.help))
  }

  @Test func `the short form of an option is known where the option is`() throws {
    let migrate = MigrateCommand.command
    let parsed = try Parser.parse(["-o", "new", "old"], for: migrate)
    #expect(parsed.options.map(\.name) == ["output"] && parsed.options[0].value == "new" && parsed.operands == ["old"])
    #expect(throws: Diagnostic.self) { try Parser.parse(["-o", "new", "--output=new", "old"], for: migrate) }
    #expect(
      throws: Diagnostic("unknown option \"-o\"", hint: "capsrun test --help shows how it is used", exitCode: .usage)
    ) {
      try parse("-o c")
    }
  }

  private static let word = Option.list("word", "X", "", .words(["text", "json"]))

  private func parse(_ words: [String], _ operands: Command.Operands) throws -> Invocation {
    let command = Command(
      name: "test", summary: "", description: "", options: [Self.word], operands: operands, examples: [],
      run: { _ throws(DiagnosticList) in .success })
    return try Parser.parse(words[...], for: command)
  }

  @Test(arguments: [
    (["--word", "jsno"], "unknown value \"jsno\" of --word", "did you mean json?"),
    (["--word=x"], "unknown value \"x\" of --word", "it is one of: text, json"),
    (["--word="], "unknown value \"\" of --word", "it is one of: text, json"),
    (["--word", "json", "--word", "JSON"], "unknown value \"JSON\" of --word", "did you mean json?"),
  ])
  func `a value that is none of the known words is refused`(words: [String], message: String, hint: String) throws {
    #expect(throws: Diagnostic(message, hint: hint, exitCode: .usage)) { try parse(words, .none) }
    #expect(try parse(["--word", "json", "--word=text"], .none).list(Self.word) == ["json", "text"])
  }

  @Test(arguments: [
    Command.Operands.one("SHELL", .words(["bash", "fish"])), .many("SHELL", .words(["bash", "fish"])),
    .optional("SHELL", .words(["bash", "fish"])),
    .oneAndArguments("SHELL", .words(["bash", "fish"]), arguments: "X"),
  ])
  func `an operand that is none of the known words is refused`(operands: Command.Operands) throws {
    #expect(throws: Diagnostic("unknown value \"bsh\" of SHELL", hint: "did you mean bash?", exitCode: .usage)) {
      try parse(["bsh"], operands)
    }
    #expect(try parse(["fish"], operands).operands == ["fish"])
  }

  @Test func `what to do is one of the words, and with what may follow`() throws {
    let operands = Command.Operands.action(["add", "list"], "FILE", .path)
    #expect(try parse(["add", "x"], operands).operands == ["add", "x"])
    #expect(try parse(["list"], operands).operands == ["list"])
    for (words, message) in [
      ([], "what to do is missing; it is one of: add, list"), (["ad", "x"], "unknown value \"ad\" of capsrun test"),
      (["add", "x", "y"], "unexpected argument \"y\""),
    ] {
      #expect { try parse(words, operands) } throws: { ($0 as? Diagnostic)?.message == message }
    }
  }

  @Test func `operands in a row are each needed, and then as many as there may be`() throws {
    let (fixed, open) = (
      Command.Operands.series(["NAME", "PROC"], then: nil), Command.Operands.series(["NAME"], then: "PROC")
    )
    #expect(try parse(["a", "b"], fixed).operands == ["a", "b"])
    #expect(try parse(["a"], open).operands == ["a"])
    #expect(try parse(["a", "b", "c"], open).operands == ["a", "b", "c"])
    for (words, operands, message) in [
      (["a"], fixed, "PROC is missing"), (["a", "b", "c"], fixed, "unexpected argument \"c\""),
      ([], open, "NAME is missing"),
    ] {
      #expect { try parse(words, operands) } throws: { ($0 as? Diagnostic)?.message == message }
    }
    #expect(fixed.usage == " NAME PROC" && open.usage == " NAME [PROC...]")
  }

  @Test func `what stands behind -- for a program is no known word`() throws {
    let operands = Command.Operands.oneAndArguments("SHELL", .words(["bash"]), arguments: "X")
    #expect(try parse(["bash", "--", "x"], operands).operands == ["bash", "x"])
  }
}
