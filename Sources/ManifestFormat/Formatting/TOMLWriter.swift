/// Writes a document as TOML: for each table first the values of its keys, then the tables below it with their headers.
package struct TOMLWriter {
  private var page = Page()

  /// The text of a document, whose root is a table.
  package static func text(of root: DocumentNode) -> String {
    var writer = TOMLWriter()
    writer.write(comments: root.leading)
    writer.write(table: root, at: [])
    if root.hasTOMLTables, !root.ending.isEmpty { writer.page.addBlank() }
    writer.write(comments: root.ending)
    return writer.page.text
  }

  private mutating func write(table: DocumentNode, at path: [String]) {
    guard case .table(let entries) = table.content else { preconditionFailure("only a table has a header") }
    for entry in entries where entry.isTOMLValue { write(entry) }
    if !path.isEmpty { write(comments: table.ending) }
    for entry in entries where !entry.isTOMLValue {
      let path = path + [TOMLText.key(entry.key)]
      if case .list(let elements) = entry.value.content {
        for (index, element) in elements.enumerated() { write(element: element, index, of: entry.value, at: path) }
      } else {
        writeHeader(of: entry.value, "[" + path.joined(separator: ".") + "]")
        write(table: entry.value, at: path)
      }
    }
  }

  /// A table of a list of tables. The comments of the list stand with its first and its last.
  private mutating func write(element: DocumentNode, _ index: Int, of list: DocumentNode, at path: [String]) {
    var element = element
    if index == 0 { element.leading = list.leading + (list.trailing.map { [$0] } ?? []) + element.leading }
    if index == list.children.count - 1 { element.ending += list.ending }
    writeHeader(of: element, "[[" + path.joined(separator: ".") + "]]", isNeeded: true)
    write(table: element, at: path)
  }

  /// The header of a table; one that holds nothing but other tables needs none.
  private mutating func writeHeader(of table: DocumentNode, _ header: String, isNeeded: Bool = false) {
    let hasComments = !table.leading.isEmpty || table.trailing != nil || !table.ending.isEmpty
    guard isNeeded || hasComments || table.children.isEmpty || table.hasTOMLValues else { return }
    page.addBlankBeforeHeader()
    write(comments: table.leading)
    if table.isAfterBlank { page.addBlank() }
    page.open(header, table.trailing)
  }

  private mutating func write(_ entry: DocumentNode.Entry) {
    let value = entry.value
    write(comments: value.leading)
    if value.isAfterBlank { page.addBlank() }
    let start = TOMLText.key(entry.key) + " = "
    if case .scalar(let scalar) = value.content, let long = TOMLText.longString(scalar) {
      return page.add(start + long, value.trailing)
    }
    if let line = value.tomlLine(behind: start) { return page.add(start + line, value.trailing) }
    guard case .list = value.content else { preconditionFailure("a table of several lines has a header") }
    writeList(value, behind: start, at: 0)
  }

  /// A list with each element on a line of its own.
  private mutating func writeList(_ list: DocumentNode, behind start: String, at level: Int, end: String = "") {
    let indent = String(repeating: "  ", count: level)
    page.open(start + "[", list.trailing)
    for element in list.children {
      write(comments: element.leading + element.commentsInTable, at: level + 1)
      if element.isAfterBlank { page.addBlank() }
      let start = indent + "  "
      if let line = element.tomlLine(behind: start) {
        page.add(start + line + ",", element.trailing)
      } else if case .list = element.content {
        writeList(element, behind: start, at: level + 1, end: ",")
      } else {
        page.add(start + element.tomlText + ",", element.trailing)
      }
    }
    write(comments: list.ending, at: level + 1)
    page.add(indent + "]" + end)
  }

  private mutating func write(comments: [Comment], at level: Int = 0) {
    for comment in comments {
      if comment.isAfterBlank { page.addBlank() }
      page.add(String(repeating: "  ", count: level) + "#" + comment.text)
    }
  }
}

extension DocumentNode.Entry {
  /// Whether it is written behind its key, and not below a header.
  fileprivate var isTOMLValue: Bool {
    switch value.content {
    case .scalar: return true
    case .list(let elements):
      let isTables = !elements.isEmpty && elements.allSatisfy { if case .table = $0.content { true } else { false } }
      return !isTables || value.tomlLine(behind: TOMLText.key(key) + " = ") != nil
    case .table: return value.isInline && value.tomlLine(behind: TOMLText.key(key) + " = ") != nil
    }
  }
}

extension DocumentNode {
  fileprivate var hasTOMLValues: Bool {
    if case .table(let entries) = content { entries.contains(where: \.isTOMLValue) } else { false }
  }

  fileprivate var hasTOMLTables: Bool {
    if case .table(let entries) = content { entries.contains { !$0.isTOMLValue } } else { false }
  }

  /// The comments inside a table of a list, which has no lines of its own.
  fileprivate var commentsInTable: [Comment] {
    guard case .table = content else { return [] }
    return children.flatMap(\.comments) + ending
  }

  /// The value in one line; nil when a list needs more, or when comments inside forbid it.
  fileprivate func tomlLine(behind start: String) -> String? {
    if case .scalar = content { return tomlText }
    if children.isEmpty, ending.isEmpty { return tomlText }
    let text = tomlText
    guard isInline, !hasCommentsInside, start.count + text.count <= Self.widestLine else { return nil }
    return text
  }

  /// The value in one line, however long, without its comments.
  fileprivate var tomlText: String {
    switch content {
    case .scalar(let scalar): return TOMLText.scalar(scalar)
    case .list(let elements): return "[" + elements.map(\.tomlText).joined(separator: ", ") + "]"
    case .table(let entries):
      let parts = entries.map { TOMLText.key($0.key) + " = " + $0.value.tomlText }
      return parts.isEmpty ? "{}" : "{ " + parts.joined(separator: ", ") + " }"
    }
  }
}
