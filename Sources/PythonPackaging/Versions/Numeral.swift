/// A number without a sign that may be of any length: versions made of dates and hashes do not fit into a word.
struct Numeral: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Without leading zeros.
  let description: String

  static let zero = Numeral(digits: [])

  /// No digit at all is zero.
  init(digits: some Collection<UInt8>) {
    let significant = digits.drop { $0 == UInt8(ascii: "0") }
    description = significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
  }

  static func < (one: Numeral, other: Numeral) -> Bool {
    let (length, otherLength) = (one.description.utf8.count, other.description.utf8.count)
    return length == otherLength ? one.description < other.description : length < otherLength
  }
}
