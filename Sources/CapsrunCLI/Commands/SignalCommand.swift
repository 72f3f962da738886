internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun signal`
enum SignalCommand {
  static let command = Command(
    name: "signal", summary: "send a signal to a process of a running capsule",
    description: """
      Sends SIGNAL, by its name or number, to the first process of PROC, and to nothing that this has
      started. If it ends of it, its restart rule follows.
      """,
    options: [], operands: .series(["NAME", "PROC", "SIGNAL"], then: nil),
    examples: [("capsrun signal hello web HUP", "Let it read its settings anew")],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let signal = try SignalWord.read(invocation.operands[2])
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    return try ProcessChange(output: Output(isJSON: invocation.has(.json))).make(
      invocation, .signal(process: invocation.operands[1], number: signal.rawValue))
  }
}
