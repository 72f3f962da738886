internal import Diagnostics

/// The keys that a table has so far: a second one of the same name is an error.
struct KeySet {
  private var positions: [String: Position] = [:]

  mutating func insert(_ key: String, at position: Position, of source: SourceText) throws(Diagnostic) {
    if let first = positions.updateValue(position, forKey: key) {
      throw source.error(
        "the key \(quoted(key)) is given twice", at: position,
        hint: "remove one; the first stands in line \(first.line)")
    }
  }
}

extension SourceText {
  func tooDeep(at position: Position) -> Diagnostic {
    error("more than \(SyntaxNode.deepestLevel) levels of nesting", at: position)
  }
}
