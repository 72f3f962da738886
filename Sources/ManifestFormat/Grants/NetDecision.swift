/// Whether a program may connect, and why.
package enum NetDecision: Hashable, Sendable {
  case granted(by: NetGrant)
  case denied(NetDenial)

  package var isGranted: Bool {
    switch self {
    case .granted: true
    case .denied: false
    }
  }
}

/// Why no grant lets a program connect.
package enum NetDenial: Hashable, Sendable {
  case noGrants, nameNotGranted, addressNotGranted
  /// The wildcard stands for exactly one label.
  case otherDepth(NetGrant)
  case otherPorts(NetGrant)
  case otherTransport(NetGrant)
  /// A wide range covers the address, but none names it or its neighbours.
  case special(AddressScope, coveredBy: NetGrant)

  package var explanation: String {
    switch self {
    case .noGrants: "no net grant is given"
    case .nameNotGranted: "no grant names this host"
    case .addressNotGranted: "no grant names this address, and a granted name does not grant its addresses"
    case .otherDepth(let grant): "the \"*\" of \(grant) stands for exactly one part of a name"
    case .otherPorts(let grant): "\(grant) grants other ports"
    case .otherTransport(let grant): "\(grant) grants only \(grant.transport.rawValue.uppercased())"
    case .special(let scope, let grant): "\(grant) does not grant the \(scope.rawValue) addresses within"
    }
  }

  /// What to add to the manifest if the target is wanted.
  package func hint(for target: NetTarget) -> String {
    let grant = "add to net: \"\(target)\""
    switch self {
    case .special(.unspecified, _): return "connect to an address that names a host"
    case .addressNotGranted: return "connect by name, or \(grant)"
    case .noGrants, .nameNotGranted, .otherDepth, .otherPorts, .otherTransport, .special: return grant
    }
  }
}
