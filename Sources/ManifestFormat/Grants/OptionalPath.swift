/// A path of the host, and whether it may be missing (`PATH?`).
struct OptionalPath: Hashable, Sendable {
  let path: AbsolutePath
  let mayBeMissing: Bool

  enum Problem: Error, Hashable, Sendable {
    case path(AbsolutePath.Problem)
    case questionMark
  }

  /// Reads it by bytes: for `String` the mark and what follows it may be one character.
  init(_ text: String) throws(Problem) {
    mayBeMissing = text.utf8.last == .questionMark
    let pathText = mayBeMissing ? String(text[..<text.utf8.index(before: text.endIndex)]) : text
    do { path = try AbsolutePath(pathText) } catch { throw .path(error) }
    // Written down, such a path would mean another one.
    guard path.components.last?.utf8.last != .questionMark else { throw .questionMark }
  }

  var description: String { path.description + (mayBeMissing ? "?" : "") }
}
