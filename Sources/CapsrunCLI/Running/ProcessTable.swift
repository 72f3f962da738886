internal import Diagnostics
internal import Linux
internal import Supervision

/// The processes of a running capsule as a table for people.
struct ProcessTable {
  /// What rows are sorted by; numbers with the largest first.
  enum Order: String, CaseIterable {
    case name, status, cpu, memory, io, restarts, uptime, pid
  }

  private let processes: [ProcessStatus]
  private let logTrouble: String?

  init(_ processes: [ProcessStatus], logTrouble: String? = nil, by order: Order?) {
    self.logTrouble = logTrouble
    guard let order else {
      self.processes = processes
      return
    }
    // Equal ones stay as they are.
    self.processes = processes.enumerated().sorted { one, other in
      let (first, second) = (Self.key(one.element, order), Self.key(other.element, order))
      return first == second ? one.offset < other.offset : first < second
    }.map(\.element)
  }

  private enum Key: Comparable {
    case text(String)
    /// The largest first, and what is not known last.
    case number(Double)
  }

  private static func key(_ process: ProcessStatus, _ order: Order) -> Key {
    func number(_ value: Int?) -> Key { .number(value.map { -Double($0) } ?? .infinity) }
    return switch order {
    case .name: .text(process.name)
    case .status: .text(process.state.rawValue)
    case .cpu: .number(process.cpuPercent.map { -$0 } ?? .infinity)
    case .memory: number(process.memoryBytes)
    case .io: number(process.readBytes.map { $0 + (process.writtenBytes ?? 0) } ?? process.writtenBytes)
    case .restarts: number(process.restarts + process.manualRestarts)
    case .uptime: number(process.uptimeMilliseconds)
    case .pid: .number(process.pid.map { Double($0) } ?? .infinity)
    }
  }

  /// With a line below for what is not known or not kept, and why.
  func text(isASCII: Bool) -> String {
    var rows = [
      ["NAME", "STATUS", "HEALTH", "PID", "CPU", "MEMORY", "READ", "WRITTEN", "RESTARTS", "UPTIME", "PORTS"]
    ]
    rows += processes.map(\.row)
    if processes.count > 1 { rows.append(total) }
    var text = TextTable.text(rows.map { $0.map { isASCII ? ascii($0) : $0 } })
    for (reason, names) in hidden {
      let line = printable("READ and WRITTEN of \(names.joined(separator: ", ")) are not known: \(reason)")
      text += (isASCII ? ascii(line) : line) + "\n"
    }
    if let logTrouble {
      let line = printable("lines are missing in the logs: \(logTrouble)")
      text += (isASCII ? ascii(line) : line) + "\n"
    }
    return text
  }

  /// The processes whose input and output is not known, by the reason.
  private var hidden: [(String, [String])] {
    var found: [(String, [String])] = []
    for process in processes {
      guard let reason = process.ioHidden else { continue }
      if let index = found.firstIndex(where: { $0.0 == reason }) {
        found[index].1.append(process.name)
      } else {
        found.append((reason, [process.name]))
      }
    }
    return found
  }

  private var total: [String] {
    func sum(_ values: [Int?]) -> String {
      Amounts.bytes(values.contains { $0 != nil } ? values.reduce(0) { $0 + ($1 ?? 0) } : nil)
    }
    let percents = processes.compactMap(\.cpuPercent)
    let count = processes.filter { $0.pid != nil }.count
    return [
      "\(processes.count) in all", "\(count) running", "", "",
      Amounts.percent(percents.isEmpty ? nil : percents.reduce(0, +)), sum(processes.map(\.memoryBytes)),
      sum(processes.map(\.readBytes)), sum(processes.map(\.writtenBytes)),
      "\(processes.reduce(0) { $0 + $1.restarts })", "", "",
    ]
  }
}

extension ProcessStatus {
  fileprivate var row: [String] {
    [
      name, statusWords, health == .unprobed ? "-" : health.rawValue, pid.map { "\($0)" } ?? "-",
      Amounts.percent(cpuPercent), Amounts.bytes(memoryBytes), Amounts.bytes(readBytes), Amounts.bytes(writtenBytes),
      manualRestarts == 0 ? "\(restarts)" : "\(restarts) (+\(manualRestarts) by hand)",
      uptimeMilliseconds.map { Amounts.time(milliseconds: $0) } ?? "-",
      ports.isEmpty ? "-" : ports.map { "\($0)" }.joined(separator: ","),
    ]
  }

  /// `failed: its starts are used up (exit 3)`, `backoff 3/10, next in 4.2 s (SIGSEGV)`, `blocked by db`.
  var statusWords: String {
    var words = state.rawValue
    switch state {
    case .disabled where ending == .killed(signal: Signal.kill.rawValue): words = "killed"
    case .disabled where ending != nil: words = "stopped"
    case .blocked:
      if let blockedBy { words += " by \(blockedBy)" }
    case .backoff:
      if let backoff {
        words += " \(backoff.attempt)/\(backoff.limit), next in \(Amounts.time(milliseconds: backoff.milliseconds))"
      }
    case .pending, .starting, .running, .ready, .unhealthy, .stopping, .completed, .failed, .disabled: break
    }
    if let reason, reason != words { words += ": \(reason)" }
    let tellsEnding = [.completed, .failed, .disabled, .backoff].contains(state)
    if tellsEnding, let ending { words += " (\(ending.words))" }
    return words
  }
}

/// Amounts in few characters; `-` for what is not known.
enum Amounts {
  static func bytes(_ count: Int?) -> String { count.map { ByteText($0).description } ?? "-" }

  static func percent(_ percent: Double?) -> String {
    guard let percent, percent.isFinite, abs(percent) < 1e9 else { return "-" }
    let tenths = Int((percent * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10)) %"
  }

  /// `4.2 s`, `1 min 5 s`, `3 h 20 min`, `2 d 4 h`.
  static func time(milliseconds: Int) -> String {
    let seconds = milliseconds / 1000
    if seconds < 10 { return "\(seconds).\(milliseconds % 1000 / 100) s" }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    if seconds < 86400 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
    return "\(seconds / 86400) d \(seconds / 3600 % 24) h"
  }
}

/// A text with everything that is not ASCII escaped.
func ascii(_ text: String) -> String {
  var result = ""
  for scalar in printable(text).unicodeScalars {
    result += scalar.isASCII ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
  }
  return result
}
