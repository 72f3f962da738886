/// A path that starts at the root and holds no `.`, no `..`, no empty component and no control character.
package struct AbsolutePath: Hashable, Sendable, CustomStringConvertible {
  package let components: [String]

  /// Why a text is no such path.
  package enum Problem: Error, Hashable, Sendable {
    case empty, relative, climbs, controlCharacter, tooLong

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .relative: "is not absolute"
      case .climbs: "contains \"..\""
      case .controlCharacter: "contains a control character"
      case .tooLong: "is longer than 4095 bytes"
      }
    }
  }

  /// Reads an absolute path; `.` and doubled slashes are dropped, `..` is refused.
  package init(_ text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count < 4096 else { throw .tooLong }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { throw .controlCharacter }
    guard text.hasPrefix("/") else { throw .relative }
    let components = text.split(separator: "/").filter { $0 != "." }.map(String.init)
    guard !components.contains("..") else { throw .climbs }
    self.components = components
  }

  private init(components: [String]) { self.components = components }

  /// Reads a path that may be relative to `folder` and may climb with `..`, as a shell user writes it.
  package init(_ text: String, from folder: AbsolutePath) throws(Problem) {
    let parts = text.split(separator: "/")
    var components = text.hasPrefix("/") ? [] : folder.components
    for part in parts where part != "." {
      if part == ".." {
        components = components.dropLast()
      } else {
        components.append(String(part))
      }
    }
    guard !text.isEmpty else { throw .empty }
    try self.init("/" + components.joined(separator: "/"))
  }

  package static let root = AbsolutePath(components: [])

  package var description: String { "/" + components.joined(separator: "/") }

  /// The folder that holds this one; the root holds itself.
  package var parent: AbsolutePath { AbsolutePath(components: components.dropLast()) }

  package func appending(_ name: String) -> AbsolutePath { AbsolutePath(components: components + [name]) }

  /// Whether this path is `folder` or lies below it.
  package func isInside(_ folder: AbsolutePath) -> Bool { components.starts(with: folder.components) }
}
