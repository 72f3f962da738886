internal import Diagnostics

/// Turns a syntax tree into values and collects every problem on the way.
struct ManifestDecoder {
  private let source: SourceText
  private(set) var problems: [Diagnostic] = []

  init(source: SourceText) { self.source = source }

  mutating func report(_ message: String, at node: SyntaxNode, hint: String? = nil) {
    report(message, at: node.position, hint: hint)
  }

  mutating func report(_ message: String, at position: Position, hint: String? = nil) {
    problems.append(source.error(message, at: position, hint: hint))
  }

  /// Reads a table by its fields; an unknown key is a problem.
  mutating func table<Target>(
    _ node: SyntaxNode, of owner: String, _ fields: [Field<Target>], into target: inout Target
  ) {
    for entry in entries(node, of: owner) {
      if let field = fields.first(where: { $0.key == entry.key }) {
        field.decode(entry.value, &target, &self)
      } else {
        let near = suggestion(for: entry.key, among: fields.map(\.key))
        report(
          "unknown key \(quoted(entry.key)) in \(owner)", at: entry.keyPosition,
          hint: near.map { "did you mean \(quoted($0))?" } ?? "known keys: \(fields.map(\.key).joined(separator: ", "))"
        )
      }
    }
  }

  mutating func entries(_ node: SyntaxNode, of owner: String) -> [SyntaxNode.Entry] {
    guard case .table(let entries) = node.content else {
      report("\(owner) must be a table, not \(node.kindName)", at: node)
      return []
    }
    return entries
  }

  mutating func list(_ node: SyntaxNode, of key: String) -> [SyntaxNode] {
    guard case .list(let elements) = node.content else {
      report("\(key) must be a list, not \(node.kindName)", at: node, hint: "write [ … ], even around one value")
      return []
    }
    return elements
  }

  mutating func string(_ node: SyntaxNode, of key: String) -> String? {
    guard case .scalar(let scalar) = node.content else {
      report("\(key) must be a string, not \(node.kindName)", at: node)
      return nil
    }
    guard scalar.kind == .string else {
      let isEmpty = scalar.text.isEmpty
      report(
        "\(key) must be a string, not \(scalar.kind.rawValue)", at: node,
        hint: isEmpty ? "give it a value" : "quote it: \"\(scalar.text)\"")
      return nil
    }
    return scalar.text
  }

  mutating func nonEmptyString(_ node: SyntaxNode, of key: String) -> String? {
    guard let text = string(node, of: key) else { return nil }
    guard !text.isEmpty else {
      report("\(key) is empty", at: node)
      return nil
    }
    return text
  }

  mutating func environment(_ node: SyntaxNode, of key: String) -> [String: String] {
    var result: [String: String] = [:]
    for entry in entries(node, of: key) {
      if !isVariableName(entry.key) {
        report(
          "\(quoted(entry.key)) is no name of an environment variable", at: entry.keyPosition,
          hint: "use letters, digits and _, and do not start with a digit")
      }
      result[entry.key] = environmentValue(entry.value, of: entry.key)
    }
    return result
  }

  /// A string, or a scalar whose text means the same however it is read.
  private mutating func environmentValue(_ node: SyntaxNode, of key: String) -> String? {
    if case .scalar(let scalar) = node.content {
      switch scalar.kind {
      case .string, .integer: return scalar.text
      case .bool: return scalar.text.lowercased()
      case .float, .null, .date: break
      }
    }
    return string(node, of: key)
  }

  mutating func pathGrant(_ node: SyntaxNode, of key: String) -> Located<PathGrant>? {
    guard let text = string(node, of: key) else { return nil }
    do {
      return Located(value: try PathGrant(text), position: node.position)
    } catch {
      report(
        "\(key): the path \(quoted(text)) \(error.explanation)", at: node, hint: "write an absolute path of the host")
      return nil
    }
  }
}

/// Whether a text can name an environment variable.
package func isVariableName(_ text: String) -> Bool {
  guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
  return text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
