internal import Diagnostics
internal import ManifestFormat

/// The graph for people, as a part of what is told of each process.
extension ProcessGraph {
  func lines(of process: Int) -> [String] {
    let node = nodes[process]
    var lines: [String] = []
    if !node.dependencies.isEmpty {
      lines.append("  after       " + node.dependencies.map { text(of: $0) }.joined(separator: ", "))
    }
    if let readiness = node.readiness { lines.append("  ready       \(readiness.text)") }
    if node.isOneshot { lines.append("  oneshot     it has come as far as it shall when it has ended well") }
    lines.append("  restart     \(node.restart.text)")
    if let group = node.group {
      let others = nodes.filter { $0.group == group && $0.name != node.name }.map { printable($0.name) }
      if !others.isEmpty { lines.append("  restart     together with \(others.joined(separator: ", "))") }
    }
    lines.append("  stop        \(node.stop.text)")
    lines.append("  logs        \(node.logs.text)")
    return lines
  }

  private func text(of dependency: ProcessDependency) -> String {
    var parts = [dependency.condition.rawValue]
    if let timeout = dependency.timeout { parts.append("within \(span(timeout))") }
    if !dependency.isRequired { parts.append("or without it") }
    return "\(printable(nodes[dependency.process].name)) (\(parts.joined(separator: ", ")))"
  }
}

extension ReadinessProbe {
  fileprivate var text: String {
    var text: String
    switch way {
    case .exec(let command): text = "when \(command.map(quoted).joined(separator: " ")) ends with 0"
    case .tcp(let port): text = "when its port \(port) can be connected to"
    case .log(let line): text = "when it writes \(quoted(line))"
    }
    if case .log = way {
    } else {
      text += threshold > 1 ? " \(threshold) times in turn" : ""
      text += ", looked at every \(span(interval)) for at most \(span(timeout))"
      if startPeriod > 0 { text += ", failures count after \(span(startPeriod))" }
    }
    return text + (deadline.map { ", else stopped after \(span($0))" } ?? "")
  }
}

extension RestartRule {
  fileprivate var text: String {
    let codes = successCodes.map { String($0) }.joined(separator: ", ")
    let but = successCodes.isEmpty ? "" : " (exit \(codes) \(successCodes.count == 1 ? "is" : "are") none)"
    switch policy {
    case .never: return "never"
    case .always: return "always: \(waits)"
    case .onFailure: return "on failure\(but): \(waits)"
    }
  }

  private var waits: String {
    let first = delay == 0 ? "at once" : "after \(span(delay))"
    let longest = max(cap, delay)
    let next = max(min(backoff, longest), delay)
    let growth =
      next == delay && longest == delay
      ? "" : ", then after \(span(next))" + (longest > next && backoff > 0 ? " and more, up to \(span(longest))" : "")
    let count = limit == 1 ? "once" : "\(limit) times"
    return "\(first)\(growth), at most \(count)\(window == 0 ? "" : " in \(span(window))")"
  }
}

extension StopRule {
  fileprivate var text: String {
    let name = SignalNames.name(of: signal)
    return name == "SIGKILL" ? "killed at once" : "\(name), killed after \(span(timeout))"
  }
}

extension LogRule {
  fileprivate var text: String {
    var text = "\(kept) file\(kept == 1 ? "" : "s")"
    if largest != .max { text += " of at most \(MemoryAmount.bytes(largest).text)" }
    if let oldest { text += ", kept for \(span(oldest))" }
    if let linesPerSecond { text += ", at most \(linesPerSecond) lines a second" }
    return text
  }
}

private func span(_ milliseconds: UInt64) -> String { TimeSpan.text(.milliseconds(milliseconds)) }
