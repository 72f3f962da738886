internal import Diagnostics

/// Reads JSON as a document. It has no comments, and of its blank lines none is kept.
enum JSONDocument {
  static func read(_ source: SourceText) throws(Diagnostic) -> DocumentNode { document(try JSONSyntax.read(source)) }

  private static func document(_ node: SyntaxNode) -> DocumentNode {
    switch node.content {
    case .scalar(let scalar):
      return DocumentNode(.scalar(DocumentScalar(scalar.text, scalar.kind == .string ? .string : .word)))
    case .list(let elements):
      return DocumentNode(.list(elements.map(document)), isInline: elements.first?.position.line == node.position.line)
    case .table(let entries):
      return DocumentNode(
        .table(entries.map { DocumentNode.Entry($0.key, document($0.value)) }),
        isInline: entries.first?.keyPosition.line == node.position.line)
    }
  }
}
