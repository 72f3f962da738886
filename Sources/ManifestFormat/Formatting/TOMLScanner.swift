/// Walks over the text of a TOML file that toml++ has read without complaint, so that nothing here needs to be checked.
struct TOMLScanner {
  let lines: TextLines
  private(set) var index = 0

  init(_ lines: TextLines) { self.lines = lines }

  var next: Unicode.Scalar? { index < lines.scalars.count ? lines.scalars[index] : nil }

  mutating func skip(_ count: Int = 1) { index = min(index + count, lines.scalars.count) }

  func isNext(_ text: String) -> Bool { lines.scalars[index...].starts(with: text.unicodeScalars) }

  /// Goes past spaces and, between statements and inside of lists, line breaks.
  mutating func skipSpace(andBreaks: Bool = false) {
    while let scalar = next,
      scalar == " " || scalar == "\t" || andBreaks && " \t\n\r\u{FEFF}".unicodeScalars.contains(scalar)
    {
      skip()
    }
  }

  /// The comment that begins here, from its sign to the end of its line.
  mutating func comment() -> Range<Int> {
    let start = index
    index = lines.scalars[index...].firstIndex(of: "\n") ?? lines.scalars.count
    let hasReturn = index > start && lines.scalars[index - 1] == "\r"
    return start..<(hasReturn ? index - 1 : index)
  }

  /// A key, which may have several parts with dots between them.
  mutating func key() -> [String] {
    var parts: [String] = []
    while true {
      skipSpace()
      parts.append(next == "\"" || next == "'" ? string() : word { Self.isKeyPart($0) })
      skipSpace()
      guard next == "." else { return parts }
      skip()
    }
  }

  /// A number, a boolean or a date, as it is written.
  mutating func word() -> String {
    var text = word { !",]}#\r\n".unicodeScalars.contains($0) }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private mutating func word(_ isPart: (Unicode.Scalar) -> Bool) -> String {
    let start = index
    while let scalar = next, isPart(scalar) { skip() }
    return lines.text(start..<index)
  }

  static func isKeyPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      || scalar == "-" || scalar == "_"
  }
}

// Strings.
extension TOMLScanner {
  /// What a string of any of the four kinds stands for.
  mutating func string() -> String {
    let sign: Unicode.Scalar = next == "'" ? "'" : "\""
    let quote = String(repeating: Character(sign), count: 3)
    let isLong = isNext(quote)
    skip(isLong ? 3 : 1)
    if isLong { skip(isNext("\r\n") ? 2 : next == "\n" ? 1 : 0) }
    var text = String.UnicodeScalarView()
    while let scalar = next {
      if scalar == sign, !isLong || isNext(quote) { break }
      skip()
      if scalar == "\\", sign == "\"" {
        if let escaped = escape() { text.append(escaped) }
      } else if scalar != "\r" || next != "\n" {
        text.append(scalar)
      }
    }
    skip(isLong ? 3 : 1)
    // Up to two quotes may stand directly before those that end the string.
    while isLong, next == sign {
      text.append(sign)
      skip()
    }
    return String(text)
  }

  /// The character that an escape stands for; nil for the end of a line, which goes with the space that follows.
  private mutating func escape() -> Unicode.Scalar? {
    let sign = next
    skip()
    switch sign {
    case "b": return "\u{8}"
    case "t": return "\t"
    case "n": return "\n"
    case "f": return "\u{C}"
    case "r": return "\r"
    case "e": return "\u{1B}"
    case "x": return code(2)
    case "u": return code(4)
    case "U": return code(8)
    case " ", "\t", "\n", "\r":
      skipSpace(andBreaks: true)
      return nil
    default: return sign
    }
  }

  private mutating func code(_ digits: Int) -> Unicode.Scalar? {
    let start = index
    skip(digits)
    return UInt32(lines.text(start..<index), radix: 16).flatMap(Unicode.Scalar.init)
  }
}
