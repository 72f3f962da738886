/// How strings are written in YAML: plain where every reader takes them for the same string, else in quotes.
enum YAMLScalar {
  static func text(_ scalar: DocumentScalar, isInFlow: Bool) -> String {
    guard scalar.form == .word else { return text(scalar.text, isInFlow: isInFlow) }
    return scalar.text.isEmpty ? "null" : scalar.text
  }

  /// `isInFlow`: between brackets or braces, where more must be quoted.
  static func text(_ string: String, isInFlow: Bool) -> String {
    if isPlain(string, isInFlow: isInFlow) { return string }
    let scalars = string.unicodeScalars
    let hasMarks = scalars.contains { $0 == "\"" || $0 == "\\" }
    guard hasMarks, scalars.allSatisfy(isPrintable) else { return doubleQuoted(string) }
    return "'" + string.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private static func isPlain(_ string: String, isInFlow: Bool) -> Bool {
    let scalars = Array(string.unicodeScalars)
    guard let first = scalars.first, let last = scalars.last, scalars.allSatisfy(isPrintable),
      first != " ", last != " ", last != ":", !scalars.contains("\t"), !isSpecialStart(first, scalars.dropFirst().first)
    else { return false }
    for (scalar, next) in zip(scalars, scalars.dropFirst()) {
      if scalar == ":" && next == " " || scalar == " " && next == "#" { return false }
    }
    if isInFlow, first == "?" || first == ":" || scalars.contains(where: { ",[]{}".unicodeScalars.contains($0) }) {
      return false
    }
    return YAMLCoreSchema.kind(of: string) == .string && !isSpecialElsewhere(string)
  }

  private static func isSpecialStart(_ first: Unicode.Scalar, _ second: Unicode.Scalar?) -> Bool {
    // These three begin something only when a space follows.
    if "-?:".unicodeScalars.contains(first) { return second == nil || second == " " }
    return ",[]{}#&*!|>'\"%@`".unicodeScalars.contains(first)
  }

  /// Whether readers of YAML 1.1 take a string for something else: other tools may read the same file.
  private static func isSpecialElsewhere(_ string: String) -> Bool {
    let word = string.lowercased()
    if ["yes", "no", "on", "off", "y", "n", "true", "false", "null", "=", "<<"].contains(word) { return true }
    // With these a document begins and ends.
    if string.hasPrefix("---") || string.hasPrefix("...") { return true }
    let number = string.first == "-" || string.first == "+" ? string.dropFirst() : string[...]
    guard let digit = number.utf8.first, isDigit(digit) || digit == UInt8(ascii: ".") else { return false }
    if number.hasPrefix("0b") || number.hasPrefix("0x") { return true }
    return isDate(number) || isNumberWithSeparators(number)
  }

  /// Four digits and a hyphen, as dates begin.
  private static func isDate(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 8, bytes[..<4].allSatisfy(isDigit), bytes[4] == UInt8(ascii: "-") else { return false }
    return isDigit(bytes[5])
  }

  /// `1_000`, `12:30:45` in base 60, and `1_0.5e3`.
  private static func isNumberWithSeparators(_ text: Substring) -> Bool {
    let points = text.utf8.count { $0 == UInt8(ascii: ".") }
    return points < 2 && text.utf8.allSatisfy { isDigit($0) || "_:.".utf8.contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: true
    // Controls, the line breaks that only YAML knows, the mark of byte order and what is no character.
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }

  private static func doubleQuoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where !isPrintable(scalar): result += escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

// Text of several lines.
extension YAMLScalar {
  /// The lines below a key of a string that is best written as a block, with the sign that begins the block; nil when the
  /// string must stand in quotes.
  static func block(_ scalar: DocumentScalar, at level: Int) -> (sign: String, lines: [String])? {
    guard scalar.form != .word else { return nil }
    let width = DocumentNode.widestLine - 2 * level
    var body = scalar.text[...]
    let endsLine = body.unicodeScalars.last == "\n"
    if endsLine { body.unicodeScalars.removeLast() }
    // At the start, a space would pass for indentation; at the end, further line breaks would need a sign of their own.
    guard let first = body.unicodeScalars.first, let last = body.unicodeScalars.last, first != " ", first != "\n",
      first != "\t", last != "\n", body.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) })
    else { return nil }
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    let chomping = endsLine ? "" : "-"
    if scalar.form == .folded, lines.allSatisfy(canBeFilled) {
      return (">" + chomping, filled(lines, width: width))
    }
    guard lines.count > 1 || endsLine else { return nil }
    return ("|" + chomping, lines.map(String.init))
  }

  /// Whether a line that is broken between words comes back as it was.
  private static func canBeFilled(_ line: Substring) -> Bool {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    return words.count == 1 || words.allSatisfy { !$0.isEmpty && $0.first != "\t" }
  }

  /// One blank line stands for each line break of the text.
  private static func filled(_ lines: [Substring], width: Int) -> [String] {
    var result: [String] = []
    for (number, line) in lines.enumerated() {
      if number > 0 { result.append("") }
      if !line.isEmpty { result += fill(line, width: width) }
    }
    return result
  }

  private static func fill(_ line: Substring, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
      if !current.isEmpty, current.count + 1 + word.count > width {
        lines.append(current)
        current = ""
      }
      current += current.isEmpty ? String(word) : " " + word
    }
    return lines + [current]
  }
}
