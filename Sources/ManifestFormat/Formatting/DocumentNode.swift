/// A manifest as a person writes it: values, and the comments and blank lines between them.
///
/// `SyntaxNode` is what is read to find out what a manifest means; this is what is written. A writer for each syntax makes
/// text of it: `YAMLWriter`, `TOMLWriter` and `JSONWriter`.
package struct DocumentNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case scalar(DocumentScalar)
    case list([DocumentNode])
    case table([Entry])
  }

  package struct Entry: Hashable, Sendable {
    package var key: String
    package var value: DocumentNode

    package init(_ key: String, _ value: DocumentNode) {
      self.key = key
      self.value = value
    }
  }

  package var content: Content
  /// Comments on lines of their own before the key or the element; of the root: at the top of the file.
  package var leading: [Comment]
  /// The comment at the end of its line; of a list or table that takes several lines: of the first of them.
  package var trailing: Comment?
  /// Comments behind the last element of a list or table; of the root: at the end of the file.
  package var ending: [Comment] = []
  /// Whether a blank line stands directly before it, behind its leading comments.
  package var isAfterBlank = false
  /// Whether a list or table is written in one line where that is possible.
  package var isInline: Bool

  package init(
    _ content: Content, leading: [Comment] = [], trailing: Comment? = nil, isInline: Bool = false
  ) {
    self.content = content
    self.leading = leading
    self.trailing = trailing
    self.isInline = isInline
  }
}

/// A comment of one line, without the sign that begins it.
package struct Comment: Hashable, Sendable {
  package var text: String
  /// Whether a blank line stands before it.
  package var isAfterBlank: Bool

  /// `text` with the space that usually stands before it.
  package init(_ text: String, isAfterBlank: Bool = false) {
    self.init(written: text.isEmpty ? "" : " " + text, isAfterBlank: isAfterBlank)
  }

  /// A comment for a program, without a space before it.
  package init(directive: String) { self.init(written: directive) }

  /// A comment as it stands in a file.
  init(written text: String, isAfterBlank: Bool = false) {
    var words = text[...]
    while let last = words.unicodeScalars.last, last == " " || last == "\t" { words.unicodeScalars.removeLast() }
    self.text = String(words)
    self.isAfterBlank = isAfterBlank
  }
}

/// A scalar's text, and how it is best written.
package struct DocumentScalar: Hashable, Sendable {
  package enum Form: Hashable, Sendable {
    /// A string that is quoted where it must be.
    case string
    /// A string whose lines are filled, as YAML's `>` does; other syntaxes have no such form.
    case folded
    /// A number, a boolean, null or a date, in the words of the file.
    case word
  }

  package var text: String
  package var form: Form

  package init(_ text: String, _ form: Form) {
    self.text = text
    self.form = form
  }
}

extension DocumentNode {
  package static func string(_ text: String) -> DocumentNode { DocumentNode(.scalar(DocumentScalar(text, .string))) }
  package static func integer(_ number: Int) -> DocumentNode {
    DocumentNode(.scalar(DocumentScalar(String(number), .word)))
  }
  package static func bool(_ value: Bool) -> DocumentNode {
    DocumentNode(.scalar(DocumentScalar(value ? "true" : "false", .word)))
  }

  /// A list that is written in one line if it fits.
  package static func list(_ elements: [DocumentNode]) -> DocumentNode { DocumentNode(.list(elements), isInline: true) }
  package static func table(_ entries: [Entry]) -> DocumentNode { DocumentNode(.table(entries)) }

  /// The same node with comments before it, one for each line of `text`.
  package func commented(_ text: String) -> DocumentNode {
    var copy = self
    copy.leading += text.split(separator: "\n", omittingEmptySubsequences: false).map { Comment(String($0)) }
    return copy
  }

  /// The same node with a blank line before it and its leading comments.
  package var afterBlank: DocumentNode {
    var copy = self
    if copy.leading.isEmpty { copy.isAfterBlank = true } else { copy.leading[0].isAfterBlank = true }
    return copy
  }
}

extension DocumentNode {
  var isScalar: Bool {
    if case .scalar = content { return true }
    return false
  }

  /// What a list or table holds, without the keys.
  var children: [DocumentNode] {
    switch content {
    case .scalar: []
    case .list(let elements): elements
    case .table(let entries): entries.map(\.value)
    }
  }

  /// Whether a comment stands anywhere below it, or at its end.
  var hasCommentsInside: Bool {
    !ending.isEmpty || children.contains { !$0.leading.isEmpty || $0.trailing != nil || $0.hasCommentsInside }
  }

  /// The comments before it; an empty list or table has no place for a comment inside.
  var before: [Comment] { leading + (!isScalar && children.isEmpty ? ending : []) }

  /// Every comment of the document, in its order.
  package var comments: [Comment] {
    leading + (trailing.map { [$0] } ?? []) + children.flatMap(\.comments) + ending
  }

  /// The longest line that lists and tables in one line, and filled text, may make.
  static let widestLine = 100
}
