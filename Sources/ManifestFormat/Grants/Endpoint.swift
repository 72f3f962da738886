/// How a program speaks to another one over the network.
package enum Transport: String, Hashable, Sendable {
  case tcp, udp

  /// What stands in front of a host; TCP goes without saying.
  var prefix: String { self == .tcp ? "" : "udp://" }
}

/// The parts of `TRANSPORT://HOST/LENGTH:PORT`, before it is known what may stand in each. Brackets stand around an IPv6
/// address.
struct EndpointText {
  let transport: Transport?
  let host: Substring
  let isBracketed: Bool
  let length: Substring?
  let port: Substring?

  init(_ text: String) throws(EndpointProblem) {
    var rest = text[...]
    transport = try Self.takeTransport(&rest)
    guard !rest.utf8.contains(UInt8(ascii: "@")) else { throw .userOrPath }
    isBracketed = rest.utf8.first == .openBracket
    if isBracketed {
      rest = rest.dropBytes(1)
      guard let end = rest.utf8.firstIndex(of: .closeBracket) else { throw .brackets }
      host = rest[..<end]
      rest = rest[end...].dropBytes(1)
    } else {
      host = Self.take(&rest) { $0 == .colon || $0 == .slash }
    }
    if rest.utf8.first == .slash {
      rest = rest.dropBytes(1)
      length = Self.take(&rest) { $0 == .colon }
    } else {
      length = nil
    }
    if rest.isEmpty {
      port = nil
    } else {
      guard rest.utf8.first == .colon, !rest.utf8.dropFirst().contains(.colon) else { throw .brackets }
      guard !rest.utf8.contains(.slash) else { throw .userOrPath }
      port = rest.dropBytes(1)
    }
  }

  private static func takeTransport(_ rest: inout Substring) throws(EndpointProblem) -> Transport? {
    guard let colon = rest.utf8.firstIndex(of: .colon), rest.utf8[colon...].starts(with: "://".utf8) else { return nil }
    let name = String(decoding: rest.utf8[..<colon].map(\.lowercasedASCII), as: UTF8.self)
    guard let transport = Transport(rawValue: name) else { throw .unknownTransport(String(rest[..<colon])) }
    rest = rest[colon...].dropBytes(3)
    return transport
  }

  private static func take(_ rest: inout Substring, upTo isEnd: (UInt8) -> Bool) -> Substring {
    let end = rest.utf8.firstIndex(where: isEnd) ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end]
  }
}

extension EndpointText {
  /// The addresses that stand for the host; nil when it is a name.
  func addresses() throws(EndpointProblem) -> IPRange? {
    let bytes = host.utf8
    if isBracketed {
      guard !bytes.contains(.slash) else { throw .lengthInBrackets }
      guard bytes.contains(.colon) else { throw .brackets }
    } else if length != nil {
      guard bytes.allSatisfy({ $0.isASCIIDigit || $0 == .dot }) else { throw .userOrPath }
    } else if IPAddress.fourNumbers(Array(bytes)[...]) == nil {
      return nil
    }
    do { return try IPRange(address: String(host), length: length.map { String($0) }) } catch { throw .address(error) }
  }
}

extension Substring {
  /// The text behind some bytes of ASCII.
  func dropBytes(_ count: Int) -> Substring { self[utf8.index(startIndex, offsetBy: count)...] }
}
