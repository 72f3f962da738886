internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun attach`
enum AttachCommand {
  static let command = Command(
    name: "attach", summary: "show what a running process writes, until it ends",
    description: """
      Shows what the process PROC of NAME writes from now on, or that of its only process: its
      standard output on standard output, its standard error on standard error, each line as
      it is written. Ends when the process has ended and is not started again, with its exit code. Ctrl-C
      ends the showing alone. What is typed goes nowhere: capsrun exec runs a command with a
      standard input beside it.
      """,
    options: [], operands: .one("NAME[/PROC]"),
    examples: [("capsrun attach hello/web", "See what it writes, and wait for its end")],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let (word, process) = splitOnce(invocation.operands[0], at: UInt8(ascii: "/"))
    let client = try RunningCapsule.connect(word)
    try asking(client.name) { () throws(ControlError) in
      try client.setPatience(milliseconds: RunningCapsule.patience)
    }
    let status = try asking(client.name) { () throws(ControlError) in try client.status() }
    let name: String
    if let process { name = try known(process, in: status) } else { name = try only(of: status) }
    let logs = try LogSource.folder(of: client.name)
    let reader = try logs.reader(LogQuery(processes: [name], tail: 0))
    return try AttachedProcess(name: name, reader: reader).follow(client)
  }

  private static func known(_ name: String, in status: CapsuleStatus) throws(DiagnosticList) -> String {
    let names = status.processes.map(\.name)
    guard !names.contains(name) else { return name }
    let near = suggestion(for: name, among: names)
    throw DiagnosticList([
      Diagnostic(
        "\(status.name) has no process \(quoted(name))",
        hint: near.map { "did you mean \(status.name)/\($0)?" } ?? "capsrun ps \(status.name) shows them",
        exitCode: .usage)
    ])
  }

  private static func only(of status: CapsuleStatus) throws(DiagnosticList) -> String {
    if status.processes.count == 1 { return status.processes[0].name }
    throw DiagnosticList([
      Diagnostic(
        "\(status.name) has \(status.processes.count) processes",
        hint: "name one: capsrun attach \(status.name)/\(status.processes.first?.name ?? "PROC")", exitCode: .usage)
    ])
  }
}

/// A process whose output somebody watches.
private struct AttachedProcess {
  let name: String
  let reader: LogReader

  /// Until it has ended for good, or its supervisor has.
  func follow(_ client: borrowing ControlClient) throws(DiagnosticList) -> ExitCode {
    let watch = try reading { () throws(SysError) in try reader.watch() }
    while true {
      // Asked first: what it wrote before its end is there when it is looked for afterwards.
      let ending = try ending(client)
      try showWhatIsThere()
      switch ending {
      case .goesOn: try reading { () throws(SysError) in try watch.wait(milliseconds: 500) }
      case .ended(let code):
        // Its end may be known a moment before its last words are kept, and a longer one where the machine has much to do.
        for _ in 0..<3 {
          try reading { () throws(SysError) in try watch.wait(milliseconds: 100) }
          try showWhatIsThere()
        }
        return code
      }
    }
  }

  private enum Look {
    case goesOn
    case ended(ExitCode)
  }

  private func ending(_ client: borrowing ControlClient) throws(DiagnosticList) -> Look {
    let status: CapsuleStatus
    do throws(ControlError) {
      status = try client.status()
    } catch .ended {
      return .ended(.success)
    } catch {
      throw DiagnosticList([error.diagnostic(of: client.name)])
    }
    guard let process = status.processes.first(where: { $0.name == name }) else { return .ended(.success) }
    switch process.state {
    case .completed, .failed, .disabled: return .ended(ExitCode(rawValue: process.ending?.exitCode ?? 0))
    case .pending, .blocked, .starting, .running, .ready, .unhealthy, .stopping, .backoff: return .goesOn
    }
  }

  private func showWhatIsThere() throws(DiagnosticList) {
    try reading { () throws(SysError) in try reader.lookAgain() }
    while let record = try reading({ () throws(SysError) in try reader.next() }) { try show(record) }
  }

  private func show(_ record: LogRecord) throws(DiagnosticList) {
    let stream: StandardStream = record.stream == .output ? .output : .error
    let text: String
    switch record.content {
    // Nothing that a program writes may steer the caller's terminal.
    case .line(let line, let isPartial): text = (stream.isTerminal ? printable(line) : line) + (isPartial ? "" : "\n")
    case .dropped(let count, _): text = "(\(count) lines are missing here)\n"
    }
    try reporting("show what it writes") { () throws(SysError) in try stream.write(text) }
  }

  private func reading<Result: ~Copyable>(
    _ body: () throws(SysError) -> Result
  ) throws(DiagnosticList) -> Result {
    try reporting("read the logs", body)
  }
}
