internal import Diagnostics
internal import Planning

/// `capsrun explain`
enum ExplainCommand {
  static let command = Command(
    name: "explain", summary: "show what a capsule may do and how that is enforced",
    description: """
      Prints the plan that `capsrun run DIR` would execute: exactly that value, with each
      step of the set-up in order. With --json it is printed as data.
      """,
    options: [], operands: .one("DIR", .folder),
    examples: [
      ("capsrun explain examples/hello", "The plan in words"),
      ("capsrun explain --json examples/hello", "The plan as data"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    var choices = CapsulePlanning.Choices()
    choices.mayLackValues = true
    return try Session(invocation).start(explainOnly: true) { () throws(DiagnosticList) in
      try UnpackedCapsule.open(invocation.operands[0]).request(choices)
    }
  }
}
