internal import Diagnostics

/// Reads YAML as a document.
///
/// libyaml tells where every scalar stands, and drops comments. Between the scalars only marks and comments remain, so the
/// sign of a comment can be looked for there without knowing how strings are written.
enum YAMLDocument {
  static func read(_ source: SourceText) throws(Diagnostic) -> DocumentNode {
    let lines = TextLines(source.bytes)
    var builder = DocumentBuilder(lines)
    var end = 0
    var tables: [(isTable: Bool, isKeyNext: Bool)] = []
    for event in try YAMLSyntax.events(of: source) {
      for range in comments(of: lines, between: end, event.range.lowerBound) {
        builder.comment(at: range.lowerBound, end: range.upperBound)
      }
      // Before the mark that begins a document there may be further lines, with comments.
      if case .documentStart = event.kind {
        end = event.range.lowerBound
      } else {
        end = max(end, event.range.upperBound)
      }
      let isKey = tables.last?.isKeyNext ?? false
      switch event.kind {
      case .streamStart, .streamEnd, .documentStart, .documentEnd: continue
      case .scalar(let scalar) where isKey: builder.key(scalar.text, in: event.range)
      case .scalar(let scalar): add(scalar, event, lines, &builder)
      case .listStart, .tableStart:
        let isTable = if case .tableStart = event.kind { true } else { false }
        builder.begin(isTable: isTable, isFlow: event.isFlow, isInline: event.isFlow, at: event.range.lowerBound)
        tables.append((isTable, isTable))
        continue
      case .listEnd, .tableEnd:
        builder.end(at: event.range.upperBound)
        tables.removeLast()
      }
      if tables.last?.isTable == true { tables[tables.count - 1].isKeyNext.toggle() }
    }
    return builder.finish()
  }

  private static func comments(of lines: TextLines, between start: Int, _ end: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var index = start
    while index < end, let sign = lines.scalars[index..<end].firstIndex(of: "#") {
      index = lines.endOfLine(sign)
      ranges.append(sign..<index)
    }
    return ranges
  }

  private static func add(
    _ scalar: Scalar, _ event: YAMLSyntax.Event, _ lines: TextLines, _ builder: inout DocumentBuilder
  ) {
    let range = event.range
    let start = range.isEmpty ? nil : lines.scalars[range.lowerBound]
    let isBlock = start == "|" || start == ">"
    let firstLine = range.lowerBound..<(isBlock ? lines.endOfLine(range.lowerBound) : range.upperBound)
    let isBroken = lines.line(of: range.lowerBound) < lines.line(of: range.upperBound)
    // Text that its author has broken into lines is broken again where it does not fit.
    let isFolded = event.isFolded || isBroken && !isBlock && scalar.text.count > DocumentNode.widestLine * 3 / 4
    let form = scalar.kind == .string ? isFolded ? DocumentScalar.Form.folded : .string : .word
    builder.scalar(DocumentScalar(scalar.text, form), in: firstLine)
    guard isBlock, let sign = lines.scalars[firstLine].firstIndex(of: "#") else { return }
    builder.comment(at: sign, end: firstLine.upperBound)
  }
}
