/// Which key it is: eight random bytes that a key and its signatures carry. It finds a key and proves nothing.
package struct KeyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  static let count = 8

  private let number: UInt64

  init(bytes: some Collection<UInt8>) {
    precondition(bytes.count == Self.count)
    number = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// An id of exactly sixteen digits, in letters of either case: a shorter one could have lost any of them.
  package init?(_ text: some StringProtocol) {
    let digits = text.utf8
    guard digits.count == 2 * Self.count,
      !digits.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }),
      let number = UInt64(text, radix: 16)
    else { return nil }
    self.number = number
  }

  /// The lowest byte first, as files hold it.
  var bytes: [UInt8] { (0..<Self.count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) } }

  /// Sixteen hexadecimal digits, as minisign prints them; releases before 0.12 leave out zeros in front.
  package var description: String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 2 * Self.count - digits.count) + digits
  }

  package static func < (one: KeyID, other: KeyID) -> Bool { one.number < other.number }
}
