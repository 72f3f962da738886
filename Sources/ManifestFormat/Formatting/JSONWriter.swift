internal import Diagnostics

/// Writes a document as JSON, two spaces a level. JSON has no comments: those of the document are left out.
package struct JSONWriter {
  private var text = ""

  package static func text(of root: DocumentNode) -> String {
    var writer = JSONWriter()
    var root = root
    root.isInline = false
    writer.write(root, at: 0, behind: 0)
    return writer.text + "\n"
  }

  /// `column` characters stand before the value in its line.
  private mutating func write(_ node: DocumentNode, at level: Int, behind column: Int) {
    if let line = inline(node), column + line.count + 1 <= DocumentNode.widestLine || node.children.isEmpty {
      text += line
      return
    }
    let indent = String(repeating: "  ", count: level + 1)
    let isTable = if case .table = node.content { true } else { false }
    text += isTable ? "{\n" : "[\n"
    for (index, (key, child)) in zip(keys(of: node), node.children).enumerated() {
      let start = indent + key
      text += start
      write(child, at: level + 1, behind: start.count)
      text += index + 1 < node.children.count ? ",\n" : "\n"
    }
    text += indent.dropLast(2) + (isTable ? "}" : "]")
  }

  /// A scalar, or a list or table of scalars in one line; nil where several are needed.
  private func inline(_ node: DocumentNode) -> String? {
    if case .scalar(let scalar) = node.content {
      return scalar.form == .word ? scalar.text : string(scalar.text)
    }
    guard node.children.isEmpty || node.isInline && node.children.allSatisfy(\.isScalar) else { return nil }
    let parts = zip(keys(of: node), node.children.compactMap(inline)).map { $0 + $1 }.joined(separator: ", ")
    if case .list = node.content { return "[" + parts + "]" }
    return parts.isEmpty ? "{}" : "{ " + parts + " }"
  }

  /// What stands before each child.
  private func keys(of node: DocumentNode) -> [String] {
    guard case .table(let entries) = node.content else { return node.children.map { _ in "" } }
    return entries.map { string($0.key) + ": " }
  }

  private func string(_ text: String) -> String { JSONValue.string(text).text(isIndented: false) }
}
