/// The bytes that one place of a pattern stands for.
struct ByteSet: Hashable, Sendable {
  private var words = SIMD4<UInt64>()

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }
  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  mutating func remove(_ byte: UInt8) { words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63)) }
  mutating func formUnion(_ other: ByteSet) { words |= other.words }

  var inverted: ByteSet {
    var result = self
    result.words = ~words
    return result
  }

  init() {}
  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }
}

extension ByteSet {
  /// What `[:name:]` stands for; as in git, ASCII only, and neither the vertical tab nor the form feed is a space.
  init?(class name: some Sequence<UInt8>) {
    switch String(decoding: Array(name), as: UTF8.self) {
    case "alnum": self = Self.letters.union(Self.digits)
    case "alpha": self = Self.letters
    case "blank": self.init(" \t".utf8)
    case "cntrl": self = ByteSet(0...0x1F).union(ByteSet([0x7F]))
    case "digit": self = Self.digits
    case "graph": self.init(0x21...0x7E)
    case "lower": self = Self.lower
    case "print": self.init(0x20...0x7E)
    case "punct": self.init((UInt8(0x21)...0x7E).filter { !Self.letters.union(Self.digits).contains($0) })
    case "space": self.init(" \t\n\r".utf8)
    case "upper": self = Self.upper
    case "xdigit": self.init("0123456789abcdefABCDEF".utf8)
    default: return nil
    }
  }

  private func union(_ other: ByteSet) -> ByteSet {
    var result = self
    result.formUnion(other)
    return result
  }

  private static let digits = ByteSet("0123456789".utf8)
  private static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  private static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  private static let letters = lower.union(upper)
}
