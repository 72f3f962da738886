/// A SHA-256 digest.
package struct Digest: Hashable, Sendable {
  // Four words, so that a listing of very many files does not make an array for each.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  static let count = 32

  package init(bytes: [UInt8]) {
    precondition(bytes.count == Self.count)
    func word(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    words = (word(0), word(8), word(16), word(24))
  }

  /// A digest in 64 small hexadecimal digits, the only form in which one is written.
  package init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == 2 * Self.count else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(of: digits[start]), let low = Self.value(of: digits[start + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  package var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  package var hex: String {
    String(unsafeUninitializedCapacity: 2 * Self.count) { buffer in
      var index = 0
      for word in [words.0, words.1, words.2, words.3] {
        for shift in stride(from: 60, through: 0, by: -4) {
          let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift) & 15)
          buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          index += 1
        }
      }
      return index
    }
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  package static func == (one: Digest, other: Digest) -> Bool {
    // All of it is compared, so that the time tells nothing.
    (one.words.0 ^ other.words.0) | (one.words.1 ^ other.words.1) | (one.words.2 ^ other.words.2)
      | (one.words.3 ^ other.words.3) == 0
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
