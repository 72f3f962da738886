/// One line of a log.
package struct LogRecord: Hashable, Sendable {
  package enum Stream: String, Hashable, Sendable {
    case output = "stdout"
    case errors = "stderr"
  }

  /// Why lines are missing.
  package enum Reason: String, Hashable, Sendable {
    /// They came faster than the manifest lets them be kept.
    case rate
    /// They could not be written.
    case disk
  }

  package enum Content: Hashable, Sendable {
    /// With `isPartial` the line goes on in the next record of this output.
    case line(String, isPartial: Bool)
    /// So many lines are missing here.
    case dropped(Int, Reason)
  }

  package let time: LogTime
  package let process: String
  package let stream: Stream
  /// How often the process had been started again.
  package let restart: Int
  package let buildSHA: String
  package let content: Content
  /// The record as it stands in the file.
  package let source: [UInt8]

  /// Reads one line of a file; nil for what is none of ours, as one that was cut off by a crash.
  init?(_ source: ArraySlice<UInt8>) {
    guard let fields = FlatObject.read(source), case .string(let ts)? = fields["ts"],
      let time = LogTime(ts), case .string(let process)? = fields["proc"],
      case .string(let streamName)? = fields["stream"], let stream = Stream(rawValue: streamName),
      case .integer(let restart)? = fields["restart"], case .string(let buildSHA)? = fields["build_sha"]
    else { return nil }
    self.time = time
    self.process = process
    self.stream = stream
    self.restart = restart
    self.buildSHA = buildSHA
    self.source = Array(source)
    if case .string(let line)? = fields["line"] {
      content = .line(line, isPartial: fields["partial"] == .bool(true))
    } else if case .integer(let count)? = fields["dropped"], case .string(let word)? = fields["reason"],
      let reason = Reason(rawValue: word)
    {
      content = .dropped(count, reason)
    } else {
      return nil
    }
  }
}

/// An object of JSON whose values are strings, whole numbers and truth values.
private enum FlatObject {
  enum Value: Hashable {
    case string(String)
    case integer(Int)
    case bool(Bool)
  }

  static func read(_ bytes: ArraySlice<UInt8>) -> [String: Value]? {
    var rest = bytes
    var fields: [String: Value] = [:]
    guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
    while true {
      guard let key = string(&rest), rest.popFirst() == UInt8(ascii: ":"), let value = value(&rest) else { return nil }
      fields[key] = value
      switch rest.popFirst() {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "}"): return rest.isEmpty ? fields : nil
      default: return nil
      }
    }
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> Value? {
    if rest.first == UInt8(ascii: "\"") { return string(&rest).map { .string($0) } }
    let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
    rest = rest.dropFirst(word.count)
    switch String(decoding: word, as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case let digits: return Int(digits).map { .integer($0) }
    }
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
    let plain = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    rest = rest.dropFirst(plain.count)
    if rest.first == UInt8(ascii: "\"") {
      rest = rest.dropFirst()
      return String(decoding: plain, as: UTF8.self)
    }
    var text = Array(plain)
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape(&rest) else { return nil }
        text += Array(String(Character(scalar)).utf8)
      default: text.append(byte)
      }
    }
    return nil
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) -> UnicodeScalar? {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "u"):
      let digits = rest.prefix(4)
      rest = rest.dropFirst(4)
      guard digits.count == 4, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
        return nil
      }
      return UnicodeScalar(value)
    default: return nil
    }
  }
}
