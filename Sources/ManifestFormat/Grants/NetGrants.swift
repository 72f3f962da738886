/// The net grants of a capsule or process. Without any, nothing is granted.
package struct NetGrants: Hashable, Sendable {
  package let grants: [NetGrant]

  package init(_ grants: [NetGrant]) { self.grants = grants }

  /// Whether a program may connect to what it names, by the first grant that says so. A name is never granted by an
  /// address, nor an address by a name: what a name resolves to is not known here.
  package func decision(for target: NetTarget) -> NetDecision {
    if let grant = grants.first(where: { $0.isReason(for: target) }) { return .granted(by: grant) }
    return .denied(denial(of: target))
  }

  /// Whether an address may be dialled that a name was resolved to; the name itself must have been granted before.
  /// A public one may. Any other one would let whoever answers for the name choose a neighbour of this host as the target
  /// (rebinding), so it needs a grant that names the address as well.
  package func decision(forResolved address: IPAddress, of target: NetTarget) -> NetDecision {
    let name = decision(for: target)
    guard case .granted = name, address.isSpecial else { return name }
    return decision(for: NetTarget(target.transport, .address(address), port: target.port))
  }

  /// The grant that came nearest tells why.
  private func denial(of target: NetTarget) -> NetDenial {
    guard !grants.isEmpty else { return .noGrants }
    let ofHost = grants.filter { $0.hosts.contain(target.host) }
    let ofTransport = ofHost.filter { $0.transport == target.transport }
    if let grant = ofTransport.first(where: { $0.ports.contains(target.port) }),
      case .address(let address) = target.host
    {
      return .special(address.scope, coveredBy: grant)
    }
    if let grant = ofTransport.first { return .otherPorts(grant) }
    if let grant = ofHost.first { return .otherTransport(grant) }
    switch target.host {
    case .name(let name):
      return grants.first { $0.hosts.isWildcardAbove(name) }.map { .otherDepth($0) } ?? .nameNotGranted
    case .address: return .addressNotGranted
    }
  }
}

extension NetGrant {
  fileprivate func isReason(for target: NetTarget) -> Bool {
    transport == target.transport && ports.contains(target.port) && hosts.contain(target.host)
      && hosts.areLiteralEnough(for: target.host)
  }
}

extension NetGrant.Hosts {
  fileprivate func contain(_ host: NetTarget.Host) -> Bool {
    switch (self, host) {
    case (.name(let granted), .name(let name)): granted == name
    case (.children(let parent), .name(let name)): name.isChild(of: parent)
    case (.addresses(let range), .address(let address)): range.contains(address)
    case (.name, .address), (.children, .address), (.addresses, .name): false
    }
  }

  /// A range that reaches beyond a special one, such as 0.0.0.0/0, does not grant it.
  fileprivate func areLiteralEnough(for host: NetTarget.Host) -> Bool {
    guard case (.addresses(let range), .address(let address)) = (self, host), let special = address.special else {
      return true
    }
    return special.scope != .unspecified && special.range.contains(range)
  }

  /// Whether only the number of labels keeps the wildcard from standing for the name.
  fileprivate func isWildcardAbove(_ name: HostName) -> Bool {
    guard case .children(let parent) = self else { return false }
    return name.isInside(parent)
  }
}
