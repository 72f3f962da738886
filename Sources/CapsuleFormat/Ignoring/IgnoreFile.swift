/// The patterns of one `.capsuleignore`, which is read as git reads a `.gitignore`.
///
/// Both are bytes and not text. No file is wrong: git passes over what it cannot use, and so a pattern that is broken
/// stands here and matches nothing.
package struct IgnoreFile: Hashable, Sendable {
  package static let name = ".capsuleignore"

  let patterns: [IgnorePattern]

  package init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let lines = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    patterns = lines.enumerated().compactMap { index, line in
      let text = Self.pattern(of: line)
      return text.isEmpty ? nil : IgnorePattern(Array(text), line: index + 1)
    }
  }

  private static func pattern(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard line.first != UInt8(ascii: "#") else { return [] }
    let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    // For git a line is a C string.
    return withoutSpacesAtEnd(line.prefix { $0 != 0 })
  }

  /// Takes the spaces at the end away, but none that a backslash escapes, and no tabs.
  private static func withoutSpacesAtEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      let isEscape = line[index] == UInt8(ascii: "\\")
      let isSpace = line[index] == UInt8(ascii: " ")
      index = min(index + (isEscape ? 2 : 1), line.endIndex)
      if !isSpace { end = index }
    }
    return line[..<end]
  }
}
