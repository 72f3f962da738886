/// Ports from 1 to 65535: single ones and ranges, in order, and joined where they touch.
package struct PortSet: Hashable, Sendable {
  package let ranges: [ClosedRange<UInt16>]

  package static let all = PortSet(ranges: [1...UInt16.max])

  /// Why a text is no list of ports.
  package enum Problem: Error, Hashable, Sendable {
    case empty, wildcard, notNumber(String), backwards(String)

    package var explanation: String {
      switch self {
      case .empty: "has an empty port"
      case .wildcard: "has \"*\" as its port"
      case .notNumber(let text): "has \"\(text)\" for a port, which is no number from 1 to 65535"
      case .backwards(let text): "has the range \"\(text)\" of ports, which ends before it starts"
      }
    }

    package var hint: String {
      switch self {
      case .empty, .notNumber: "write ports such as 443, 80,443 or 8000-8100"
      case .wildcard: "name the ports, or write 1-65535 for all"
      case .backwards: "write the lower port first"
      }
    }
  }

  /// Reads `443`, `80,443`, `8000-8100`, and mixtures of them.
  package init(_ text: some StringProtocol) throws(Problem) {
    var ranges: [ClosedRange<UInt16>] = []
    for part in text.utf8.split(separator: .comma, omittingEmptySubsequences: false) {
      ranges.append(try Self.range(Array(part)))
    }
    self.init(ranges: Self.joined(ranges))
  }

  private init(ranges: [ClosedRange<UInt16>]) { self.ranges = ranges }

  package func contains(_ port: UInt16) -> Bool { ranges.contains { $0.contains(port) } }

  func contains(_ others: PortSet) -> Bool {
    others.ranges.allSatisfy { range in
      ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }
  }

  /// Reads the number of one port.
  static func port(_ digits: some Collection<UInt8>) throws(Problem) -> UInt16 {
    guard !digits.isEmpty else { throw .empty }
    guard digits.first != .asterisk else { throw .wildcard }
    guard let port = plainNumber(digits, as: UInt16.self), port > 0 else {
      throw .notNumber(String(decoding: digits, as: UTF8.self))
    }
    return port
  }

  private static func range(_ bytes: [UInt8]) throws(Problem) -> ClosedRange<UInt16> {
    guard let hyphen = bytes.firstIndex(of: .hyphen) else {
      let port = try port(bytes)
      return port...port
    }
    let first = try port(bytes[..<hyphen])
    let last = try port(bytes[(hyphen + 1)...])
    guard first <= last else { throw .backwards(String(decoding: bytes, as: UTF8.self)) }
    return first...last
  }

  private static func joined(_ ranges: [ClosedRange<UInt16>]) -> [ClosedRange<UInt16>] {
    var result: [ClosedRange<UInt16>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, UInt32(range.lowerBound) <= UInt32(last.upperBound) + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

extension PortSet: CustomStringConvertible {
  package var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}
