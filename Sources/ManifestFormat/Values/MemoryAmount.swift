internal import Diagnostics

/// How much memory something may have.
package enum MemoryAmount: Hashable, Sendable {
  case bytes(UInt64)
  /// Percent of the memory of the host.
  case percent(Int)
  case unlimited
}

extension MemoryAmount {
  /// Reads `512M`, `16GiB`, `4096`, `25%` or `max`; the units are powers of 1024.
  package init(_ text: String, mayBeNothing: Bool = false) throws(TextProblem) {
    if text == "max" {
      self = .unlimited
    } else if text.hasSuffix("%") {
      guard let percent = Int(text.dropLast()), (1...100).contains(percent) else {
        throw Self.problem("is no share of the memory", hint: "write a whole number from 1% to 100%")
      }
      self = .percent(percent)
    } else {
      self = .bytes(try ByteCount.bytes(text, mayBeNothing: mayBeNothing))
    }
  }

  package var text: String {
    switch self {
    case .bytes(let count): ByteCount.text(count)
    case .percent(let percent): "\(percent)%"
    case .unlimited: "max"
    }
  }

  private static func problem(_ explanation: String, hint: String) -> TextProblem {
    TextProblem(explanation: explanation, hint: hint)
  }
}

/// How amounts of bytes are written.
enum ByteCount {
  private static let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
  static let pattern = "^[0-9]+([KMGT](iB)?)?$"

  static func bytes(_ text: String, mayBeNothing: Bool = false) throws(TextProblem) -> UInt64 {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard !digits.isEmpty else { throw problem("is no amount of memory") }
    guard let factor = unit.isEmpty ? 1 : factor(unit) else {
      if let first = unit.first, units[first] != nil, unit.hasSuffix("B") {
        throw problem("has a unit that means two things", hint: "write \(digits)\(first), which is a power of 1024")
      }
      throw problem("has an unknown unit, \(quoted(String(unit)))")
    }
    guard let number = UInt64(digits), number <= UInt64(Int64.max) / factor else { throw problem("is too large") }
    guard number > 0 || mayBeNothing else { throw problem("is nothing") }
    return number * factor
  }

  /// With the largest unit that leaves a whole number.
  static func text(_ bytes: UInt64) -> String {
    for (name, factor) in [("T", UInt64(1) << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]
    where bytes > 0 && bytes.isMultiple(of: factor) {
      return "\(bytes / factor)\(name)"
    }
    return "\(bytes)"
  }

  private static func factor(_ unit: Substring) -> UInt64? {
    guard let first = unit.first, unit.count == 1 || unit.dropFirst() == "iB" else { return nil }
    return units[first]
  }

  private static func problem(_ explanation: String, hint: String? = nil) -> TextProblem {
    TextProblem(explanation: explanation, hint: hint ?? "write bytes, or a number with K, M, G or T: 512M")
  }
}

extension Form where Value == MemoryAmount {
  /// An amount in bytes, which may be written as a bare number.
  static let memory = amount(from: 1)
  /// The same, and 0 for none at all.
  static let swap = amount(from: 0)

  private static func amount(from least: Int) -> Form {
    let text = Form.text(
      "an amount of memory",
      { (text: String) throws(TextProblem) in try MemoryAmount(text, mayBeNothing: least == 0) }, back: \.text)
    return Form(
      shape: .either([
        .text(
          form: "an amount such as 512M or 16GiB, a share such as 25%, or max",
          pattern: "^([0-9]+([KMGT](iB)?)?|[0-9]+%|max)$"),
        .integer(least...Int.max),
      ]),
      read: { node, decoder in
        if case .scalar(let scalar) = node.content, scalar.kind == .integer {
          return Form<Int>.integer(least...Int.max).read(node, &decoder).map { .bytes(UInt64($0)) }
        }
        return text.read(node, &decoder)
      },
      write: text.write)
  }
}
