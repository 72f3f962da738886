package import Diagnostics
package import Linux

/// Whether a process does what it is there for, as far as a probe looks after it.
package enum ProcessHealth: String, Hashable, Sendable {
  /// Nothing looks after it.
  case unprobed
  /// Nothing has been found yet.
  case unknown
  case healthy, unhealthy
}

/// What is known of one process of a running capsule.
package struct ProcessStatus: Hashable, Sendable {
  package var name: String
  package var state: ProcessState
  package var health = ProcessHealth.unprobed
  package var pid: Int32?
  package var generation = 0
  /// How often its restart rule has started it again, and how often somebody has.
  package var restarts = 0
  package var manualRestarts = 0
  package var uptimeMilliseconds: Int?
  /// How it ended the last time.
  package var ending: Ending?
  /// The process that it waits for.
  package var blockedBy: String?
  /// Why it is in its state, where that is not plain.
  package var reason: String?
  package var backoff: ProcessBackoff?
  /// Of one processor, over all its processes, since it was last asked.
  package var cpuPercent: Double?
  package var memoryBytes: Int?
  package var readBytes: Int?
  package var writtenBytes: Int?
  /// Why what it reads and writes is not known.
  package var ioHidden: String?
  package var processCount: Int?
  /// Those of the host that lead to it.
  package var ports: [Int] = []

  package init(name: String, state: ProcessState) {
    self.name = name
    self.state = state
  }
}

/// How long a process waits until it is started again.
package struct ProcessBackoff: Hashable, Sendable {
  /// How often it has been started again within the window, and how often it may be.
  package var attempt: Int
  package var limit: Int
  package var milliseconds: Int

  package init(attempt: Int, limit: Int, milliseconds: Int) {
    self.attempt = attempt
    self.limit = limit
    self.milliseconds = milliseconds
  }
}

extension ProcessStatus {
  package var json: JSONValue {
    .object([
      .init("name", .string(name)), .init("state", .string(state.rawValue)), .init("health", .string(health.rawValue)),
      .init("pid", JSONValue(pid)), .init("generation", JSONValue(generation)), .init("restarts", JSONValue(restarts)),
      .init("manual_restarts", JSONValue(manualRestarts)), .init("uptime_ms", JSONValue(uptimeMilliseconds)),
      .init("ending", ending?.json ?? .null), .init("blocked_by", JSONValue(blockedBy)),
      .init("reason", JSONValue(reason)), .init("backoff", backoff?.json ?? .null),
      .init("cpu_percent", cpuPercent.map(Self.json) ?? .null), .init("memory_bytes", JSONValue(memoryBytes)),
      .init("read_bytes", JSONValue(readBytes)), .init("written_bytes", JSONValue(writtenBytes)),
      .init("io_hidden", JSONValue(ioHidden)), .init("process_count", JSONValue(processCount)),
      .init("ports", .array(ports.map { JSONValue($0) })),
    ])
  }

  /// With one decimal, as more of it is noise.
  private static func json(_ percent: Double) -> JSONValue {
    guard percent.isFinite, abs(percent) < 1e12 else { return .null }
    let tenths = (percent * 10).rounded() / 10
    return tenths == tenths.rounded() ? .integer(Int64(tenths)) : .number(tenths)
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    let word = try members.neededText("state")
    guard let state = ProcessState(rawValue: word) else { throw JSONMismatch("\(quoted(word)) is no state") }
    self.init(name: try members.neededText("name"), state: state)
    let health = try members.neededText("health")
    guard let known = ProcessHealth(rawValue: health) else { throw JSONMismatch("\(quoted(health)) is no health") }
    self.health = known
    pid = try members.integer("pid")
    generation = try members.integer("generation") ?? 0
    restarts = try members.integer("restarts") ?? 0
    manualRestarts = try members.integer("manual_restarts") ?? 0
    uptimeMilliseconds = try members.integer("uptime_ms")
    if let ending = members.value("ending") { self.ending = try Ending(json: ending) }
    blockedBy = try members.text("blocked_by")
    reason = try members.text("reason")
    if let backoff = members.value("backoff") { self.backoff = try ProcessBackoff(json: backoff) }
    cpuPercent = try members.number("cpu_percent")
    memoryBytes = try members.integer("memory_bytes")
    readBytes = try members.integer("read_bytes")
    writtenBytes = try members.integer("written_bytes")
    ioHidden = try members.text("io_hidden")
    processCount = try members.integer("process_count")
    ports = try members.integers("ports") ?? []
  }
}

extension ProcessBackoff {
  var json: JSONValue {
    .object([
      .init("attempt", JSONValue(attempt)), .init("limit", JSONValue(limit)), .init("next_ms", JSONValue(milliseconds)),
    ])
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    self.init(
      attempt: try members.neededInteger("attempt"), limit: try members.neededInteger("limit"),
      milliseconds: try members.neededInteger("next_ms"))
  }
}

extension Ending {
  /// `exit 1`, or `SIGKILL`.
  package var words: String {
    switch self {
    case .exited(let code): "exit \(code)"
    case .killed(let signal): Signal(rawValue: signal).symbolicName
    }
  }

  /// `{"code", "signal", "words"}`, one of the first two null.
  package var json: JSONValue {
    let (code, signal): (Int32?, Int32?) =
      switch self {
      case .exited(let code): (code, nil)
      case .killed(let signal): (nil, signal)
      }
    return .object([
      .init("code", JSONValue(code)), .init("signal", JSONValue(signal)), .init("words", .string(words)),
    ])
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    if let code: Int32 = try members.integer("code") {
      self = .exited(code: code)
    } else {
      self = .killed(signal: try members.neededInteger("signal"))
    }
  }
}
