/// What kind of place an address leads to.
package enum AddressScope: String, Hashable, Sendable {
  case everywhere = "public"
  case unspecified
  case loopback
  case linkLocal = "link-local"
  /// Where clouds hand out credentials to whoever asks.
  case metadata = "cloud metadata"
  case privateUse = "private"
  /// Between a provider and its customers (RFC 6598).
  case carrierShared = "carrier-shared"
  case multicast
  case documentation
  /// Also where capsrun makes up addresses for granted names.
  case benchmarking
  case reserved
}

extension IPAddress {
  package var scope: AddressScope { special?.scope ?? .everywhere }

  /// Whether it is refused, even if a granted name resolves to it, as long as no grant names it literally.
  package var isSpecial: Bool { special != nil }

  /// The smallest special range that it lies in; of one that embeds another address or was never assigned, only itself.
  var special: (scope: AddressScope, range: IPRange)? {
    let address = unmapped
    if let row = Self.specialRanges.first(where: { $0.range.contains(address) }) { return row }
    if let embedded = address.embedded.first(where: \.isSpecial) { return (embedded.scope, IPRange(address)) }
    return address.isAssigned ? nil : (.reserved, IPRange(address))
  }

  /// The IPv4 addresses that translators and tunnels send to when they are given this one.
  private var embedded: [IPAddress] {
    guard case .v6(let bits) = self else { return [] }
    func v4(_ shift: Int) -> IPAddress { .v4(UInt32(truncatingIfNeeded: bits >> shift)) }
    if Self.translated.contains(self) { return [v4(0)] }
    if bits >> 112 == 0x2002 { return [v4(80)] }  // 6to4, RFC 3056
    if bits >> 96 == 0x2001_0000 { return [v4(64), .v4(~UInt32(truncatingIfNeeded: bits))] }  // Teredo, RFC 4380
    return []
  }

  /// Whether public addresses are given out from where it lies. Of IPv4 all that is left is.
  private var isAssigned: Bool {
    width == 32 || Self.assigned.contains(self) || Self.translated.contains(self)
  }

  private static let assigned = knownRange("2000::/3")
  /// NAT64, RFC 6052.
  private static let translated = knownRange("64:ff9b::/96")

  private static let specialRanges: [(scope: AddressScope, range: IPRange)] = specialTexts.flatMap { scope, texts in
    texts.map { (scope: scope, range: knownRange($0)) }
  }

  /// From the registries of special-purpose addresses (RFC 6890). The metadata come first, because they lie within others.
  private static let specialTexts: KeyValuePairs<AddressScope, [String]> = [
    // Not all are link-local: one is even public.
    .metadata: [
      "169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "168.63.129.16", "192.0.0.192",
      "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
    ],
    .unspecified: ["0.0.0.0/8", "::"],
    .loopback: ["127.0.0.0/8", "::1"],
    .linkLocal: ["169.254.0.0/16", "fe80::/10"],
    .privateUse: [
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10", "64:ff9b:1::/48",
    ],
    .carrierShared: ["100.64.0.0/10"],
    .multicast: ["224.0.0.0/4", "ff00::/8"],
    .documentation: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"],
    .benchmarking: ["198.18.0.0/15", "2001:2::/48"],
    .reserved: ["192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001:10::/28", "2001:20::/28"],
  ]
}

/// A range that this module itself writes down.
private func knownRange(_ text: String) -> IPRange {
  do { return try IPRange(text) } catch { preconditionFailure("\(text) \(error.explanation)") }
}

extension IPRange {
  /// The special range that this one lies in as a whole, and so grants literally.
  var literallyGranted: (scope: AddressScope, range: IPRange)? {
    base.special.flatMap { $0.range.contains(self) ? $0 : nil }
  }
}
