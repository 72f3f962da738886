// The classes of characters that the grammars of Python packaging are made of; all of them are of ASCII only.

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isSmallLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  var isAlphanumeric: Bool { isDigit || isSmallLetter || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  /// What Python's `\s` matches in ASCII.
  var isWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) || (0x1C...0x1F).contains(self) }
  /// `-`, `_` and `.`, which mean the same between the words of versions and names.
  var isSeparator: Bool { self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self == UInt8(ascii: ".") }
}

extension Unicode.Scalar {
  var isAlphanumeric: Bool { isASCII && UInt8(truncatingIfNeeded: value).isAlphanumeric }
  var isSeparator: Bool { isASCII && UInt8(truncatingIfNeeded: value).isSeparator }
  var isBlank: Bool { self == " " || self == "\t" }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    let bytes = Array(utf8)
    guard let start = bytes.firstIndex(where: { !$0.isWhitespace }),
      let end = bytes.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(decoding: bytes[start...end], as: UTF8.self)
  }
}

/// A name or path in double quotes, as the explanations of problems show it.
func quoted(_ text: some StringProtocol) -> String { "\"\(text)\"" }
