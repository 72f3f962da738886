/// All addresses that begin with the same bits, as `10.0.0.0/8`; a single address is the smallest such range.
package struct IPRange: Hashable, Sendable {
  /// The lowest address. It is never IPv4-mapped.
  package let base: IPAddress
  package let prefixLength: Int

  /// Why a text is no range.
  package enum Problem: Error, Hashable, Sendable {
    case address(IPAddress.Problem)
    case badLength(atMost: Int)
    /// The range that was perhaps meant.
    case bitsBehindThePrefix(meant: String)

    package var explanation: String {
      switch self {
      case .address(let problem): problem.explanation
      case .badLength(let most): "has no length from 0 to \(most) behind its \"/\""
      case .bitsBehindThePrefix: "has bits set behind its prefix"
      }
    }

    package var hint: String {
      switch self {
      case .address(let problem): problem.hint
      case .badLength(let most): "write the length as a decimal number, such as /\(most / 4)"
      case .bitsBehindThePrefix(let meant): "write \(meant), or a single address without a length"
      }
    }
  }

  package init(_ address: IPAddress) {
    self.init(base: address.unmapped, prefixLength: address.unmapped.width)
  }

  /// Reads an address with a length or without.
  package init(_ text: some StringProtocol) throws(Problem) {
    let bytes = text.utf8
    let slash = bytes.firstIndex(of: .slash)
    try self.init(
      address: String(text[..<(slash ?? bytes.endIndex)]),
      length: slash.map { String(text[bytes.index(after: $0)...]) })
  }

  /// Reads an address and the length of the prefix, which stand apart when the address is in brackets.
  init(address: String, length: String?) throws(Problem) {
    let given: IPAddress
    do { given = try IPAddress(address) } catch { throw .address(error) }
    guard let length else {
      self.init(given)
      return
    }
    guard let count = plainNumber(length.utf8, as: Int.self), count <= given.width else {
      throw .badLength(atMost: given.width)
    }
    let kept = given.keeping(first: count)
    guard kept == given else { throw .bitsBehindThePrefix(meant: "\(kept.bracketed)/\(count)") }
    // A mapped address that passed has all of its first 96 bits within the prefix, so they can go.
    self.init(base: given.unmapped, prefixLength: count - (given.width - given.unmapped.width))
  }

  private init(base: IPAddress, prefixLength: Int) {
    self.base = base
    self.prefixLength = prefixLength
  }

  package var isSingleAddress: Bool { prefixLength == base.width }

  package func contains(_ address: IPAddress) -> Bool {
    let address = address.unmapped
    return address.width == base.width && address.keeping(first: prefixLength) == base
  }

  package func contains(_ range: IPRange) -> Bool {
    range.prefixLength >= prefixLength && contains(range.base)
  }
}

extension IPRange: CustomStringConvertible {
  /// As net grants are written: IPv6 in brackets, and no length for a single address.
  package var description: String { base.bracketed + (isSingleAddress ? "" : "/\(prefixLength)") }
}

extension IPAddress {
  /// The text in which a port can follow.
  var bracketed: String {
    switch self {
    case .v4: description
    case .v6: "[\(description)]"
    }
  }

  /// The address with all bits but the first ones zero.
  fileprivate func keeping(first count: Int) -> IPAddress {
    switch self {
    case .v4(let bits): .v4(bits & (count == 0 ? 0 : .max << (32 - count)))
    case .v6(let bits): .v6(bits & (count == 0 ? 0 : .max << (128 - count)))
    }
  }
}
