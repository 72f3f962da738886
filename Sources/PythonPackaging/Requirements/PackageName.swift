/// The name of a Python distribution, or of an extra of one: `Flask_SQLAlchemy` is the same as `flask-sqlalchemy`.
package struct PackageName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// As it was written.
  package let text: String
  /// In small letters, with one `-` for each run of separators.
  package let normal: String

  /// Reads a name; nil when it has other characters than ASCII letters, digits and, between them, `-`, `_` and `.`.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, first.isAlphanumeric, last.isAlphanumeric,
      bytes.allSatisfy({ $0.isAlphanumeric || $0.isSeparator })
    else { return nil }
    self.text = String(text)
    normal = bytes.split { $0.isSeparator }.map { String(decoding: $0, as: UTF8.self).lowercased() }
      .joined(separator: "-")
  }

  package var description: String { text }

  package static func == (one: PackageName, other: PackageName) -> Bool { one.normal == other.normal }
  package static func < (one: PackageName, other: PackageName) -> Bool { one.normal < other.normal }
  package func hash(into hasher: inout Hasher) { hasher.combine(normal) }
}
