internal import Diagnostics
internal import Linux

/// A supervisor in a process of its own, as whoever has made it sees it.
final class MadeSupervisor {
  /// What it has told of the start.
  private(set) var problems: [Diagnostic] = []
  private let child: ChildProcess
  private let reports: MessageSocket

  private init(_ child: consuming ChildProcess, _ reports: consuming MessageSocket) {
    self.child = child
    self.reports = reports
  }

  var id: CInt { child.id }

  /// Makes the process. In it this does not return: it runs what `run` returns, and ends.
  static func make(_ run: (Starter) -> SupervisorRun) throws(DiagnosticList) -> MadeSupervisor {
    let channel = try reporting("make a supervisor") { () throws(SysError) in try MessageChannel() }
    let child = try reporting("make a supervisor") { () throws(SysError) in try ChildProcess.clone(into: []) }
    guard let child = consume child else { CurrentProcess.exit(run(Starter(channel.childEnd())).detached()) }
    return MadeSupervisor(child, channel.parentEnd())
  }

  /// Waits for what it says next of the start of `name`; nil is nothing of ours. When it has ended, the problems are thrown.
  func hear(_ name: String) throws(DiagnosticList) -> StartReport? {
    let message = try reporting("wait for the supervisor") { () throws(SysError) in try reports.receive() }
    guard let message else {
      throw DiagnosticList(
        problems.isEmpty
          ? [Diagnostic("the supervisor of \(name) ended without a word", exitCode: .failed)] : problems)
    }
    let report = StartReport(message: message)
    if case .problem(let problem) = report { problems.append(problem) }
    return report
  }

  func watch(in polling: inout PollSet) -> PollSet.Entry { reports.watch(in: &polling) }

  /// Asks it to end, in order, and waits until it has.
  func end() throws(SysError) {
    try child.send(.terminate)
    try child.wait()
  }
}
