internal import Diagnostics

/// How much processor time something may have: of each tenth of a second, so many microseconds on one processor.
package struct CPUQuota: Hashable, Sendable {
  package let microsecondsPerPeriod: Int
  package static let period = 100_000

  package init(microsecondsPerPeriod: Int) { self.microsecondsPerPeriod = microsecondsPerPeriod }

  /// Reads `80%`, of one processor, or `1.5`, which is the same as `150%`.
  package init(_ text: String) throws(TextProblem) {
    let isPercent = text.hasSuffix("%")
    let number = isPercent ? text.dropLast() : Substring(text)
    guard isPercent || number.contains(".") else {
      throw Self.problem(
        number.allSatisfy(\.isNumber) ? "has no unit" : "is no share of a processor",
        hint: "write \(number.allSatisfy(\.isNumber) ? number : "80")%, of one processor")
    }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = isPercent ? 3 : 5
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
      parts.count == 1 || parts[1].count <= decimals, parts[0].count <= 7
    else { throw Self.problem("is no share of a processor") }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    let padded = fraction + String(repeating: "0", count: decimals - fraction.count)
    guard let value = Int(parts[0] + padded) else { throw Self.problem("is no share of a processor") }
    guard value >= 1000 else { throw Self.problem("is less than the 1% that the kernel takes") }
    microsecondsPerPeriod = value
  }

  package var text: String {
    let thousandths = String(microsecondsPerPeriod % 1000)
    let fraction = String(repeating: "0", count: 3 - thousandths.count) + thousandths
    let digits = fraction.reversed().drop { $0 == "0" }.reversed()
    return "\(microsecondsPerPeriod / 1000)" + (digits.isEmpty ? "" : "." + String(digits)) + "%"
  }

  private static func problem(_ explanation: String, hint: String = "write a percentage of one processor: 80%, or 250%")
    -> TextProblem
  {
    TextProblem(explanation: explanation, hint: hint)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

extension Form where Value == CPUQuota {
  static let cpuQuota = Form(
    shape: .either([
      .text(form: "a share of one processor such as 80% or 250%", pattern: "^([0-9]+(\\.[0-9]+)?%|[0-9]+\\.[0-9]+)$"),
      .number,
    ]),
    read: { node, decoder in
      // 1.5 and 2 are numbers in every syntax; the second is refused with the words for it.
      guard case .scalar(let scalar) = node.content, scalar.kind == .float || scalar.kind == .integer else {
        return cpuQuotaText.read(node, &decoder)
      }
      let text = SyntaxNode(content: .scalar(Scalar(text: scalar.text, kind: .string)), position: node.position)
      return cpuQuotaText.read(text, &decoder)
    },
    write: cpuQuotaText.write)

  private static let cpuQuotaText = Form.text(
    "a share of a processor", { (text: String) throws(TextProblem) in try CPUQuota(text) }, back: \.text)
}
