/// The bytes that short forms of text are made of. They are split by bytes, not by characters: a character also takes in the
/// marks that follow it, so a `:` with an accent would not be found.
extension UInt8 {
  static let dot = UInt8(ascii: ".")
  static let colon = UInt8(ascii: ":")
  static let slash = UInt8(ascii: "/")
  static let hyphen = UInt8(ascii: "-")
  static let comma = UInt8(ascii: ",")
  static let asterisk = UInt8(ascii: "*")
  static let questionMark = UInt8(ascii: "?")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")

  var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercasedASCII) }

  var hexDigitValue: UInt8? {
    switch lowercasedASCII {
    case let byte where byte.isASCIIDigit: byte - UInt8(ascii: "0")
    case let byte where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  var lowercasedASCII: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}

/// A decimal number in its one form: no sign, no leading zero, and within the range of its type.
func plainNumber<Number: FixedWidthInteger>(_ digits: some Collection<UInt8>, as type: Number.Type) -> Number? {
  guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
  var value: Number = 0
  for digit in digits {
    guard digit.isASCIIDigit else { return nil }
    let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
    let (sum, isStillTooLarge) = tens.addingReportingOverflow(Number(digit - UInt8(ascii: "0")))
    guard !isTooLarge, !isStillTooLarge else { return nil }
    value = sum
  }
  return value
}
