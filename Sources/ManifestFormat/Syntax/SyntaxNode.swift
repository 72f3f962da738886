package import Diagnostics

/// A manifest's text as a tree in which every node knows where it stands. All syntaxes are read into this one.
package struct SyntaxNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case scalar(Scalar)
    case list([SyntaxNode])
    case table([Entry])
  }

  package struct Entry: Hashable, Sendable {
    package let key: String
    package let keyPosition: Position
    package let value: SyntaxNode
  }

  package let content: Content
  package let position: Position

  /// What the node is, in the words of an error message.
  var kindName: String {
    switch content {
    case .scalar(let scalar): scalar.kind.rawValue
    case .list: "a list"
    case .table: "a table"
    }
  }
}

/// A line and a column, counted from 1.
package struct Position: Hashable, Sendable, Comparable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A scalar's text as it was written, and what the syntax takes it for.
package struct Scalar: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case string = "a string"
    case integer = "an integer"
    case float = "a floating-point number"
    case bool = "a boolean"
    case null = "null"
    case date = "a date"
  }

  package let text: String
  package let kind: Kind
}

extension SyntaxNode {
  /// Deeper nesting is refused in every syntax.
  static let deepestLevel = 64

  /// Reads a YAML document that is not a manifest, under the same strict rules.
  package init(yaml source: SourceText) throws(Diagnostic) {
    self = try YAMLSyntax.read(source)
  }

  /// Reads a JSON document that is not a manifest.
  package init(json source: SourceText) throws(Diagnostic) {
    self = try JSONSyntax.read(source)
  }
}
