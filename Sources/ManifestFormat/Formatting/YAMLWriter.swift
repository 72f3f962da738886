/// Writes a document as YAML: blocks, two spaces a level, one blank line around each section.
package struct YAMLWriter {
  private var page = Page()

  /// The text of a document, whose root is a table or a list that is not empty.
  package static func text(of root: DocumentNode) -> String {
    var writer = YAMLWriter()
    writer.write(comments: root.leading, at: 0)
    writer.writeBlock(root, at: 0, isRoot: true)
    return writer.page.text
  }

  /// The children of a list or table, each on lines of its own, and what stands behind them.
  private mutating func writeBlock(_ node: DocumentNode, at level: Int, isRoot: Bool = false) {
    switch node.content {
    case .scalar: preconditionFailure("a scalar is no block")
    case .list(let elements):
      for element in elements { write(element: element, at: level) }
    case .table(let entries):
      for (index, entry) in entries.enumerated() {
        if isRoot, index > 0, isSection(entry) || isSection(entries[index - 1]) { page.addBlank() }
        write(entry, at: level)
      }
      if isRoot, !node.ending.isEmpty, let last = entries.last, isSection(last) { page.addBlank() }
    }
    write(comments: node.ending, at: level)
  }

  /// Whether an entry of the root takes several lines, and is no text.
  private func isSection(_ entry: DocumentNode.Entry) -> Bool {
    needsBlock(entry.value, behind: key(entry.key) + ": ")
  }

  private mutating func write(_ entry: DocumentNode.Entry, at level: Int) {
    write(comments: entry.value.before, at: level)
    if entry.value.isAfterBlank { page.addBlank() }
    write(entry.value, behind: indent(level) + key(entry.key) + ":", at: level + 1)
  }

  /// A value behind `start`, in its line or below it.
  private mutating func write(_ value: DocumentNode, behind start: String, at level: Int) {
    if let text = inline(value, behind: start + " ") {
      page.add(start + " " + text, value.trailing)
    } else if case .scalar(let scalar) = value.content, let block = YAMLScalar.block(scalar, at: level) {
      page.add(start + " " + block.sign, value.trailing)
      for line in block.lines { page.add(line.isEmpty ? "" : indent(level) + line) }
    } else {
      page.open(start, value.trailing)
      writeBlock(value, at: level)
    }
  }

  private mutating func write(element: DocumentNode, at level: Int) {
    let start = indent(level) + "-"
    var element = element
    write(comments: takeCommentsOfFirstLine(&element, at: level), at: level)
    if element.isAfterBlank { page.addBlank() }
    guard needsBlock(element, behind: start + " ") else { return write(element, behind: start, at: level + 1) }
    // The first child stands in the line of the hyphen.
    let first = page.count
    page.forbidBlank()
    writeBlock(element, at: level + 1)
    page.replaceStart(ofLine: first, by: start + " ")
  }

  /// Takes off the comments for which the line that the hyphen shares with the first child has no place.
  private func takeCommentsOfFirstLine(_ element: inout DocumentNode, at level: Int) -> [Comment] {
    var comments = element.before
    element.leading = []
    guard needsBlock(element, behind: indent(level) + "- ") else { return comments }
    comments += element.trailing.map { [$0] } ?? []
    element.trailing = nil
    switch element.content {
    case .scalar: break
    // Long lists are changed only where there is something to take.
    case .list(var elements):
      var first = elements[0]
      let taken = takeCommentsOfFirstLine(&first, at: level + 1)
      guard !taken.isEmpty else { break }
      elements[0] = first
      element.content = .list(elements)
      comments += taken
    case .table(var entries):
      comments += entries[0].value.before
      guard !entries[0].value.leading.isEmpty else { break }
      entries[0].value.leading = []
      element.content = .table(entries)
    }
    return comments
  }

  private mutating func write(comments: [Comment], at level: Int) {
    for comment in comments {
      if comment.isAfterBlank { page.addBlank() }
      page.add(indent(level) + "#" + comment.text)
    }
  }

  private func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }

  private func key(_ text: String, isInFlow: Bool = false) -> String { YAMLScalar.text(text, isInFlow: isInFlow) }
}

// What stands in one line.
extension YAMLWriter {
  private func needsBlock(_ node: DocumentNode, behind start: String) -> Bool {
    !node.isScalar && inline(node, behind: start) == nil
  }

  /// A value as it stands behind `start` in one line; nil when it needs several.
  private func inline(_ node: DocumentNode, behind start: String) -> String? {
    switch node.content {
    case .scalar(let scalar):
      return YAMLScalar.block(scalar, at: 1) == nil ? YAMLScalar.text(scalar, isInFlow: false) : nil
    case .list(let elements):
      if elements.isEmpty { return "[]" }
      return flow(node).flatMap { fitting("[" + $0.joined(separator: ", ") + "]", start) }
    case .table(let entries):
      if entries.isEmpty { return "{}" }
      guard let values = flow(node) else { return nil }
      let parts = zip(entries, values).map { key($0.key, isInFlow: true) + ": " + $1 }
      return fitting("{ " + parts.joined(separator: ", ") + " }", start)
    }
  }

  /// The scalars of a list or table that may stand in one line.
  private func flow(_ node: DocumentNode) -> [String]? {
    // More could not fit, whatever they are; asking that of long lists again and again would take long.
    guard node.isInline, node.children.count <= DocumentNode.widestLine / 2 else { return nil }
    var parts: [String] = []
    for child in node.children {
      guard case .scalar(let scalar) = child.content, YAMLScalar.block(scalar, at: 1) == nil else { return nil }
      parts.append(YAMLScalar.text(scalar, isInFlow: true))
    }
    return node.hasCommentsInside ? nil : parts
  }

  private func fitting(_ text: String, _ start: String) -> String? {
    start.count + text.count <= DocumentNode.widestLine ? text : nil
  }
}
