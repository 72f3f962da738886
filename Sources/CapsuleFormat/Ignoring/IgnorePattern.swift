/// One pattern, with what its first and last bytes say about it.
struct IgnorePattern: Hashable, Sendable {
  /// Without the spaces at its end, as `git check-ignore` shows it.
  let text: [UInt8]
  /// The line of its file, or its place in a list; the first is 1.
  let line: Int
  /// `!` in front: what it matches is packed after all.
  let isNegated: Bool
  /// `/` at the end: it matches folders only. A link to a folder is none.
  let isForFolders: Bool
  /// Another `/` in it: it is held against the path from the pattern's folder, and otherwise against the name.
  let isForPaths: Bool
  /// Nothing when it cannot match anything.
  let glob: Glob?

  init(_ text: [UInt8], line: Int) {
    self.text = text
    self.line = line
    var rest = text[...]
    isNegated = rest.first == UInt8(ascii: "!")
    if isNegated { rest.removeFirst() }
    // Escaped or not: git takes the last slash away, and a backslash that stood before it then has nothing to escape.
    isForFolders = rest.last == UInt8(ascii: "/")
    if isForFolders { rest.removeLast() }
    isForPaths = rest.contains(UInt8(ascii: "/"))
    if rest.first == UInt8(ascii: "/") { rest.removeFirst() }
    glob = Glob(rest)
  }

  /// Whether it matches what lies at this path from the pattern's folder, the last component of which is the name.
  func matches(path: ArraySlice<UInt8>, name: [UInt8], isFolder: Bool) -> Bool {
    guard let glob, isFolder || !isForFolders else { return false }
    return isForPaths ? glob.matches(path) : glob.matches(name)
  }

  /// Whether it may match something in the folder at this path from the pattern's folder.
  func mayMatch(below folder: ArraySlice<UInt8>) -> Bool {
    guard let glob else { return false }
    return !isForPaths || glob.mayMatch(below: folder)
  }
}
