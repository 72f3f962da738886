internal import CapsuleFormat
internal import Diagnostics
internal import Supervision

/// `capsrun history`
enum HistoryCommand {
  static let command = Command(
    name: "history", summary: "show how processes of a running capsule ended before",
    description: """
      Shows the last starts and ends of each PROC of NAME, or of all without one, the oldest first: since
      when it ran, how long, and how it ended.
      """,
    options: [], operands: .series(["NAME"], then: "PROC"),
    examples: [
      ("capsrun history hello web", "Why it was started again"), ("capsrun history hello --json", "For a program"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let client = try RunningCapsule.connect(invocation.operands[0])
    let wanted = invocation.operands.dropFirst()
    let lives = try asking(client.name) { () throws(ControlError) in
      try client.setPatience(milliseconds: RunningCapsule.patience)
      guard !wanted.isEmpty else { return try client.history(of: nil) }
      var lives: [ProcessLife] = []
      for process in wanted { lives += try client.history(of: process) }
      return lives
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("name", .string(client.name)), .init("history", .array(lives.map(\.json))),
          .init("exit_code", .integer(0)),
        ]))
    } else if lives.isEmpty {
      output.note("nothing has been started yet")
    } else {
      try output.result(TextTable.text([["PROCESS", "GENERATION", "STARTED", "RAN", "ENDED"]] + lives.map(row)))
    }
    return .success
  }

  private static func row(_ life: ProcessLife) -> [String] {
    let ended = life.ended == nil ? "runs" : life.ending?.words ?? "was not started"
    return [
      life.process, "\(life.generation)", UTCTime(life.started / 1000).description,
      life.ended.map { Amounts.time(milliseconds: max(0, $0 - life.started)) } ?? "-",
      ended + (life.reason.map { ": \($0)" } ?? ""),
    ]
  }
}
