/// A line of a requirements file as pip sees it: joined where a backslash continues it, without its comment.
struct LogicalLine {
  private(set) var scalars: [Unicode.Scalar] = []
  /// Where each of them stands.
  private var places: [(line: Int, column: Int)] = []

  var isEmpty: Bool { scalars.isEmpty }

  /// The place of a scalar, or the one behind the last.
  func place(_ offset: Int) -> (line: Int, column: Int) {
    if offset < places.count { return places[offset] }
    return places.last.map { ($0.line, $0.column + 1) } ?? (1, 1)
  }

  /// The scalars from one offset up to another.
  func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  fileprivate mutating func append(_ part: ArraySlice<Unicode.Scalar>, line: Int) {
    for (offset, scalar) in part.enumerated() {
      scalars.append(scalar)
      places.append((line, offset + 1))
    }
  }

  /// Without the comment, and without white space at both ends.
  fileprivate func stripped() -> LogicalLine {
    let comment = scalars.indices.first { index in
      scalars[index] == "#" && (index == 0 || scalars[index - 1].properties.isWhitespace)
    }
    var range = 0..<(comment ?? scalars.count)
    while let last = range.last, scalars[last].properties.isWhitespace { range = range.dropLast() }
    while let first = range.first, scalars[first].properties.isWhitespace { range = range.dropFirst() }
    var result = LogicalLine()
    result.scalars = Array(scalars[range])
    result.places = Array(places[range])
    return result
  }

  /// The lines of a text that are not empty.
  static func lines(of text: String) -> [LogicalLine] {
    var lines: [LogicalLine] = []
    var pending = LogicalLine()
    for (index, physical) in physicalLines(Array(text.unicodeScalars)).enumerated() {
      var part = physical
      let isComment = part.first { !$0.properties.isWhitespace } == "#"
      let isContinued = !isComment && part.last == "\\"
      while isContinued, part.last == "\\" { part.removeLast() }
      // A comment ends what was to be continued.
      if !isComment { pending.append(part, line: index + 1) }
      if isContinued { continue }
      lines.append(pending.stripped())
      pending = LogicalLine()
    }
    lines.append(pending.stripped())
    return lines.filter { !$0.isEmpty }
  }

  private static func physicalLines(_ scalars: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    var lines: [ArraySlice<Unicode.Scalar>] = []
    var start = scalars.first == "\u{FEFF}" ? 1 : 0
    for index in scalars.indices where scalars[index] == "\n" || scalars[index] == "\r" {
      if scalars[index] == "\n", index > 0, scalars[index - 1] == "\r" {
        start = index + 1
        continue
      }
      lines.append(scalars[min(start, index)..<index])
      start = index + 1
    }
    return lines + [scalars[start...]]
  }
}
