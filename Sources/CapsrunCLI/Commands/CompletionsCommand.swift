internal import Diagnostics

/// `capsrun completions`
enum CompletionsCommand {
  static let command = Command(
    name: "completions", summary: "print what makes a shell complete capsrun's command line",
    description: """
      Prints a script that completes commands, options and values for SHELL: bash, zsh or fish.
      Behind `capsrun box` the command line of the program is completed as it would be alone,
      in bash if the package bash-completion is there.

      Where it belongs, for one user:
        bash  ~/.local/share/bash-completion/completions/capsrun
        zsh   a file _capsrun in a folder of $fpath
        fish  ~/.config/fish/completions/capsrun.fish
      """,
    options: [], operands: .one("SHELL", .words(Shell.allCases.map(\.rawValue))),
    examples: [
      ("capsrun completions bash", "The script for bash; source <(...) tries it at once"),
      ("capsrun completions fish", "The script for fish"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    guard let shell = Shell(rawValue: invocation.operands[0]) else { preconditionFailure("the parser knows the words") }
    let script = shell.script(for: CommandName.groups.flatMap(\.commands))
    let output = Output(isJSON: invocation.has(.json))
    if output.isJSON {
      try output.result(.object([.init("shell", .string(shell.rawValue)), .init("script", .string(script))]))
    } else {
      try output.result(script)
    }
    return .success
  }
}
