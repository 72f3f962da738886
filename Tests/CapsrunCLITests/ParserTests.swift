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
    #expect(throws: Diagnostic.self) { try parse("-- b", .oneAndArguments("DIR", arguments: "A")) }
  }

  @Test func `help needs no operand`() throws {
    #expect(try parse("--help").has(.help))
    #expect(try parse("-h").has(.help))
  }
}

@Suite struct CommandTableTests {
  @Test func `every command is described and has examples that parse`() throws {
    for command in Capsrun.commands {
      #expect(!command.summary.isEmpty && !command.description.isEmpty && !command.examples.isEmpty)
      for example in command.examples {
        let words = example.line.split(separator: " ").map(String.init)
        #expect(words.prefix(2) == ["capsrun", command.name])
        #expect(throws: Never.self, "\(example.line)") { try Parser.parse(words.dropFirst(2), for: command) }
      }
    }
  }

  @Test func `no option is named twice and no help line is too long`() {
    for command in Capsrun.commands {
      #expect(Set(command.allOptions.map(\.name)).count == command.allOptions.count)
      for line in Help.text(for: command).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }
  }
}
