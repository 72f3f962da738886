/// An address of IPv4 or IPv6, without a zone.
package enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(UInt128)

  /// How many bits it has.
  package var width: Int {
    switch self {
    case .v4: 32
    case .v6: 128
    }
  }

  /// The bits as a number of 128, those of IPv4 at the low end.
  var bits: UInt128 {
    switch self {
    case .v4(let bits): UInt128(bits)
    case .v6(let bits): bits
    }
  }

  /// The IPv4 address that an IPv4-mapped one (`::ffff:a.b.c.d`) stands for, and any other one unchanged. The kernel sends
  /// both to the same place, so grants and targets are compared in this form.
  package var unmapped: IPAddress {
    if case .v6(let bits) = self, bits >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: bits)) }
    return self
  }
}

extension IPAddress: CustomStringConvertible {
  /// The one text of each address that RFC 5952 asks for.
  package var description: String {
    switch self {
    case .v4(let bits): Self.dotted(bits)
    case .v6(let bits) where bits >> 32 == 0xFFFF: "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: bits))
    case .v6(let bits): Self.colonSeparated(bits)
    }
  }

  private static func dotted(_ bits: UInt32) -> String {
    [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> $0)) }.joined(separator: ".")
  }

  private static func colonSeparated(_ bits: UInt128) -> String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
    func text(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    let zeros = longestRunOfZeros(groups)
    // RFC 5952, 4.2.2: a single zero is not shortened.
    guard zeros.count > 1 else { return text(groups[...]) }
    return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
  }

  /// The first of the longest ones, as 4.2.3 asks for.
  private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > longest.count {
        longest = start..<index + 1
      }
    }
    return longest
  }
}
