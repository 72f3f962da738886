/// A path that starts at the root and holds no `.`, no `..`, no empty component and no control character.
package struct AbsolutePath: Hashable, Sendable, CustomStringConvertible {
  /// The path as text; that of the root is a slash.
  package let description: String

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
    if Self.isInOrder(text, behindSlash: true) {
      self.init(inOrder: text)
      return
    }
    let components = Self.split(text)
    for component in components where component == ".." { throw .climbs }
    self.init(components: components)
  }

  private init(components: [String]) {
    var text = ""
    for component in components { text += "/" + component }
    description = components.isEmpty ? "/" : text
  }

  private init(inOrder text: String) { description = text }

  /// Reads a path that may be relative to `folder` and may climb with `..`, as a shell user writes it.
  package init(_ text: String, from folder: AbsolutePath) throws(Problem) {
    try Self.check(text)
    let isAbsolute = text.utf8.first == UInt8(ascii: "/")
    if Self.isInOrder(text, behindSlash: isAbsolute) {
      self = isAbsolute ? AbsolutePath(inOrder: text) : folder.appending(text)
      return
    }
    var components = isAbsolute ? [] : folder.components
    for component in Self.split(text) {
      if component != ".." {
        components.append(component)
      } else if !components.isEmpty {
        components.removeLast()
      }
    }
    self.init(components: components)
  }

  private static func check(_ text: String) throws(Problem) {
    let isPlain = withBytes(of: text) { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x7F { return false }
      return true
    }
    guard isPlain else { throw .controlCharacter }
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count < 4096 else { throw .tooLong }
  }

  /// Whether these are components with one slash between them, none of which is empty, `.` or `..`. Most paths are, and stay as they
  /// are.
  private static func isInOrder(_ text: String, behindSlash: Bool) -> Bool {
    withBytes(of: text) { bytes in
      var length = 0
      var isOfDots = true
      for index in (behindSlash ? 1 : 0)..<bytes.count {
        if bytes[index] == UInt8(ascii: "/") {
          if length == 0 || isOfDots && length <= 2 { return false }
          (length, isOfDots) = (0, true)
        } else {
          length += 1
          if bytes[index] != UInt8(ascii: ".") { isOfDots = false }
        }
      }
      return length > 0 && !(isOfDots && length <= 2)
    }
  }

  /// A loop over the bytes themselves takes a fourth of the time of one over a view of the text.
  private static func withBytes(of text: String, _ look: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    if let found = text.utf8.withContiguousStorageIfAvailable(look) { return found }
    return Array(text.utf8).withUnsafeBufferPointer(look)
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

  package static var root: AbsolutePath { AbsolutePath(inOrder: "/") }

  private var isRoot: Bool { description.utf8.count == 1 }

  /// The names on the way, from the root on.
  package var components: [String] { Self.split(description) }

  /// How many there are.
  package var depth: Int {
    if isRoot { return 0 }
    var count = 0
    for byte in description.utf8 where byte == UInt8(ascii: "/") { count += 1 }
    return count
  }

  /// The folder that holds this one; the root holds itself.
  package var parent: AbsolutePath {
    guard let slash = description.utf8.lastIndex(of: UInt8(ascii: "/")), slash != description.startIndex else {
      return .root
    }
    return AbsolutePath(inOrder: String(description[..<slash]))
  }

  package func appending(_ name: String) -> AbsolutePath {
    AbsolutePath(inOrder: isRoot ? "/" + name : description + "/" + name)
  }

  /// Whether this path is `folder` or lies below it.
  package func isInside(_ folder: AbsolutePath) -> Bool {
    if folder.isRoot { return true }
    let (own, other) = (description.utf8, folder.description.utf8)
    guard own.count >= other.count else { return false }
    // Another name may only begin like that of the folder.
    if own.count > other.count, own[own.index(own.startIndex, offsetBy: other.count)] != UInt8(ascii: "/") {
      return false
    }
    return Self.begins(own, with: other)
  }

  // By bytes, as the kernel compares names: for `String` a letter with an accent equals the two characters that look alike.
  package static func == (a: AbsolutePath, b: AbsolutePath) -> Bool {
    let (one, other) = (a.description.utf8, b.description.utf8)
    return one.count == other.count && begins(one, with: other)
  }

  /// From the end, where paths that are compared with each other differ first.
  private static func begins(_ text: String.UTF8View, with start: String.UTF8View) -> Bool {
    let isSame = text.withContiguousStorageIfAvailable { bytes in
      start.withContiguousStorageIfAvailable { others in
        var index = others.count
        while index > 0 {
          index -= 1
          if bytes[index] != others[index] { return false }
        }
        return true
      }
    }
    return (isSame ?? nil) ?? text.starts(with: start)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in description.utf8 { hasher.combine(byte) }
  }
}
