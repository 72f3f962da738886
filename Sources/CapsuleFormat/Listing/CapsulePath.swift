/// The path of something in a capsule: below its root, without `.`, `..`, empty components and control characters.
package struct CapsulePath: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let text: String

  package enum Problem: Error, Hashable, Sendable {
    case empty, absolute, notUTF8, climbs, dot, emptyComponent, controlCharacter, tooLong, longComponent, tooDeep

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .absolute: "is absolute"
      case .notUTF8: "is not UTF-8 text"
      case .climbs: "contains \"..\""
      case .dot: "contains \".\" as a component"
      case .emptyComponent: "contains an empty component"
      case .controlCharacter: "contains a control character"
      case .tooLong: "is longer than \(CapsulePath.longest) bytes"
      case .longComponent: "has a component of more than 255 bytes"
      case .tooDeep: "is more than \(CapsulePath.deepest) levels deep"
      }
    }
  }

  package static let longest = 3072
  package static let deepest = 100

  /// Reads a path; nothing is mended, and what is not wholly right is refused.
  package init(bytes: some Collection<UInt8>) throws(Problem) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    try self.init(text)
  }

  package init(_ text: String) throws(Problem) {
    guard !text.utf8.isEmpty else { throw .empty }
    guard text.utf8.first != UInt8(ascii: "/") else { throw .absolute }
    guard text.utf8.count <= Self.longest else { throw .tooLong }
    // C1 controls are two bytes in UTF-8, and steer a terminal as the others do.
    for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control { throw .controlCharacter }
    var depth = 0
    for component in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard !component.isEmpty else { throw .emptyComponent }
      guard component.count <= 255 else { throw .longComponent }
      if component.elementsEqual(".".utf8) { throw .dot }
      if component.elementsEqual("..".utf8) { throw .climbs }
      depth += 1
    }
    guard depth <= Self.deepest else { throw .tooDeep }
    self.text = text
  }

  private init(checked text: String) { self.text = text }

  package var description: String { text }
  // By bytes as well: a slash and an accent behind it are one character, and two components.
  package var components: [Substring] { text.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) } }
  package var name: Substring { components.last ?? "" }

  /// The folder that holds it; nil for what lies at the root.
  package var parent: CapsulePath? {
    text.utf8.lastIndex(of: UInt8(ascii: "/")).map { CapsulePath(checked: String(text[..<$0])) }
  }

  package func appending(_ name: String) throws(Problem) -> CapsulePath { try CapsulePath(text + "/" + name) }

  // By bytes, as the kernel compares names: for `String` a letter with an accent equals the two characters that look alike.
  package static func == (one: CapsulePath, other: CapsulePath) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  package static func < (one: CapsulePath, other: CapsulePath) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
