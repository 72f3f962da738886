extension IPAddress {
  /// Why a text is no address.
  package enum Problem: Error, Hashable, Sendable {
    case notIPv4, notIPv6, zone

    package var explanation: String {
      switch self {
      case .notIPv4: "is not an IPv4 address"
      case .notIPv6: "is not an IPv6 address"
      case .zone: "has a zone, which means something else on each machine"
      }
    }

    package var hint: String {
      switch self {
      case .notIPv4: "write the address as four decimal numbers, such as 192.0.2.1"
      case .notIPv6: "write the address as eight groups of hexadecimal digits, such as 2001:db8::1"
      case .zone: "leave out the \"%\" and what follows"
      }
    }
  }

  /// Reads four decimal numbers, or any form of RFC 4291, section 2.2. The octal, hexadecimal and shortened forms that
  /// some programs take for IPv4 are refused, because others read them differently.
  package init(_ text: some StringProtocol) throws(Problem) {
    let bytes = Array(text.utf8)
    if bytes.contains(.colon) {
      guard !bytes.contains(UInt8(ascii: "%")) else { throw .zone }
      guard let bits = Self.v6(bytes[...]) else { throw .notIPv6 }
      self = .v6(bits)
    } else {
      guard let bits = Self.fourNumbers(bytes[...]) else { throw .notIPv4 }
      self = .v4(bits)
    }
  }

  static func fourNumbers(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    let parts = bytes.split(separator: .dot, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let number = plainNumber(part, as: UInt8.self) else { return nil }
      bits = bits << 8 | UInt32(number)
    }
    return bits
  }

  private static func v6(_ bytes: ArraySlice<UInt8>) -> UInt128? {
    guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == .colon && bytes[$0 + 1] == .colon }) else {
      return groups(bytes, mayEndInIPv4: true).flatMap { $0.count == 8 ? number($0) : nil }
    }
    // A second "::" leaves an empty group on the right side, which is no group.
    guard let left = gap == bytes.startIndex ? [] : groups(bytes[..<gap], mayEndInIPv4: false),
      let right = gap + 2 == bytes.endIndex ? [] : groups(bytes[(gap + 2)...], mayEndInIPv4: true),
      left.count + right.count < 8
    else { return nil }
    return number(left + Array(repeating: 0, count: 8 - left.count - right.count) + right)
  }

  private static func groups(_ bytes: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> [UInt16]? {
    let parts = bytes.split(separator: .colon, omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if mayEndInIPv4, index == parts.count - 1, part.contains(.dot) {
        guard let bits = fourNumbers(part) else { return nil }
        groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
      } else {
        guard let group = group(part) else { return nil }
        groups.append(group)
      }
    }
    return groups
  }

  private static func group(_ digits: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(digits.count) else { return nil }
    var value: UInt16 = 0
    for digit in digits {
      guard let digitValue = digit.hexDigitValue else { return nil }
      value = value << 4 | UInt16(digitValue)
    }
    return value
  }

  private static func number(_ groups: [UInt16]) -> UInt128 {
    groups.reduce(0) { $0 << 16 | UInt128($1) }
  }
}
