internal import Diagnostics
internal import Supervision

/// `capsrun restart`
enum RestartCommand {
  static let command = Command(
    name: "restart", summary: "stop processes of a running capsule, and start them again",
    description: """
      Stops each PROC of NAME, or all without one, as capsrun stop does, and starts it again with the same
      definition; one that had ended or was stopped is started as well. This counts as a restart by hand,
      and begins the waits and counts of the restart rule anew.
      """,
    options: [], operands: .series(["NAME"], then: "PROC"),
    examples: [
      ("capsrun restart hello web", "Restart one process"), ("capsrun restart hello", "Restart all of them"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let processes = Array(invocation.operands.dropFirst())
    return try ProcessChange(output: Output(isJSON: invocation.has(.json))).make(
      invocation, .restart(processes: processes.isEmpty ? nil : processes))
  }
}
