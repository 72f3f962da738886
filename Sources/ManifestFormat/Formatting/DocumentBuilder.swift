/// Puts a document together from what stands in a file, in its order, and finds for each comment where it belongs.
struct DocumentBuilder {
  /// What a comment at the end of a line is about.
  private enum Last {
    case nothing, key, opening, child
  }

  private struct Open {
    var node: DocumentNode
    var isTable: Bool
    var isFlow: Bool
    /// Comments from this column on belong to it, if it is a block.
    var column: Int
    var key: String?
    var children: [DocumentNode] = []
    var keys: [String] = []
  }

  private let lines: TextLines
  private var open: [Open] = []
  private var root: DocumentNode?
  private var pending: [(comment: Comment, column: Int)] = []
  private var last = Last.nothing
  private var lastLine = 0
  /// What is known of the next value before it comes.
  private var next = DocumentNode(.list([]))

  init(_ lines: TextLines) { self.lines = lines }

  /// A comment whose sign stands at `index`; `end` is the end of its line.
  mutating func comment(at index: Int, end: Int) {
    let line = lines.line(of: index)
    var comment = Comment(written: lines.text(index + 1..<end))
    if lines.isFirstInLine(index) {
      comment.isAfterBlank = lines.isAfterBlank(line: line)
    } else if line == lastLine, attach(comment) {
      return
    }
    pending.append((comment, lines.column(of: index)))
  }

  /// Puts a comment at the end of the line of what stands before it; false when that has no place for it.
  private mutating func attach(_ comment: Comment) -> Bool {
    let top = open.count - 1
    switch last {
    case .nothing: return false
    case .key where next.trailing == nil: next.trailing = comment
    case .opening where open[top].node.trailing == nil: open[top].node.trailing = comment
    case .key, .opening: return false
    case .child:
      let child = open[top].children.count - 1
      if open[top].children[child].trailing == nil {
        open[top].children[child].trailing = comment
      } else {
        open[top].children[child].ending.append(comment)
      }
    }
    return true
  }

  mutating func key(_ text: String, in range: Range<Int>) {
    begin(at: range.lowerBound)
    open[open.count - 1].key = text
    (last, lastLine) = (.key, lines.line(of: range.upperBound))
  }

  mutating func scalar(_ scalar: DocumentScalar, in range: Range<Int>) {
    takePending(at: range.lowerBound)
    next.content = .scalar(scalar)
    add(next)
    (last, lastLine) = (.child, lines.line(of: range.upperBound))
  }

  /// Begins a list or table. `column` is that of its children, if it is a block.
  mutating func begin(isTable: Bool, isFlow: Bool, isInline: Bool, at index: Int) {
    // The comments before a block that is the value of a key are those of its first child.
    if open.last?.isTable == false || isFlow && !open.isEmpty { takePending(at: index) }
    next.isInline = isInline
    var column = lines.column(of: index)
    if let parent = open.last, parent.isTable, !parent.isFlow, !isTable, parent.column == column { column += 1 }
    open.append(Open(node: next, isTable: isTable, isFlow: isFlow, column: column))
    next = DocumentNode(.list([]))
    (last, lastLine) = (isFlow ? .opening : .nothing, lines.line(of: index))
  }

  /// Ends the innermost list or table; `index` is behind its bracket, if it has one.
  mutating func end(at index: Int) {
    var closed = open.removeLast()
    let mine = closed.isFlow ? pending[...] : pending.prefix { $0.column >= closed.column }
    closed.node.ending += mine.map(\.comment)
    pending.removeFirst(mine.count)
    closed.node.content =
      closed.isTable
      ? .table(zip(closed.keys, closed.children).map { DocumentNode.Entry($0, $1) }) : .list(closed.children)
    add(closed.node)
    (last, lastLine) = (closed.isFlow && !open.isEmpty ? .child : .nothing, lines.line(of: index))
  }

  /// The document, with what is left of comments at its end.
  mutating func finish() -> DocumentNode {
    guard var root else { preconditionFailure("a document has a root") }
    root.ending += pending.map(\.comment)
    // The root has no line of its own.
    root.leading += root.trailing.map { [$0] } ?? []
    root.trailing = nil
    return root
  }

  private mutating func takePending(at index: Int) {
    if open.last?.isTable == false { begin(at: index) }
    next.leading += pending.map(\.comment)
    pending = []
  }

  /// Begins a key, or an element of a list.
  private mutating func begin(at index: Int) {
    next = DocumentNode(.list([]))
    next.leading = pending.map(\.comment)
    pending = []
    next.isAfterBlank = lines.isAfterBlank(line: lines.line(of: index))
  }

  private mutating func add(_ node: DocumentNode) {
    next = DocumentNode(.list([]))
    guard !open.isEmpty else { return root = node }
    let top = open.count - 1
    open[top].children.append(node)
    if let key = open[top].key { open[top].keys.append(key) }
  }
}
