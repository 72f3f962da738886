import Diagnostics
import Testing

@testable import CapsrunCLI

@Suite struct CompletionTests {
  private static let commands = CommandName.groups.flatMap(\.commands)
  private static let names = CommandName.allCases.map(\.rawValue) + ["help"]

  /// A line, and all that may stand where it ends.
  static let lines: [(line: String, expected: [String])] = [
    ("capsrun bo", ["box"]), ("capsrun ", names), ("capsrun --v", ["--version"]),
    ("capsrun --json exp", ["explain"]), ("capsrun help vers", ["version"]), ("capsrun nonsense --", []),
    ("capsrun box --rea", ["--read"]), ("capsrun box --ex", ["--explain"]),
    ("capsrun box --read da", ["data", "data.txt"]), ("capsrun box --read=da", ["data", "data.txt"]),
    ("capsrun box --chdir da", ["data"]), ("capsrun box --env CAPSRUN_V", ["CAPSRUN_VISIBLE"]),
    ("capsrun box --env=CAPSRUN_V", ["CAPSRUN_VISIBLE"]),
    ("capsrun run da", ["data", "data.txt"]), ("capsrun run data -- da", ["data", "data.txt"]),
    ("capsrun explain data da", []), ("capsrun explain da", ["data"]),
    ("capsrun check da", ["data", "data.txt"]), ("capsrun check data da", ["data", "data.txt"]),
    ("capsrun completions ", ["bash", "zsh", "fish"]), ("capsrun --json completions z", ["zsh"]),
    ("capsrun completions bash z", []),
    // What to do, and then with what.
    ("capsrun trust ", ["add", "list", "remove", "revoke"]), ("capsrun trust re", ["remove", "revoke"]),
    ("capsrun trust add da", ["data", "data.txt"]), ("capsrun trust add --json da", ["data", "data.txt"]),
    ("capsrun trust add data da", []),
    // Behind the program the line is that of the program, which `--read` is no option of.
    ("capsrun box -- samp", ["sample"]), ("capsrun box samp", ["sample"]),
    ("capsrun box --read da -- samp", ["sample"]),
    ("capsrun box -- sample --al", ["--alpha"]), ("capsrun box sample --al", ["--alpha"]),
    ("capsrun box --chdir=/ sample --al", ["--alpha"]), ("capsrun box sample --re", []),
    ("capsrun box -- sample --re", []),
  ]

  @Test(.needs("bash", "zsh", "fish"), arguments: Shell.allCases) func `each shell completes the same`(shell: Shell)
    throws
  {
    let answers = try CompletingShell(shell: shell, folder: try PlaygroundFolder())
      .answers(to: Self.lines.map(\.line), by: shell.script(for: Self.commands))
    for (line, expected) in Self.lines { #expect(answers[line]?.candidates == Set(expected), "\(line)") }
  }

  @Test(.needs("bash", "zsh", "fish"), arguments: Shell.allCases)
  func `every option of every command is offered`(shell: Shell) throws {
    let lines = Self.commands.map { "capsrun \($0.name) --" }
    let answers = try CompletingShell(shell: shell, folder: try PlaygroundFolder())
      .answers(to: lines, by: shell.script(for: Self.commands))
    for (line, command) in zip(lines, Self.commands) {
      #expect(answers[line]?.candidates == Set(command.allOptions.map { "--" + $0.name }), "\(line)")
    }
  }

  @Test(.needs("zsh", "fish"), arguments: [Shell.zsh, .fish])
  func `commands and options are shown with what they do`(shell: Shell) throws {
    let answers = try CompletingShell(shell: shell, folder: try PlaygroundFolder())
      .answers(to: ["capsrun ", "capsrun box --"], by: shell.script(for: Self.commands))
    let shown = { (line: String, text: String) in answers[line]?.descriptions.contains { $0.hasSuffix(text) } == true }
    for command in Self.commands { #expect(shown("capsrun ", command.summary), "\(command.name)") }
    for option in BoxCommand.command.allOptions { #expect(shown("capsrun box --", option.help), "\(option.name)") }
  }

  @Test(.needs("bash", "zsh"), arguments: [Shell.bash, .zsh])
  func `an option that is given is offered again only if it may be repeated`(shell: Shell) throws {
    let answers = try CompletingShell(shell: shell, folder: try PlaygroundFolder()).answers(
      to: ["capsrun box --explain --e", "capsrun box --env A --e"], by: shell.script(for: Self.commands))
    #expect(answers["capsrun box --explain --e"]?.candidates == ["--env", "--env-file"])
    #expect(answers["capsrun box --env A --e"]?.candidates == ["--env", "--env-file", "--explain"])
  }
}

/// Texts that a shell, or a format, would take for its own.
enum Nasty {
  static let words = [
    "it's", "$HOME", "`id`", "$(id)", "a:b", "100%", "%F{red}", "x\\y", "x\\:y", "[z]", "(z)", "*", "~", "\"q\"", "a;b",
    "a&b", "a|b", "#c", "{a,b}", "<t>", "!e", "=x", "grün", "a b", "$'x'", "\\",
  ]

  static func text(_ marker: String) -> String {
    words.joined(separator: " ") + " $(touch \(marker)) `touch \(marker)`; touch \(marker)\n'\n.TH \"x\"\n.so y"
  }

  static func command(_ marker: String) -> Command {
    Command(
      name: "nasty", summary: text(marker), description: text(marker) + "\n\n 'verbatim\n .so y",
      options: [
        .flag("flag", text(marker)), .value("words", "X[:]'\\\"$", "one of the words", .words(words)),
      ], operands: .many("Y:'`$(touch \(marker))[", .words(words)),
      examples: [(text(marker).split(separator: "\n").joined(), text(marker))],
      run: { _ throws(DiagnosticList) in .success })
  }
}

@Suite struct CompletionQuotingTests {
  @Test(.needs("bash", "zsh", "fish"), arguments: Shell.allCases)
  func `words come out as they stand in the table, and nothing is executed`(shell: Shell) throws {
    let folder = try PlaygroundFolder()
    let command = Nasty.command(folder["marker"])
    let lines = [
      "capsrun nas", "capsrun nasty --", "capsrun nasty --words ", "capsrun nasty --words=", "capsrun nasty ",
    ]
    let answers = try CompletingShell(shell: shell, folder: folder).answers(to: lines, by: shell.script(for: [command]))
    #expect(answers[lines[0]]?.candidates == ["nasty"])
    #expect(answers[lines[1]]?.candidates == ["--flag", "--words", "--json", "--user", "--help"])
    #expect(answers[lines[2]]?.candidates == Set(Nasty.words))
    #expect(answers[lines[3]]?.candidates == Set(Nasty.words))
    #expect(answers[lines[4]]?.candidates == Set(Nasty.words))
    if shell != .bash {
      for line in lines.prefix(2) {
        let text = inOneLine(command.summary)
        #expect(
          answers[line]?.descriptions.contains { $0.hasSuffix(text) } == true, "\(answers[line]?.descriptions ?? [])")
      }
    }
    #expect(
      try folder.run(["ls"]).split(separator: "\n").sorted() == ["answers", "bin", "data", "data.txt", "script", "zsh"])
  }
}
