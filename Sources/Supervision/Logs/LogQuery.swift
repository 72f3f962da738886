internal import Linux

/// Which records somebody wants to see.
package struct LogQuery: Sendable {
  /// None but those of these processes; nil for all.
  package var processes: [String]?
  /// None before.
  package var since: LogTime?
  /// Only lines with this text.
  package var text: String?
  /// Only the last ones of what is there at first; nil for all.
  package var tail: Int?

  package init(processes: [String]? = nil, since: LogTime? = nil, text: String? = nil, tail: Int? = nil) {
    self.processes = processes
    self.since = since
    self.text = text
    self.tail = tail
  }

  func wants(_ record: LogRecord) -> Bool {
    if let since, record.time < since { return false }
    guard let text else { return true }
    // That something is missing is said in any case: what was looked for may have been there.
    guard case .line(let line, _) = record.content else { return true }
    return line.utf8Contains(text)
  }
}

extension String {
  /// By bytes: as characters, a text would be missed where an accent follows it.
  fileprivate func utf8Contains(_ text: String) -> Bool {
    text.isEmpty || Array(utf8).withUnsafeBytes { ByteSearch.find(Array(text.utf8), in: $0) != nil }
  }
}
