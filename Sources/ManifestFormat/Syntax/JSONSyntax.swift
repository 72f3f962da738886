internal import Diagnostics

/// Reads JSON (RFC 8259, and nothing beyond it) into a syntax tree.
struct JSONSyntax {
  private let source: SourceText
  private var scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var column = 1
  private var depth = 0

  static func read(_ source: SourceText) throws(Diagnostic) -> SyntaxNode {
    var reader = JSONSyntax(source: source)
    reader.skipSpace()
    let root = try reader.readValue()
    reader.skipSpace()
    guard reader.next == nil else { throw reader.error("it is one value, and here something follows it") }
    return root
  }

  private init(source: SourceText) {
    self.source = source
    scalars = Array(String(decoding: source.bytes, as: UTF8.self).unicodeScalars)
  }

  private var position: Position { Position(line: line, column: column) }
  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private func error(_ message: String, at place: Position? = nil, hint: String? = nil) -> Diagnostic {
    source.error("this is not JSON: " + message, at: place ?? position, hint: hint)
  }

  private mutating func advance() {
    if scalars[index] == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
    index += 1
  }

  private mutating func skipSpace() {
    while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { advance() }
  }

  /// Goes past `scalar` if it is next.
  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    advance()
    return true
  }

  private mutating func readValue() throws(Diagnostic) -> SyntaxNode {
    let start = position
    guard let scalar = next else { throw error("a value is missing here") }
    switch scalar {
    case "{": return SyntaxNode(content: .table(try readTable()), position: start)
    case "[": return SyntaxNode(content: .list(try readList()), position: start)
    case "\"": return SyntaxNode(content: .scalar(Scalar(text: try readString(), kind: .string)), position: start)
    default: return SyntaxNode(content: .scalar(try readWord(at: start)), position: start)
    }
  }

  private mutating func readTable() throws(Diagnostic) -> [SyntaxNode.Entry] {
    var entries: [SyntaxNode.Entry] = []
    var keys = KeySet()
    try readElements(until: "}") { reader throws(Diagnostic) in
      let keyPosition = reader.position
      guard reader.next == "\"" else { throw reader.error("a key in double quotes is missing here") }
      let key = try reader.readString()
      try keys.insert(key, at: keyPosition, of: reader.source)
      reader.skipSpace()
      guard reader.take(":") else { throw reader.error("a colon is missing here") }
      reader.skipSpace()
      entries.append(SyntaxNode.Entry(key: key, keyPosition: keyPosition, value: try reader.readValue()))
    }
    return entries
  }

  private mutating func readList() throws(Diagnostic) -> [SyntaxNode] {
    var elements: [SyntaxNode] = []
    try readElements(until: "]") { reader throws(Diagnostic) in elements.append(try reader.readValue()) }
    return elements
  }

  /// Reads elements with commas between them, from the opening bracket to `close`.
  private mutating func readElements(
    until close: Unicode.Scalar, _ readElement: (inout JSONSyntax) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= SyntaxNode.deepestLevel else { throw source.tooDeep(at: position) }
    advance()
    skipSpace()
    if take(close) { return }
    while true {
      try readElement(&self)
      skipSpace()
      if take(close) { return }
      guard take(",") else { throw error("a comma or \"\(close)\" is missing here") }
      skipSpace()
      if next == close { throw error("a value is missing behind the comma", hint: "remove the comma") }
    }
  }
}

// Strings and words.
extension JSONSyntax {
  private mutating func readString() throws(Diagnostic) -> String {
    let start = position
    advance()
    var text: [UInt8] = []
    while let scalar = next {
      guard scalar.value >= 0x20 else {
        throw error("a string may not hold a line break or a tab", hint: "write it as \\n or \\t")
      }
      advance()
      switch scalar {
      case "\"": return String(decoding: text, as: UTF8.self)
      case "\\": text += String(try readEscape()).utf8
      case _ where scalar.isASCII: text.append(UInt8(scalar.value))
      default: text += String(scalar).utf8
      }
    }
    throw error("the string that starts here does not end", at: start)
  }

  private mutating func readEscape() throws(Diagnostic) -> Unicode.Scalar {
    let start = position
    guard let scalar = next else { throw error("the string does not end") }
    advance()
    switch scalar {
    case "\"", "\\", "/": return scalar
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try readUnicodeEscape(at: start)
    default: throw error("\"\\\(scalar)\" is no escape", at: start)
    }
  }

  private mutating func readUnicodeEscape(at start: Position) throws(Diagnostic) -> Unicode.Scalar {
    let first = try readCodeUnit(at: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    // Half of a pair: the other half must follow.
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else {
      throw error("half of a character", at: start)
    }
    let second = try readCodeUnit(at: start)
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("half of a character", at: start) }
    return scalar
  }

  private mutating func readCodeUnit(at start: Position) throws(Diagnostic) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let scalar = next, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw error("\\u needs four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    return value
  }

  /// `true`, `false`, `null` or a number.
  private mutating func readWord(at start: Position) throws(Diagnostic) -> Scalar {
    var text = ""
    while let scalar = next, scalar.properties.isAlphabetic || "+-.0123456789".unicodeScalars.contains(scalar) {
      text.unicodeScalars.append(scalar)
      advance()
    }
    switch text {
    case "true", "false": return Scalar(text: text, kind: .bool)
    case "null": return Scalar(text: text, kind: .null)
    default:
      guard let kind = JSONNumber.kind(of: text) else {
        throw error("\(quoted(text.isEmpty ? String(next.map(Character.init) ?? " ") : text)) is no value", at: start)
      }
      return Scalar(text: text, kind: kind)
    }
  }
}

/// The numbers of RFC 8259: no leading zero, no plus sign, digits on both sides of the point.
enum JSONNumber {
  static func kind(of text: String) -> Scalar.Kind? {
    let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = unsigned.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard isDigits(mantissa[0]), mantissa[0] == "0" || !mantissa[0].hasPrefix("0") else { return nil }
    if mantissa.count == 2, !isDigits(mantissa[1]) { return nil }
    guard parts.count == 2 else { return mantissa.count == 2 ? .float : .integer }
    let exponent = parts[1].hasPrefix("-") || parts[1].hasPrefix("+") ? parts[1].dropFirst() : parts[1]
    return isDigits(exponent) ? .float : nil
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
