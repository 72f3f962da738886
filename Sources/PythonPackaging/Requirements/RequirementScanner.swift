/// Goes through the characters of a requirement.
struct RequirementScanner {
  let scalars: [Unicode.Scalar]
  private(set) var offset: Int

  init(_ scalars: [Unicode.Scalar], from offset: Int) {
    self.scalars = scalars
    self.offset = offset
  }

  var current: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }
  var isAtEnd: Bool { offset == scalars.count }

  mutating func skipBlanks() {
    while let current, current.isBlank { offset += 1 }
  }

  /// Takes a text if it is next.
  mutating func skip(_ text: String) -> Bool {
    guard scalars[offset...].starts(with: text.unicodeScalars) else { return false }
    offset += text.unicodeScalars.count
    return true
  }

  /// Takes a word if it is next and no longer word begins with it.
  mutating func skipWord(_ word: String) -> Bool {
    let start = offset
    guard skip(word) else { return false }
    guard let current, current.isAlphanumeric || current == "_" else { return true }
    offset = start
    return false
  }

  mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let current, belongs(current) {
      text.append(current)
      offset += 1
    }
    return String(text)
  }

  /// Letters, digits and separators.
  mutating func name() -> String { take { $0.isAlphanumeric || $0.isSeparator } }

  func problem(_ explanation: String, at offset: Int? = nil) -> Requirement.Problem {
    Requirement.Problem(offset: offset ?? self.offset, explanation: explanation)
  }

  /// What stands here, in words.
  var found: String { current.map { "not \(quoted(String($0)))" } ?? "and the line ends" }
}
