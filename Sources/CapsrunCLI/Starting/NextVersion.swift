internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Supervision

/// The supervisor of the next version, as whoever has made it sees it.
final class NextVersion {
  /// What it runs under until it takes the other name over.
  let name: String
  let id: CInt
  private let capsule: String
  private let reports: MessageSocket
  private let child: ChildProcess
  private var hasEnded = false

  init(_ reports: consuming MessageSocket, _ child: consuming ChildProcess, _ name: String, _ capsule: String) {
    self.name = name
    self.capsule = capsule
    id = child.id
    self.reports = reports
    self.child = child
  }

  /// Throws when it fails, or is not ready in time.
  func waitUntilReady(milliseconds: Int) throws(DiagnosticList) {
    var isLate = false
    var hasNews = false
    let failure = Failures()
    let loop = try reporting("wait for the supervisor") { () throws(SysError) in try EventLoop() }
    let timer = try reporting("wait for the supervisor") { () throws(SysError) in
      let timer = try Timer()
      try timer.set(milliseconds: UInt64(milliseconds))
      _ = try loop.watch(timer.keptNumber) { _ throws(SysError) in isLate = true }
      _ = try loop.watch(reports.keptNumber) { _ throws(SysError) in hasNews = true }
      return timer
    }
    defer { withExtendedLifetime(timer) {} }
    while true {
      try reporting("wait for the supervisor") { () throws(SysError) in try loop.turn() }
      if hasNews {
        hasNews = false
        if try hear(failure) { return }
      } else if isLate {
        throw DiagnosticList(late(milliseconds))
      }
    }
  }

  private final class Failures {
    var problems: [Diagnostic] = []
  }

  /// Whether it is ready.
  private func hear(_ failures: Failures) throws(DiagnosticList) -> Bool {
    let message = try reporting("wait for the supervisor") { () throws(SysError) in try reports.receive() }
    guard let message else {
      if failures.problems.isEmpty {
        failures.problems.append(
          Diagnostic("the supervisor of \(name) ended without a word", exitCode: .failed))
      }
      throw DiagnosticList(failures.problems)
    }
    switch StartReport(message: message) {
    case .isUp: return true
    case .problem(let problem): failures.problems.append(problem)
    case .isTaken, nil: break
    }
    return false
  }

  /// Who is waited for, and what they wrote last.
  private func late(_ milliseconds: Int) -> [Diagnostic] {
    let time = TimeSpan.text(.milliseconds(milliseconds))
    var names: [String] = []
    var told: [Diagnostic] = []
    do {
      names = try StartedName.status(of: name)?.processes.filter(\.isLate).map(\.name) ?? []
      let logs = try LogSource.folder(of: name).place
      let lines = try reporting("read its logs") { () throws(SysError) in
        try LogReader.last(lines: 10, of: names, in: logs)
      }
      told = lines.compactMap { SupervisorRun.told($0) }
    } catch {
      // That it is late is known without that.
    }
    let who = names.isEmpty ? "" : "; it waits for \(names.prefix(10).joined(separator: ", "))"
    return told + [
      Diagnostic(
        "the new version of \(capsule) is not ready after \(time)\(printable(who))",
        hint: "--timeout gives it more time", exitCode: .no)
    ]
  }

  /// Asks it to end, in order, and waits until it has.
  func end() throws(SysError) {
    try child.send(.terminate)
    try child.wait()
  }
}

extension ProcessStatus {
  /// Whether it has not come as far as it shall.
  fileprivate var isLate: Bool {
    switch state {
    case .pending, .blocked, .starting, .stopping, .backoff, .unhealthy, .failed: true
    case .running: health != .unprobed
    case .ready, .completed, .disabled: false
    }
  }
}
