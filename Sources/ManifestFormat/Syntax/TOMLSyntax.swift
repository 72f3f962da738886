internal import CTOML
internal import Diagnostics

/// Reads TOML 1.0 into a syntax tree, through toml++.
enum TOMLSyntax {
  static func read(_ source: SourceText) throws(Diagnostic) -> SyntaxNode {
    if let place = TOMLNesting.excess(in: source) { throw source.tooDeep(at: place) }
    let builder = Builder()
    var error = ctoml_error()
    var visitor = builder.visitor()
    let status = source.bytes.withUnsafeBytes { bytes in
      ctoml_walk(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, &visitor, &error)
    }
    guard status == 0 else { throw diagnostic(of: error, source) }
    if let place = builder.tooDeep { throw source.tooDeep(at: place) }
    guard let root = builder.root else { throw source.error("the manifest is empty", at: Position(line: 1, column: 1)) }
    if case .table(let entries) = root.content, entries.isEmpty {
      throw source.error("the manifest is empty", at: Position(line: 1, column: 1))
    }
    return root
  }

  private static func diagnostic(of error: ctoml_error, _ source: SourceText) -> Diagnostic {
    let message = withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    // At the end of a line or of the text, toml++ may count further than there are characters.
    let position = source.nearest(Position(line: Int(error.line), column: Int(error.column)))
    return source.error("this is not TOML: \(message)", at: position)
  }
}

/// Puts a tree together from the walk of the C++ side.
private final class Builder {
  private struct Open {
    let position: Position
    let isTable: Bool
    var entries: [SyntaxNode.Entry] = []
    var elements: [SyntaxNode] = []
    var key: (text: String, position: Position)?
  }

  private var open: [Open] = []
  private(set) var root: SyntaxNode?
  private(set) var tooDeep: Position?

  /// Calls that lead to this builder, which must outlive the walk.
  func visitor() -> ctoml_visitor {
    ctoml_visitor(
      context: Unmanaged.passUnretained(self).toOpaque(),
      begin_table: { Builder.from($0).begin(isTable: true, $1, $2) },
      key: { Builder.from($0).key(Builder.text($1, $2), $3, $4) },
      begin_list: { Builder.from($0).begin(isTable: false, $1, $2) },
      scalar: { context, kind, start, length, line, column in
        let scalar = Scalar(text: Builder.text(start, length), kind: Builder.kind(kind))
        Builder.from(context).add(SyntaxNode(content: .scalar(scalar), position: Builder.position(line, column)))
      },
      end: { Builder.from($0).end() })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Builder {
    guard let context else { preconditionFailure("the walk lost its context") }
    return Unmanaged<Builder>.fromOpaque(context).takeUnretainedValue()
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }

  private static func position(_ line: CInt, _ column: CInt) -> Position {
    Position(line: Int(line), column: Int(column))
  }

  private static func kind(_ kind: ctoml_kind) -> Scalar.Kind {
    switch kind {
    case CTOML_STRING: .string
    case CTOML_INTEGER: .integer
    case CTOML_FLOAT: .float
    case CTOML_BOOL: .bool
    default: .date
    }
  }

  private func begin(isTable: Bool, _ line: CInt, _ column: CInt) {
    open.append(Open(position: Self.position(line, column), isTable: isTable))
    if open.count > SyntaxNode.deepestLevel, tooDeep == nil { tooDeep = Self.position(line, column) }
  }

  private func key(_ text: String, _ line: CInt, _ column: CInt) {
    open[open.count - 1].key = (text, Self.position(line, column))
  }

  private func end() {
    let closed = open.removeLast()
    add(
      SyntaxNode(content: closed.isTable ? .table(closed.entries) : .list(closed.elements), position: closed.position))
  }

  private func add(_ node: SyntaxNode) {
    guard !open.isEmpty else {
      root = node
      return
    }
    if let key = open[open.count - 1].key, open[open.count - 1].isTable {
      open[open.count - 1].entries.append(SyntaxNode.Entry(key: key.text, keyPosition: key.position, value: node))
    } else {
      open[open.count - 1].elements.append(node)
    }
  }
}
