internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun kill`
enum KillCommand {
  private static let all = Option.flag("all", "all processes of it; its supervisor goes on")
  private static let signal = Option.value("signal", "SIGNAL", "another signal than SIGKILL")

  static let command = Command(
    name: "kill", summary: "kill processes of a running capsule with all of theirs",
    description: """
      Sends SIGKILL to all that belongs to each PROC of NAME, however it was started, and returns when
      nothing of it is left. No restart rule follows. With --all, that is done to every process, and the
      supervisor still answers: capsrun restart begins anew.
      """,
    options: [all, signal], operands: .series(["NAME"], then: "PROC"),
    examples: [
      ("capsrun kill hello web", "Kill one process, and leave it so"), ("capsrun kill hello --all", "Kill all of them"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let processes = Array(invocation.operands.dropFirst())
    guard processes.isEmpty == invocation.has(all) else {
      throw DiagnosticList([
        Diagnostic(
          processes.isEmpty ? "PROC is missing" : "--all and the names of processes are given",
          hint: "name the processes, or say --all", exitCode: .usage)
      ])
    }
    let signal = try invocation.value(signal).map(SignalWord.read)
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    return try ProcessChange(output: Output(isJSON: invocation.has(.json))).make(
      invocation,
      .kill(processes: processes.isEmpty ? nil : processes, signal: (signal ?? .kill).rawValue))
  }
}
