/// Names of files that the tables of devices and sockets hold, such as `nvme#*`: `*` stands for any bytes of one
/// component, `#` for one digit. What lies below a match matches too.
struct PathPattern: Sendable {
  private let components: [[UInt8]]

  init(_ text: String) { components = text.utf8.split(separator: .slash).map { Array($0) } }

  func matches(_ names: ArraySlice<String>) -> Bool {
    names.count >= components.count && zip(components, names).allSatisfy { Self.matches($0[...], Array($1.utf8)[...]) }
  }

  /// Whether the path matches, or is a folder that what matches can lie in.
  func meets(_ names: ArraySlice<String>) -> Bool {
    zip(components, names).allSatisfy { Self.matches($0[...], Array($1.utf8)[...]) }
  }

  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == .asterisk {
      return (name.startIndex...name.endIndex).contains { matches(pattern.dropFirst(), name[$0...]) }
    }
    guard let byte = name.first, byte == first || (first == UInt8(ascii: "#") && byte.isASCIIDigit) else {
      return false
    }
    return matches(pattern.dropFirst(), name.dropFirst())
  }
}
