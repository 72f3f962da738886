/// Hosts and ports that a capsule may connect to, such as `api.example.org:443`, `*.example.org`, `10.0.0.0/8:5432` or
/// `udp://192.0.2.1:53`. Without ports it means every port of TCP.
package struct NetGrant: Hashable, Sendable {
  package enum Hosts: Hashable, Sendable {
    case name(HostName)
    /// The names with exactly one label in front of this one.
    case children(of: HostName)
    case addresses(IPRange)
  }

  package let transport: Transport
  package let hosts: Hosts
  package let ports: PortSet

  package init(_ text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    let endpoint: EndpointText
    do { endpoint = try EndpointText(text) } catch { throw .endpoint(error) }
    transport = endpoint.transport ?? .tcp
    hosts = try Self.hosts(endpoint)
    ports = try Self.ports(endpoint.port, transport)
    // The word for the whole network of the host. A host of that name can be granted with a port.
    guard description != "host" else { throw .hostNetwork }
  }

  private static func hosts(_ endpoint: EndpointText) throws(Problem) -> Hosts {
    if let range = try addresses(endpoint) {
      // Programs reach themselves by it, and who dials it from the host would reach the host.
      guard range.literallyGranted?.scope != .unspecified else { throw .noDestination }
      return .addresses(range)
    }
    let bytes = endpoint.host.utf8
    guard bytes.contains(.asterisk) else { return .name(try name(endpoint.host)) }
    guard !bytes.elementsEqual("*".utf8) else { throw .everyHost }
    guard !bytes.starts(with: "**.".utf8) else { throw .anyDepth }
    guard bytes.starts(with: "*.".utf8), !bytes.dropFirst().contains(.asterisk) else { throw .wildcardWithin }
    return .children(of: try name(endpoint.host.dropBytes(2)))
  }

  private static func name(_ text: Substring) throws(Problem) -> HostName {
    do { return try HostName(text) } catch { throw .host(error) }
  }

  private static func addresses(_ endpoint: EndpointText) throws(Problem) -> IPRange? {
    do { return try endpoint.addresses() } catch { throw .endpoint(error) }
  }

  private static func ports(_ text: Substring?, _ transport: Transport) throws(Problem) -> PortSet {
    guard let text else {
      // Each port of UDP takes a relay of its own, so all of them are granted only in so many words.
      guard transport == .tcp else { throw .udpWithoutPort }
      return .all
    }
    do { return try PortSet(text) } catch { throw .ports(error) }
  }
}

extension NetGrant: CustomStringConvertible {
  /// The one text of this grant: however it was written, the same grant gives the same text, which reads as this grant.
  package var description: String {
    transport.prefix + "\(hosts)" + (transport == .tcp && ports == .all ? "" : ":\(ports)")
  }
}

extension NetGrant.Hosts: CustomStringConvertible {
  package var description: String {
    switch self {
    case .name(let name): name.description
    case .children(let parent): "*.\(parent)"
    case .addresses(let range): range.description
    }
  }
}

extension NetGrant {
  /// What whoever reviews the grant should know; nil when it reaches no further than it looks.
  package var caution: String? {
    switch hosts {
    case .name: nil
    case .children(let parent): parent.labelCount == 1 ? "covers every name directly below \"\(parent)\"" : nil
    case .addresses(let range):
      if let scope = range.literallyGranted?.scope {
        "covers \(scope.rawValue) addresses"
      } else if range.prefixLength < range.base.width / 4 {
        "covers a large part of the internet"
      } else {
        nil
      }
    }
  }
}

extension NetGrant {
  /// Whether everything that the other grants is granted by this one too.
  package func covers(_ other: NetGrant) -> Bool {
    guard transport == other.transport, ports.contains(other.ports) else { return false }
    return switch (hosts, other.hosts) {
    case (.name(let mine), .name(let name)): mine == name
    case (.children(let parent), .name(let name)): name.isChild(of: parent)
    case (.children(let mine), .children(let parent)): mine == parent
    case (.addresses(let mine), .addresses(let range)): mine.contains(range)
    case (.name, _), (.children, _), (.addresses, _): false
    }
  }
}
