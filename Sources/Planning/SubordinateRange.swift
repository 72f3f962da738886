/// A range of ids that a user may give away inside: a line `NAME-OR-NUMBER:START:COUNT` of /etc/subuid or /etc/subgid.
package struct SubordinateRange: Hashable, Sendable {
  /// A name, or a number.
  package let owner: String
  package let ids: Range<UInt64>

  package func contains(_ id: UInt32) -> Bool { ids.contains(UInt64(id)) }

  /// Whether it has any of these ids.
  package func overlaps(_ first: UInt32, count: UInt32) -> Bool {
    ids.overlaps(UInt64(first)..<UInt64(first) + UInt64(count))
  }

  /// Whether it was given to a user, by number or by name.
  package func belongs(to user: UInt32, named name: String?) -> Bool {
    owner == String(user) || name.map { $0.utf8.elementsEqual(owner.utf8) } ?? false
  }

  /// The lines of a file. What is no such line gives nobody anything, and is left out.
  package static func parse(_ text: [UInt8]) -> [SubordinateRange] {
    var ranges: [SubordinateRange] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 3, !fields[0].isEmpty, let first = number(fields[1]), let count = number(fields[2]),
        count > 0
      else { continue }
      ranges.append(SubordinateRange(owner: String(decoding: fields[0], as: UTF8.self), ids: first..<first + count))
    }
    return ranges
  }

  /// A number of digits alone, as Linux has for ids.
  private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self)).map(UInt64.init)
  }
}
