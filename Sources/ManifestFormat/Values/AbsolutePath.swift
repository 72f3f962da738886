/// A path that starts at the root and holds no `.`, no `..`, no empty component and no control character.
package struct AbsolutePath: Hashable, Sendable, CustomStringConvertible {
  package let components: [String]

  /// Why a text is no such path.
  package enum Problem: Error, Hashable, Sendable {
    case empty, relative, notRelative, climbs, questionMark, controlCharacter, tooLong

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .relative: "is not absolute"
      case .notRelative: "is absolute"
      case .questionMark: "ends with a \"?\" that is part of its name"
      case .climbs: "contains \"..\""
      case .controlCharacter: "contains a control character"
      case .tooLong: "is longer than 4095 bytes"
      }
    }
  }

  /// Reads an absolute path; `.` and doubled slashes are dropped, `..` is refused.
  package init(_ text: String) throws(Problem) {
    try Self.check(text)
    guard text.utf8.first == UInt8(ascii: "/") else { throw .relative }
    components = Self.split(text)
    for component in components where component == ".." { throw .climbs }
  }

  private init(components: [String]) { self.components = components }

  /// Reads a path that may be relative to `folder` and may climb with `..`, as a shell user writes it.
  package init(_ text: String, from folder: AbsolutePath) throws(Problem) {
    try Self.check(text)
    var components = text.utf8.first == UInt8(ascii: "/") ? [] : folder.components
    for component in Self.split(text) {
      if component != ".." {
        components.append(component)
      } else if !components.isEmpty {
        components.removeLast()
      }
    }
    self.components = components
  }

  private static func check(_ text: String) throws(Problem) {
    var length = 0
    for byte in text.utf8 {
      length += 1
      guard byte >= 0x20, byte != 0x7F else { throw .controlCharacter }
    }
    guard length > 0 else { throw .empty }
    guard length < 4096 else { throw .tooLong }
  }

  /// The components but `.`. Written by hand: this runs at every start, where the generic `split` costs more than the rest.
  private static func split(_ text: String) -> [String] {
    var result: [String] = []
    var component: [UInt8] = []
    func end() {
      let name = String(decoding: component, as: UTF8.self)
      if !component.isEmpty, name != "." { result.append(name) }
      component.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "/") { end() } else { component.append(byte) }
    }
    end()
    return result
  }

  package static var root: AbsolutePath { AbsolutePath(components: []) }

  package var description: String {
    if components.isEmpty { return "/" }
    var text = ""
    for component in components { text += "/" + component }
    return text
  }

  /// The folder that holds this one; the root holds itself.
  package var parent: AbsolutePath { AbsolutePath(components: Array(components.dropLast())) }

  package func appending(_ name: String) -> AbsolutePath { AbsolutePath(components: components + [name]) }

  /// Whether this path is `folder` or lies below it.
  package func isInside(_ folder: AbsolutePath) -> Bool {
    guard components.count >= folder.components.count else { return false }
    // From the end, where paths that are compared with each other differ first.
    for index in folder.components.indices.reversed() {
      let (own, other) = (components[index].utf8, folder.components[index].utf8)
      guard own.count == other.count, own.elementsEqual(other) else { return false }
    }
    return true
  }

  // By bytes, as the kernel compares names: for `String` a letter with an accent equals the two characters that look alike.
  package static func == (a: AbsolutePath, b: AbsolutePath) -> Bool {
    a.components.count == b.components.count && a.isInside(b)
  }

  package func hash(into hasher: inout Hasher) {
    for component in components {
      for byte in component.utf8 { hasher.combine(byte) }
      hasher.combine(UInt8(ascii: "/"))
    }
  }
}
