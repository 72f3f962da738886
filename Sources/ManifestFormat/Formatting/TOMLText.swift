/// How strings and keys are written in TOML.
enum TOMLText {
  static func key(_ text: String) -> String {
    !text.isEmpty && text.unicodeScalars.allSatisfy(TOMLScanner.isKeyPart) ? text : string(text)
  }

  static func scalar(_ scalar: DocumentScalar) -> String {
    scalar.form == .word ? scalar.text : string(scalar.text)
  }

  /// A string in one line: in double quotes, or in single ones where that spares escapes.
  private static func string(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let hasMarks = scalars.contains { $0 == "\"" || $0 == "\\" }
    if hasMarks, scalars.allSatisfy({ $0 != "'" && isPrintable($0) }) { return "'" + text + "'" }
    return "\"" + scalars.map { escaped($0) }.joined() + "\""
  }

  /// Text of several lines between three quotes, where all of it can be read there.
  static func longString(_ scalar: DocumentScalar) -> String? {
    let scalars = scalar.text.unicodeScalars
    guard scalar.form != .word, scalars.dropLast().contains("\n"),
      scalars.allSatisfy({ $0 == "\n" || isPrintable($0) })
    else { return nil }
    let lines = scalar.text.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { $0.unicodeScalars.map { escaped($0) }.joined() }.joined(separator: "\n")
    return "\"\"\"\n" + text + "\"\"\""
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\t" || scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && scalar.value != 0xFEFF
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case _ where !isPrintable(scalar):
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: return String(Character(scalar))
    }
  }
}
