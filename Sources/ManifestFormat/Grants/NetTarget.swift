/// One thing that a program wants to connect to.
package struct NetTarget: Hashable, Sendable {
  package enum Host: Hashable, Sendable {
    case name(HostName)
    case address(IPAddress)
  }

  package let transport: Transport
  package let host: Host
  package let port: UInt16

  package init(_ transport: Transport, _ host: Host, port: UInt16) {
    self.transport = transport
    self.host = host
    self.port = port
  }

  /// Why a text is no such thing.
  package enum Problem: Error, Hashable, Sendable {
    case endpoint(EndpointProblem)
    case host(HostName.Problem)
    case range
    case noPort
    case port(PortSet.Problem)

    package var explanation: String {
      switch self {
      case .endpoint(let problem): problem.explanation
      case .host(let problem): problem.explanation
      case .range: "is a range of addresses, not one"
      case .noPort: "names no port"
      case .port(let problem): problem.explanation
      }
    }

    package var hint: String {
      switch self {
      case .endpoint(let problem): problem.hint
      case .host(let problem): problem.hint
      case .range: "write one address"
      case .noPort: "write HOST:PORT"
      case .port: "write one port, such as 443"
      }
    }
  }

  /// Reads `HOST:PORT` or `udp://HOST:PORT`.
  package init(_ text: String) throws(Problem) {
    let endpoint: EndpointText
    do { endpoint = try EndpointText(text) } catch { throw .endpoint(error) }
    guard let portText = endpoint.port else { throw .noPort }
    do { port = try PortSet.port(portText.utf8) } catch { throw .port(error) }
    transport = endpoint.transport ?? .tcp
    host = try Self.host(endpoint)
  }

  private static func host(_ endpoint: EndpointText) throws(Problem) -> Host {
    let range: IPRange?
    do { range = try endpoint.addresses() } catch { throw .endpoint(error) }
    if let range {
      guard endpoint.length == nil else { throw .range }
      return .address(range.base)
    }
    do { return .name(try HostName(endpoint.host)) } catch { throw .host(error) }
  }
}

extension NetTarget: CustomStringConvertible {
  package var description: String { "\(transport.prefix)\(host):\(port)" }
}

extension NetTarget.Host: CustomStringConvertible {
  package var description: String {
    switch self {
    case .name(let name): name.description
    case .address(let address): address.unmapped.bracketed
    }
  }
}
