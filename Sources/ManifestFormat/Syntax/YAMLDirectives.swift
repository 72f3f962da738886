/// Finds lines such as `%TAG ! a` before libyaml does, which compares each with all before it: a mebibyte of them takes
/// minutes. A manifest needs none.
enum YAMLDirectives {
  /// The offset of a directive that stands before the first line of content.
  static func first(in source: SourceText) -> Int? { offset(in: source, from: 0, stopsAtContent: true) }

  /// The offset of a directive that stands in what follows the document, where `offset` begins.
  static func first(in source: SourceText, behindDocumentAt offset: Int) -> Int? {
    self.offset(in: source, from: offset, stopsAtContent: false)
  }

  /// Offsets are those of Unicode scalars.
  private static func offset(in source: SourceText, from start: Int, stopsAtContent: Bool) -> Int? {
    let text = String(decoding: source.bytes, as: UTF8.self).unicodeScalars
    var isLineStart = true
    var isComment = false
    for (offset, scalar) in text.enumerated().dropFirst(start) {
      if isLineStart, scalar == "%" { return offset }
      isLineStart = isLineBreak(scalar)
      if isLineStart {
        isComment = false
      } else if scalar == "#" {
        isComment = true
      } else if stopsAtContent, !isComment, scalar != " ", scalar != "\t", scalar != "\u{FEFF}" {
        return nil
      }
    }
    return nil
  }

  /// What libyaml takes for the end of a line.
  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
