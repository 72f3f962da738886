/// A port of the host that leads to a port inside, such as `127.0.0.1:8080->3000`. TCP only.
package struct ListenGrant: Hashable, Sendable {
  package let hostAddress: IPAddress
  package let hostPort: UInt16
  package let insidePort: UInt16

  /// Reads `PORT`, `ADDRESS:PORT`, and either with `->PORT` behind it. Without an address it is 127.0.0.1, so that nobody
  /// opens a port to the network without saying so; without a port inside, it is the same as on the host.
  package init(_ text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    let (host, inside) = Self.split(text[...])
    let address: IPAddress
    (address, hostPort) = try Self.hostSide(host)
    insidePort = try inside.map { side throws(Problem) in try Self.port(side) } ?? hostPort
    hostAddress = address
  }

  private static func split(_ text: Substring) -> (host: Substring, inside: Substring?) {
    let bytes = text.utf8
    let arrow = bytes.indices.first { bytes[$0...].starts(with: "->".utf8) }
    return arrow.map { (text[..<$0], text[$0...].dropBytes(2)) } ?? (text, nil)
  }

  private static func hostSide(_ text: Substring) throws(Problem) -> (IPAddress, UInt16) {
    guard text.utf8.contains(where: { $0 == .colon || $0 == .dot || $0 == .openBracket }) else {
      return (.v4(0x7F00_0001), try port(text))
    }
    let endpoint: EndpointText
    do { endpoint = try EndpointText(String(text)) } catch { throw .endpoint(error) }
    guard endpoint.transport != .udp else { throw .udp }
    guard !endpoint.host.utf8.elementsEqual("*".utf8) else { throw .everyAddress }
    guard let portText = endpoint.port else { throw .noPort }
    let hostPort = try port(portText)
    guard endpoint.length == nil else { throw .range }
    let range: IPRange?
    do { range = try endpoint.addresses() } catch { throw .endpoint(error) }
    guard let address = range?.base else {
      // `8080:3000`, as container engines write it.
      if let first = plainNumber(endpoint.host.utf8, as: UInt16.self), first > 0 {
        throw .colonForArrow("\(first)->\(hostPort)")
      }
      throw .notAddress
    }
    guard address.scope != .multicast else { throw .multicast }
    return (address, hostPort)
  }

  private static func port(_ text: Substring) throws(Problem) -> UInt16 {
    let bytes = text.utf8
    let ends = bytes.split(separator: .hyphen)
    if ends.count == 2, ends.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }) { throw .portRange }
    do { return try PortSet.port(bytes) } catch { throw .port(error) }
  }

  /// What whoever reviews the grant should know.
  package var caution: String? {
    switch hostAddress.scope {
    case .loopback: nil
    case .unspecified: "is open to every network of the host"
    default: "is open to whoever reaches \(hostAddress)"
    }
  }
}

extension ListenGrant: CustomStringConvertible {
  /// The one text of this grant, with all its parts.
  package var description: String { "\(hostAddress.bracketed):\(hostPort)->\(insidePort)" }
}

extension ListenGrant {
  /// Why a text is no listen grant.
  package enum Problem: Error, Hashable, Sendable {
    case empty, udp, everyAddress, noPort, range, portRange, notAddress, multicast
    /// With what was perhaps meant.
    case colonForArrow(String)
    case endpoint(EndpointProblem)
    case port(PortSet.Problem)

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .udp: "asks for UDP, but only TCP can be listened on"
      case .everyAddress: "has \"*\" for an address"
      case .noPort: "names no port"
      case .range: "is a range of addresses, not one"
      case .portRange: "is a range of ports, not one"
      case .notAddress: "has no address of the host in front of the port"
      case .multicast: "has a multicast address"
      case .colonForArrow: "has a colon between two ports"
      case .endpoint(let problem): problem.explanation
      case .port(let problem): problem.explanation
      }
    }

    package var hint: String {
      switch self {
      case .empty, .noPort, .port: "write [ADDRESS:]PORT[->PORT], such as 127.0.0.1:8080->3000"
      case .udp: "write the port of TCP"
      case .everyAddress: "write 0.0.0.0 or [::], one grant each, to open the port to every network"
      case .range: "write one address; 0.0.0.0 and [::] stand for all"
      case .portRange: "write one grant for each port"
      case .notAddress: "write an address, such as 127.0.0.1; names are not looked up"
      case .multicast: "write an address of the host"
      case .colonForArrow(let meant): "write \(meant)"
      case .endpoint(let problem): problem.hint
      }
    }
  }
}
