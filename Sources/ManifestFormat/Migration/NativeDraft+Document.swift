internal import Diagnostics

extension NativeDraft {
  /// The manifest as it is written: keys in the order of the reference, and each comment before what it is about.
  func document(headed head: [String]) -> DocumentNode {
    var table = NativeTable()
    table.set(.integer(1), at: ["capsule"])
    for entry in content.entries { table.set(entry.node.json, at: [entry.key]) }
    var root = node(table.json, .table(ManifestFields.top.map(\.fieldShape)), at: [])
    root.leading = (head + remarks(for: [])).flatMap(Self.lines)
    return root
  }

  private func node(_ value: JSONValue, _ shape: Shape, at path: [String]) -> DocumentNode {
    var node: DocumentNode
    switch value {
    case .null: node = DocumentNode(.scalar(DocumentScalar("null", .word)))
    case .bool(let value): node = .bool(value)
    case .integer(let value): node = .integer(Int(value))
    case .number(let value): node = DocumentNode(.scalar(DocumentScalar(value.description, .word)))
    case .string(let value): node = .string(value)
    case .array(let values): node = .list(values.map { self.node($0, shape.element, at: path) })
    case .object(let members): node = self.table(members, shape, at: path)
    }
    if !path.isEmpty { node.leading = remarks(for: path).flatMap(Self.lines) }
    return node
  }

  private func table(_ members: [JSONValue.Member], _ shape: Shape, at path: [String]) -> DocumentNode {
    let order = shape.fields.map(\.key)
    let sorted = members.enumerated().sorted { a, b in
      let ranks = [a, b].map { order.firstIndex(of: $0.element.key) ?? Int.max }
      return ranks[0] == ranks[1] ? a.offset < b.offset : ranks[0] < ranks[1]
    }
    return .table(
      sorted.map { member in
        let key = member.element.key
        let below = shape.fields.first { $0.key == key }?.shape ?? shape.element
        let node = node(member.element.value, below, at: path + [key])
        return .init(key, path == ["processes"] ? node.afterBlank : node)
      })
  }

  /// A comment in lines that are not too wide, without anything that would end it early.
  private static func lines(_ text: String) -> [Comment] {
    var lines: [String] = []
    for word in safe(text).split(separator: " ") {
      if let last = lines.last, last.count + word.count < 96 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(lines.isEmpty ? String(word) : "  " + word)
      }
    }
    return lines.map { Comment($0) }
  }

  /// YAML has more line breaks than most tools, and refuses some characters.
  private static func safe(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar.value {
      case 0x09: result += " "
      case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Shape {
  /// The keys of a table, also where a short form may stand in its place.
  fileprivate var fields: [FieldShape] {
    switch self {
    case .table(let fields): fields
    case .either(let shapes): shapes.flatMap(\.fields)
    default: []
    }
  }

  /// What the elements of a list or map are.
  fileprivate var element: Shape {
    switch self {
    case .list(let element): element
    case .map(_, let element): element
    case .either(let shapes): shapes.first { $0.isCollection }?.element ?? .anything
    default: .anything
    }
  }

  private var isCollection: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }
}
