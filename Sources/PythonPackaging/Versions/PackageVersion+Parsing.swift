extension PackageVersion {
  /// Reads a version in any of the spellings of PEP 440; nil when it is none.
  package init?(_ text: some StringProtocol) {
    let text = text.trimmed
    var scanner = VersionScanner(text)
    guard let version = scanner.version(text), scanner.isAtEnd else { return nil }
    self = version
  }
}

/// Reads the parts of a version one after another.
struct VersionScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) { bytes = Array(text.lowercased().utf8) }

  var isAtEnd: Bool { index == bytes.count }

  mutating func version(_ text: String) -> PackageVersion? {
    skip(UInt8(ascii: "v"))
    guard var first = numeral() else { return nil }
    var epoch = Numeral.zero
    if skip(UInt8(ascii: "!")) {
      epoch = first
      guard let next = numeral() else { return nil }
      first = next
    }
    let release = [first] + moreRelease()
    let pre = word(Self.stages).map { PackageVersion.PreRelease(stage: $0, number: number()) }
    let post = postNumber()
    let dev = word([("dev", ())]).map { number() }
    guard let local = localParts() else { return nil }
    return PackageVersion(text: text, epoch: epoch, release: release, pre: pre, post: post, dev: dev, local: local)
  }

  // Longer spellings stand before those that they begin with.
  private static let stages: [(String, PackageVersion.Stage)] = [
    ("alpha", .alpha), ("beta", .beta), ("preview", .candidate), ("pre", .candidate), ("rc", .candidate),
    ("a", .alpha), ("b", .beta), ("c", .candidate),
  ]

  @discardableResult
  private mutating func skip(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func numeral() -> Numeral? {
    let digits = bytes[index...].prefix { $0.isDigit }
    guard !digits.isEmpty else { return nil }
    index = digits.endIndex
    return Numeral(digits: digits)
  }

  /// Further numbers of the release, each behind a dot.
  private mutating func moreRelease() -> [Numeral] {
    var numbers: [Numeral] = []
    while true {
      let start = index
      guard skip(UInt8(ascii: ".")), let number = numeral() else {
        index = start
        return numbers
      }
      numbers.append(number)
    }
  }

  /// One of the words, behind a separator or not; nothing is taken when none is there.
  private mutating func word<Meaning>(_ words: [(String, Meaning)]) -> Meaning? {
    let start = index
    skipSeparator()
    for (word, meaning) in words where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return meaning
    }
    index = start
    return nil
  }

  private mutating func skipSeparator() {
    if index < bytes.count, bytes[index].isSeparator { index += 1 }
  }

  /// The number behind a word; zero when there is none.
  private mutating func number() -> Numeral {
    skipSeparator()
    return numeral() ?? .zero
  }

  private mutating func postNumber() -> Numeral? {
    let start = index
    if skip(UInt8(ascii: "-")), let number = numeral() { return number }
    index = start
    return word([("post", ()), ("rev", ()), ("r", ())]).map { number() }
  }

  /// Empty without a local part; nil when it is broken.
  private mutating func localParts() -> [PackageVersion.LocalPart]? {
    guard skip(UInt8(ascii: "+")) else { return [] }
    let parts = bytes[index...].split(omittingEmptySubsequences: false) { $0.isSeparator }
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAlphanumeric) }) else { return nil }
    index = bytes.count
    return parts.map { part in
      part.allSatisfy(\.isDigit) ? .number(Numeral(digits: part)) : .text(String(decoding: part, as: UTF8.self))
    }
  }
}
