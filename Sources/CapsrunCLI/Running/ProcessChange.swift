internal import Diagnostics
internal import Supervision

/// A change of processes of something that runs, which is waited for, and told.
struct ProcessChange {
  let output: Output

  /// Does it to what NAME, the first operand, stands for.
  func make(
    _ invocation: Invocation, _ request: ControlRequest
  ) throws(DiagnosticList) -> ExitCode {
    let client = try RunningCapsule.connect(invocation.operands[0])
    let waiting = Waiting(output)
    let processes = try asking(client.name) { () throws(ControlError) in
      try client.change(request) { waiting.tell($0) }
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("name", .string(client.name)), .init("processes", .array(processes.map(\.json))),
          .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result(processes.map(Self.line).joined())
    }
    return .success
  }

  private static func line(_ process: ProcessStatus) -> String {
    printable("\(process.name): \(process.statusWords)\(process.pid.map { ", pid \($0)" } ?? "")") + "\n"
  }
}

/// What a stop waits for, told once for each time that it changes.
final class Waiting {
  private let output: Output
  private var last: [Blocker] = []

  init(_ output: Output) { self.output = output }

  func tell(_ blockers: [Blocker]) {
    guard blockers != last, !blockers.isEmpty else { return }
    last = blockers
    let words = blockers.prefix(5).map { blocker in
      let process = [blocker.pid.map { "pid \($0)" }, blocker.command].compactMap { $0 }.joined(separator: ", ")
      return process.isEmpty ? blocker.process : "\(blocker.process) (\(process))"
    }
    let more = blockers.count > 5 ? " and \(blockers.count - 5) more" : ""
    output.note("waiting for \(printable(words.joined(separator: ", ")))\(more)")
  }
}
