internal import Diagnostics
internal import Supervision

/// `capsrun stop`
enum StopCommand {
  static let command = Command(
    name: "stop", summary: "stop a running capsule, or some of its processes",
    description: """
      Stops all processes of NAME, those first that others need last, and ends its supervisor. With
      PROC, stops those alone and leaves the rest running. Each gets the signal of its manifest, and
      after its time SIGKILL with all that it has started. No restart rule follows. Returns when
      nothing of them is left; what it waits for is told after two seconds.
      """,
    options: [], operands: .series(["NAME"], then: "PROC"),
    examples: [
      ("capsrun stop hello", "Stop all of it"), ("capsrun stop hello web", "Stop one process, and leave it stopped"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let processes = Array(invocation.operands.dropFirst())
    if !processes.isEmpty { return try ProcessChange(output: output).make(invocation, .stop(processes: processes)) }
    let client = try RunningCapsule.connect(invocation.operands[0])
    let waiting = Waiting(output)
    try asking(client.name) { () throws(ControlError) in try client.shutDown { waiting.tell($0) } }
    if output.isJSON {
      try output.result(.object([.init("stopped", .string(client.name)), .init("exit_code", .integer(0))]))
    } else {
      try output.result("Stopped: \(client.name)\n")
    }
    return .success
  }
}
