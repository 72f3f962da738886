internal import Diagnostics

extension Form where Value == Duration {
  /// `10s`, `500ms`, `1h30m`: numbers with units, the largest unit first.
  static let duration = Form.text(
    "a duration such as 500ms, 10s or 1h30m", pattern: TimeSpan.pattern,
    { (text: String) throws(TextProblem) in try TimeSpan.duration(text) }, back: TimeSpan.text)

  /// A duration, or a bare number of milliseconds.
  static let durationOrMilliseconds = Form(
    shape: .either([duration.shape, .integer(0...TimeSpan.longestMilliseconds)]),
    read: { node, decoder in
      if case .scalar(let scalar) = node.content, scalar.kind == .integer {
        return Form<Int>.integer(0...TimeSpan.longestMilliseconds).read(node, &decoder).map { .milliseconds($0) }
      }
      return duration.read(node, &decoder)
    },
    write: duration.write)
}

/// How durations are written, in manifests and on the command line.
package enum TimeSpan {
  private static let units: [(name: String, milliseconds: Int)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]
  /// A hundred years: whatever is longer is a mistake.
  static let longestMilliseconds = 100 * 365 * 86_400_000
  static let pattern = "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"

  package static func duration(_ text: String) throws(TextProblem) -> Duration {
    var rest = Substring(text)
    var total = 0
    var unitsLeft = units[...]
    guard !rest.isEmpty else { throw problem("is empty") }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard !digits.isEmpty else { throw problem("is no duration") }
      guard !name.isEmpty else { throw problem("has a number without a unit") }
      guard let index = unitsLeft.firstIndex(where: { $0.name == name }) else {
        throw problem(
          units.contains { $0.name == name }
            ? "has its units in the wrong order" : "has an unknown unit, \(quoted(String(name)))")
      }
      guard let number = Int(digits), number <= longestMilliseconds / unitsLeft[index].milliseconds else {
        throw problem("is longer than a hundred years")
      }
      total += number * unitsLeft[index].milliseconds
      unitsLeft = unitsLeft[(index + 1)...]
    }
    guard total <= longestMilliseconds else { throw problem("is longer than a hundred years") }
    return .milliseconds(total)
  }

  /// The one way of writing a duration.
  package static func text(_ duration: Duration) -> String {
    var rest = milliseconds(duration)
    guard rest > 0 else { return "0s" }
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }

  package static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  private static func problem(_ explanation: String) -> TextProblem {
    TextProblem(explanation: explanation, hint: "write a number with a unit: 500ms, 10s, 5m, 2h, 1d, or 1h30m")
  }
}
