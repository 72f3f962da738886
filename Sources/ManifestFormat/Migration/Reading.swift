internal import Diagnostics

/// How a value of an old format becomes one of a manifest.
struct Reading: Sendable {
  let read: @Sendable (SyntaxNode) throws(TextProblem) -> JSONValue

  init(_ read: @escaping @Sendable (SyntaxNode) throws(TextProblem) -> JSONValue) { self.read = read }

  /// From the text of a scalar.
  static func scalar(_ read: @escaping @Sendable (String) throws(TextProblem) -> JSONValue) -> Reading {
    Reading { (node: SyntaxNode) throws(TextProblem) in
      guard case .scalar(let scalar) = node.content, scalar.kind != .null else {
        throw TextProblem(explanation: "it is not one value", hint: "")
      }
      return try read(scalar.text)
    }
  }

  static let text = scalar { (text: String) throws(TextProblem) in .string(text) }
  static let integer = scalar { (text: String) throws(TextProblem) in .integer(Int64(try whole(text))) }

  static let bool = scalar { (text: String) throws(TextProblem) in
    switch text.lowercased() {
    case "true", "yes", "on", "1": return .bool(true)
    case "false", "no", "off", "0": return .bool(false)
    default: throw TextProblem(explanation: "\(quoted(text)) is neither yes nor no", hint: "")
    }
  }

  /// Words that mean the same as words of a manifest; for the others, why there is none.
  static func words(_ words: [String: String], else why: String) -> Reading {
    scalar { (text: String) throws(TextProblem) in
      guard let word = words[text] else {
        throw TextProblem(explanation: "\(quoted(text)) \(why)", hint: "")
      }
      return .string(word)
    }
  }

  /// `TERM`, `SIGTERM` or 15.
  static let signal = scalar { (text: String) throws(TextProblem) in
    if let number = Int(text) {
      guard let name = signalNames[number] else {
        throw TextProblem(explanation: "\(number) is no signal that a manifest can name", hint: "")
      }
      return .string(name)
    }
    let name = text.uppercased()
    return .string(name.hasPrefix("SIG") ? name : "SIG" + name)
  }

  private static let signalNames = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 6: "SIGABRT", 9: "SIGKILL", 10: "SIGUSR1", 12: "SIGUSR2", 14: "SIGALRM",
    15: "SIGTERM",
  ]

  /// A bare number of seconds.
  static let seconds = scalar { (text: String) throws(TextProblem) in
    duration(milliseconds: try whole(text) * 1000)
  }

  static func duration(milliseconds: Int) -> JSONValue { .string(TimeSpan.text(.milliseconds(milliseconds))) }

  static func whole(_ text: String) throws(TextProblem) -> Int {
    // The limit leaves room for what numbers are multiplied with.
    guard let number = Int(text), (0...Int(Int32.max) * 1000).contains(number) else {
      throw TextProblem(explanation: "\(quoted(text)) is no whole number", hint: "")
    }
    return number
  }

  /// An amount of memory with the units of most tools, which are powers of 1024 here; `none` are its words for no limit.
  static func memory(none: [String]) -> Reading {
    scalar { (text: String) throws(TextProblem) in
      if none.contains(text) { return .string("max") }
      if text.hasSuffix("%") { return .string(text) }
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      var unit = text.dropFirst(digits.count).uppercased()
      if unit.hasSuffix("IB") { unit.removeLast(2) } else if unit.hasSuffix("B") { unit.removeLast() }
      guard !digits.isEmpty, unit.isEmpty || ["K", "M", "G", "T"].contains(unit) else {
        throw TextProblem(explanation: "\(quoted(text)) is no amount of memory that a manifest can say", hint: "")
      }
      return .string(digits + unit)
    }
  }
}

/// Durations with units, as systemd and Go write them: `1min 30s`, `1m30s`, `1.5s`.
struct DurationWords: Sendable {
  /// Units and their milliseconds; a number without one has that of the empty name.
  let units: [String: Double]

  static let systemd = DurationWords(
    units: [
      "": 1000, "ms": 1, "msec": 1, "s": 1000, "sec": 1000, "second": 1000, "seconds": 1000, "m": 60_000,
      "min": 60_000, "minute": 60_000, "minutes": 60_000, "h": 3_600_000, "hr": 3_600_000, "hour": 3_600_000,
      "hours": 3_600_000, "d": 86_400_000, "day": 86_400_000, "days": 86_400_000, "w": 604_800_000,
      "week": 604_800_000, "weeks": 604_800_000,
    ])
  static let go = DurationWords(units: ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000])

  func milliseconds(_ text: String) -> Int? {
    var rest = text.filter { $0 != " " }[...]
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let amount = Double(number), let factor = units[String(unit)] else { return nil }
      total += amount * factor
    }
    guard total.isFinite, total <= Double(TimeSpan.longestMilliseconds), total == total.rounded() else { return nil }
    return Int(total)
  }

  var reading: Reading {
    .scalar { (text: String) throws(TextProblem) in
      guard let milliseconds = milliseconds(text) else {
        throw TextProblem(
          explanation: "\(quoted(text)) is no duration that a manifest can say", hint: "write, for example, 1m30s")
      }
      return Reading.duration(milliseconds: milliseconds)
    }
  }
}
