package import Linux

/// The service manager that has started the supervisor, where it asks to be told how that gets along, as systemd does of a
/// `Type=notify` service. sd_notify(3)
///
/// What it cannot be told is no reason to stop anything: it has its own.
package final class ServiceManager {
  private let socket: ServiceManagerSocket
  /// Half the time after which silence counts as failure, in milliseconds; nil where nobody counts.
  private let interval: UInt64?
  private var moments: Moments?
  /// Told as soon as somebody takes it.
  private var waiting: [[String]] = []
  private var isTryingAgain = false
  private var lastStatus = ""
  private var isStopping = false
  private var isReady = false

  /// Nil where nobody asks to be told.
  package init?(environment environmentValue: (String) -> String?, process: CInt = CurrentProcess.id) {
    guard let address = environmentValue("NOTIFY_SOCKET"), let socket = ServiceManagerSocket(address: address) else {
      return nil
    }
    self.socket = socket
    interval = Self.interval(environmentValue, process)
  }

  private static func interval(_ environmentValue: (String) -> String?, _ process: CInt) -> UInt64? {
    guard let text = environmentValue("WATCHDOG_USEC"), let microseconds = UInt64(text), microseconds > 0 else {
      return nil
    }
    // It may be meant for somebody else, from whom this process has inherited it.
    if let id = environmentValue("WATCHDOG_PID"), CInt(id) != process { return nil }
    return max(1, microseconds / 2000)
  }

  /// Tells it for the first time; throws when that cannot be done.
  package func begin() throws(SysError) {
    lastStatus = "starting"
    if try !socket.send(["STATUS=starting"]) { lastStatus = "" }
  }

  /// From now on it hears that the supervisor's loop turns, if it wants to.
  func begin(_ moments: Moments) throws(SysError) {
    self.moments = moments
    try beat()
  }

  private func beat() throws(SysError) {
    guard let moments, let interval else { return }
    try tell(["WATCHDOG=1"])
    try moments.after(interval) { [unowned self] () throws(SysError) in try beat() }
  }

  /// The start has come as far as was asked for.
  package func becomeReady() throws(SysError) {
    guard !isReady, !isStopping else { return }
    isReady = true
    try tell(["READY=1", "MAINPID=\(CurrentProcess.id)"])
  }

  func show(_ status: String) throws(SysError) {
    guard status != lastStatus, !isStopping else { return }
    lastStatus = status
    try tell(["STATUS=" + status])
  }

  func beginStopping() throws(SysError) {
    guard !isStopping else { return }
    isStopping = true
    try tell(["STOPPING=1", "STATUS=stopping"])
  }

  private func tell(_ lines: [String]) throws(SysError) {
    // Of what it could not be told, only the last matters, but for what it waits for.
    if waiting.count >= Self.mostWaiting { waiting.removeAll { $0 == ["WATCHDOG=1"] || $0[0].hasPrefix("STATUS=") } }
    waiting.append(lines)
    try tellWhatWaits()
  }

  private func tellWhatWaits() throws(SysError) {
    do throws(SysError) {
      while let next = waiting.first, try socket.send(next) { waiting.removeFirst() }
    } catch {
      // It has gone.
      waiting = []
    }
    guard !waiting.isEmpty, !isTryingAgain, let moments else { return }
    isTryingAgain = true
    try moments.after(Self.patience) { [unowned self] () throws(SysError) in
      isTryingAgain = false
      try tellWhatWaits()
    }
  }

  private static let mostWaiting = 16
  private static let patience: UInt64 = 50
}

extension Supervisor {
  /// In words how many of its processes run, and which have failed.
  var words: String {
    var running = 0
    var failed: [String] = []
    for process in lives.indices {
      switch machine.status(of: process).state {
      case .running, .ready, .unhealthy: running += 1
      case .failed: failed.append(capsule.graph.nodes[process].name)
      case .pending, .blocked, .starting, .stopping, .backoff, .completed, .disabled: continue
      }
    }
    let count = "\(running) of \(lives.count) process\(lives.count == 1 ? "" : "es") running"
    guard !failed.isEmpty else { return count }
    return count + ", failed: " + failed.prefix(5).joined(separator: ", ") + (failed.count > 5 ? ", …" : "")
  }
}
