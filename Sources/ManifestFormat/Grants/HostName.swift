/// The name of a host in its one form: labels of lower-case letters, digits and hyphens, joined by dots, without a dot at
/// the end; what is not ASCII is encoded (`xn--…`).
package struct HostName: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  /// Reads a name in any case, with at most one dot at its end, and with letters beyond ASCII.
  package init(_ text: some StringProtocol) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    // No name that fits is longer; so what follows is cheap whatever is given.
    guard text.utf8.count <= 4 * Self.longest else { throw .tooLong }
    var scalars = Array(text.unicodeScalars)
    if let lookAlike = scalars.first(where: { Self.dotLookAlikes.contains($0) }) { throw .dotLookAlike(lookAlike) }
    if scalars.last == "." { scalars.removeLast() }
    var labels: [String] = []
    for label in scalars.split(separator: ".", omittingEmptySubsequences: false) {
      labels.append(try Self.label(label))
    }
    if let last = labels.last, Self.isNumber(last) { throw .lastLabelIsNumber }
    description = labels.joined(separator: ".")
    guard description.utf8.count <= Self.longest else { throw .tooLong }
  }

  package var labelCount: Int { description.utf8.reduce(1) { $1 == .dot ? $0 + 1 : $0 } }

  /// Whether this name is one label in front of the other. Both are in their one form, so what stands behind the first dot
  /// is a name of its own, and is compared as a whole.
  package func isChild(of parent: HostName) -> Bool {
    let bytes = description.utf8
    guard let dot = bytes.firstIndex(of: .dot) else { return false }
    return bytes[bytes.index(after: dot)...].elementsEqual(parent.description.utf8)
  }

  /// Whether it is the other name, or has at least one label in front of it.
  package func isInside(_ parent: HostName) -> Bool {
    let labels = description.utf8.split(separator: .dot)
    let others = parent.description.utf8.split(separator: .dot)
    return labels.count >= others.count && zip(labels.reversed(), others.reversed()).allSatisfy { $0.elementsEqual($1) }
  }

  /// 255 bytes on the wire, without the length of the first label and the empty one at the end (RFC 1035).
  private static let longest = 253
  private static let longestLabel = 63
  /// What IDNA of 2003 takes for a dot, and others do not.
  private static let dotLookAlikes: Set<Unicode.Scalar> = ["\u{3002}", "\u{FF0E}", "\u{FF61}"]

  private static func label(_ scalars: ArraySlice<Unicode.Scalar>) throws(Problem) -> String {
    guard !scalars.isEmpty else { throw .emptyLabel }
    guard scalars.count <= longestLabel else { throw .labelTooLong }
    let label = scalars.allSatisfy(\.isASCII) ? try asciiLabel(scalars) : try internationalLabel(scalars)
    guard label.utf8.count <= longestLabel else { throw .labelTooLong }
    return label
  }

  private static func asciiLabel(_ scalars: ArraySlice<Unicode.Scalar>) throws(Problem) -> String {
    var bytes: [UInt8] = []
    for scalar in scalars {
      let byte = UInt8(truncatingIfNeeded: scalar.value).lowercasedASCII
      guard byte.isASCIILetter || byte.isASCIIDigit || byte == .hyphen else { throw .badCharacter(scalar) }
      bytes.append(byte)
    }
    guard bytes.first != .hyphen, bytes.last != .hyphen else { throw .hyphenAtEdge }
    let label = String(decoding: bytes, as: UTF8.self)
    if bytes.starts(with: "xn--".utf8) {
      do { return try InternationalLabel(encoded: label.dropFirst(4)).encoded } catch { throw .label(error) }
    }
    return label
  }

  private static func internationalLabel(_ scalars: ArraySlice<Unicode.Scalar>) throws(Problem) -> String {
    do { return try InternationalLabel(scalars).encoded } catch { throw .label(error) }
  }

  /// Whether programs take a name that ends in this label for an IPv4 address: digits, or `0x` and hexadecimal digits.
  private static func isNumber(_ label: String) -> Bool {
    let bytes = label.utf8
    return bytes.allSatisfy(\.isASCIIDigit)
      || bytes.starts(with: "0x".utf8) && bytes.dropFirst(2).allSatisfy { $0.hexDigitValue != nil }
  }
}
