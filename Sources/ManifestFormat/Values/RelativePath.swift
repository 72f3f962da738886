/// A path below some folder: no slash in front, no `..`, no empty component.
struct RelativePath: Hashable, Sendable {
  let components: [String]

  /// Reads a path; `.` and doubled slashes are dropped.
  init(_ text: String) throws(AbsolutePath.Problem) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.first != UInt8(ascii: "/") else { throw .notRelative }
    components = try AbsolutePath("/" + text).components
    guard !components.isEmpty else { throw .empty }
  }
}
