/// What a plain (unquoted) YAML scalar is, by the core schema of YAML 1.2.
enum YAMLCoreSchema {
  static func kind(of text: String) -> Scalar.Kind {
    // None of these words is longer.
    if text.utf8.count <= 5 {
      switch text {
      case "", "~", "null", "Null", "NULL": return .null
      case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
      case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": return .float
      default: break
      }
    }
    let bytes = Array(text.utf8)
    return isInteger(bytes) ? .integer : isFloat(bytes) ? .float : .string
  }

  private static func isInteger(_ text: [UInt8]) -> Bool {
    if text.count > 2, text[0] == UInt8(ascii: "0") {
      if text[1] == UInt8(ascii: "x") { return text[2...].allSatisfy(isHexDigit) }
      if text[1] == UInt8(ascii: "o") { return text[2...].allSatisfy { (0x30...0x37).contains($0) } }
    }
    let start = behindSign(text, 0)
    return start < text.count && behindDigits(text, start) == text.count
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isFloat(_ text: [UInt8]) -> Bool {
    let start = behindSign(text, 0)
    var index = behindDigits(text, start)
    var digits = index - start
    if index < text.count, text[index] == UInt8(ascii: ".") {
      let fraction = index + 1
      index = behindDigits(text, fraction)
      digits += index - fraction
    }
    guard digits > 0 else { return false }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      let exponent = behindSign(text, index + 1)
      index = behindDigits(text, exponent)
      guard index > exponent else { return false }
    }
    return index == text.count
  }

  private static func behindSign(_ text: [UInt8], _ index: Int) -> Int {
    index < text.count && (text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")) ? index + 1 : index
  }

  private static func behindDigits(_ text: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
    return index
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}
