internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Supervision

/// The supervisor of the next version, as whoever has made it sees it.
struct NextVersion {
  let supervisor: MadeSupervisor
  /// What it runs under until it takes the other name over.
  let name: String
  let capsule: String

  /// Throws when it fails, or is not ready in time.
  func waitUntilReady(milliseconds: Int) throws(DiagnosticList) {
    var polling = PollSet()
    let news = supervisor.watch(in: &polling)
    let timer = try reporting(Self.waiting) { () throws(SysError) in
      let timer = try Timer()
      try timer.set(milliseconds: UInt64(milliseconds))
      return timer
    }
    let end = timer.watch(in: &polling)
    while true {
      do throws(SysError) { try polling.wait() } catch { throw DiagnosticList([error.diagnostic(doing: Self.waiting)]) }
      if polling.isReady(news) {
        if case .isUp = try supervisor.hear(name) { return }
      } else if polling.isReady(end) {
        throw DiagnosticList(late(milliseconds))
      }
    }
  }

  private static let waiting = "wait for the supervisor"

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
