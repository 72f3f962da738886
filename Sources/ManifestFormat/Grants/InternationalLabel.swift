/// A label of a host name that is not written in ASCII, in its one form: lower case, composed, and of one script.
///
/// The rules are narrower than those of IDNA: what the standards of 2003 and 2008 or their implementations read
/// differently (`ß`, `ς`, joiners, wide letters) is refused, so that a grant cannot name another host than its reader thinks.
struct InternationalLabel: Hashable, Sendable {
  let scalars: [Unicode.Scalar]

  /// Reads a label as people write it.
  init(_ text: some Sequence<Unicode.Scalar>) throws(LabelProblem) {
    try self.init(folded: Self.lowercase(text))
    if !scalars.contains(where: \.isLetterUnlikeLatin) { throw .looksLatin(encoded: encoded) }
  }

  /// Reads the text behind `xn--`. It has to be what the encoding makes of a label. One that looks like a Latin word is
  /// taken in this form only, in which it looks like nothing else.
  init(encoded: some StringProtocol) throws(LabelProblem) {
    guard let scalars = Punycode.decode(encoded), scalars.contains(where: { !$0.isASCII }),
      Punycode.encode(scalars) == String(encoded)
    else { throw .notEncoded }
    try self.init(folded: scalars)
  }

  /// The label as it is asked for, in ASCII.
  var encoded: String { "xn--" + Punycode.encode(scalars) }

  private init(folded: [Unicode.Scalar]) throws(LabelProblem) {
    scalars = folded
    for scalar in scalars { try Self.check(scalar) }
    try checkWhole()
  }

  private static func lowercase(_ text: some Sequence<Unicode.Scalar>) throws(LabelProblem) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for scalar in text {
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      guard let single = lower.first, lower.count == 1 else { throw .ambiguous(scalar) }
      // The Kelvin sign becomes a "k", whose upper case is another letter.
      guard single == scalar || single.properties.uppercaseMapping.unicodeScalars.elementsEqual([scalar]) else {
        throw .ambiguous(scalar)
      }
      result.append(single)
    }
    return result
  }

  private static func check(_ scalar: Unicode.Scalar) throws(LabelProblem) {
    if scalar.isASCII {
      guard scalar.isPlainASCII else { throw .notLetter(scalar) }
      return
    }
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: break
    default:
      throw scalar.properties.changesWhenNFKCCaseFolded ? .ambiguous(scalar) : .notLetter(scalar)
    }
    guard !scalar.properties.changesWhenNFKCCaseFolded else { throw .ambiguous(scalar) }
    guard Script(scalar) != nil else { throw scalar.isMark ? .notComposed : .unknownScript(scalar) }
  }

  private func checkWhole() throws(LabelProblem) {
    guard let first = scalars.first, first != "-", scalars.last != "-" else { throw .hyphen }
    // Such labels are reserved for encodings.
    guard scalars.count < 4 || scalars[2...3] != ["-", "-"] else { throw .hyphen }
    guard !first.isMark else { throw .startsWithMark(first) }
    guard isComposed else { throw .notComposed }
    let scripts = Set(scalars.compactMap { Script($0) })
    guard Script.mayMix(scripts) else { throw .mixedScripts }
    let digits = scalars.filter(\.isDigit)
    guard digits.allSatisfy(\.isASCII) || !digits.contains(where: \.isASCII) else { throw .mixedDigits }
    guard scalars.contains(where: { !$0.isASCII && !$0.isDigit && !$0.isMark }) else { throw .noLetter }
    // RFC 5893: in another order the parts of the name change places on the screen.
    guard !first.isDigit || !scripts.contains(where: \.isWrittenRightToLeft) else { throw .digitFirst }
  }

  /// Whether it is in Unicode's composed form (NFC). The library has no name for that form, but orders strings by it: the
  /// text up to any scalar lies behind the text before it, and before whatever else begins with that. If the scalar
  /// combined with an earlier one, or moved before it, the text would begin differently, and lie elsewhere.
  private var isComposed: Bool {
    var text = ""
    for scalar in scalars {
      let before = text
      text.unicodeScalars.append(scalar)
      guard before < text, text < before + "\u{10FFFF}" else { return false }
    }
    return true
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool {
    [.nonspacingMark, .spacingMark, .enclosingMark].contains(properties.generalCategory)
  }

  fileprivate var isDigit: Bool { properties.generalCategory == .decimalNumber }

  fileprivate var isPlainASCII: Bool {
    guard let byte = UInt8(exactly: value) else { return false }
    return byte == .hyphen || byte.isASCIIDigit || (byte.isASCIILetter && byte.lowercasedASCII == byte)
  }

  /// Whether it keeps a label from passing for one in ASCII.
  fileprivate var isLetterUnlikeLatin: Bool { !isASCII && !isMark && !isDigit && !Script.looksLatin(self) }
}
