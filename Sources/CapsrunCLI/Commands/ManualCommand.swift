internal import Diagnostics

/// `capsrun manual`
enum ManualCommand {
  static let command = Command(
    name: "manual", summary: "print the manual page",
    description: """
      Prints the manual page capsrun(1), which has all commands, options, exit codes, variables
      and files, as man reads it: `capsrun manual | man -l -`.
      """,
    options: [], operands: .none, examples: [("capsrun manual", "The page, for man -l or a package")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let output = Output(isJSON: invocation.has(.json))
    let page = ManualPage.text(for: CommandName.groups)
    if output.isJSON {
      try output.result(.object([.init("page", .string(page))]))
    } else {
      try output.result(page)
    }
    return .success
  }
}
