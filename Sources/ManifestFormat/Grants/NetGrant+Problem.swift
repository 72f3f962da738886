extension NetGrant {
  /// Why a text is no net grant.
  package enum Problem: Error, Hashable, Sendable {
    case empty, everyHost, anyDepth, wildcardWithin, hostNetwork, udpWithoutPort, noDestination
    case endpoint(EndpointProblem)
    case host(HostName.Problem)
    case ports(PortSet.Problem)

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .everyHost: "names every host"
      case .anyDepth: "has \"**\", but a wildcard stands for exactly one part of a name"
      case .wildcardWithin: "has a \"*\" that is not the whole first part of the name"
      case .hostNetwork: "is not a host: the network of the host is not granted in a list"
      case .udpWithoutPort: "names no port of UDP"
      case .noDestination: "stands for no host in particular"
      case .endpoint(let problem): problem.explanation
      case .host(let problem): problem.explanation
      case .ports(let problem): problem.explanation
      }
    }

    package var hint: String {
      switch self {
      case .empty: "write HOST, HOST:PORT or udp://HOST:PORT"
      case .everyHost: "name the hosts; 0.0.0.0/0 and [::]/0 stand for every public address, without names"
      case .anyDepth: "write *.example.org, and one grant for each name below which there are more"
      case .wildcardWithin: "write *.example.org"
      case .hostNetwork: "write net: host, or a port if a host has that name"
      case .udpWithoutPort: "write the port, such as udp://example.org:53"
      case .noDestination: "write the address of the host; 0.0.0.0/0 and [::]/0 stand for every public one"
      case .endpoint(let problem): problem.hint
      case .host(let problem): problem.hint
      case .ports(let problem): problem.hint
      }
    }
  }
}

/// Why a text does not fall into a host and a port.
package enum EndpointProblem: Error, Hashable, Sendable {
  case unknownTransport(String)
  case userOrPath, brackets, lengthInBrackets
  case address(IPRange.Problem)

  package var explanation: String {
    switch self {
    case .unknownTransport(let name): "starts with \"\(name)://\", and only tcp:// and udp:// are known"
    case .userOrPath: "has a user or a path, but only hosts and ports can be granted"
    case .brackets: "is neither HOST:PORT nor [IPv6]:PORT"
    case .lengthInBrackets: "has the length of the prefix within the brackets"
    case .address(let problem): problem.explanation
    }
  }

  package var hint: String {
    switch self {
    case .unknownTransport: "write the host and the port: 443 for https, 80 for http"
    case .userOrPath: "write only HOST:PORT"
    case .brackets: "write brackets around an IPv6 address, and only around one: [2001:db8::1]:443"
    case .lengthInBrackets: "write [2001:db8::]/32"
    case .address(let problem): problem.hint
    }
  }
}
