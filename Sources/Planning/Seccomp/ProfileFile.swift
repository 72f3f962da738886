package import Diagnostics
internal import ManifestFormat

/// A file of `profiles/`: what one profile adds to another one.
package struct ProfileFile: Sendable {
  /// A call, or a group of them (`@name`), with its place.
  typealias Named = Located<String>

  let source: SourceText
  private(set) var description = ""
  private(set) var extends: Named?
  private(set) var lists: [(answer: SeccompProfile.Answer, names: [Named])] = []
  private(set) var rules: [(call: Named, rule: SeccompProfile.ArgumentRule)] = []
  /// Only in the file of groups.
  private(set) var groups: [(name: Named, members: [Named])] = []

  package init(file: String, bytes: [UInt8]) throws(Diagnostic) {
    source = try SourceText(file: file, bytes: bytes)
    let reader = ProfileReader(source: source)
    for entry in try reader.table(SyntaxNode(yaml: source)) {
      if let answer = SeccompProfile.Answer(rawValue: entry.key) {
        lists.append((answer, try reader.names(entry.value)))
        continue
      }
      switch entry.key {
      case "description": description = try reader.scalar(entry.value)
      case "extends": extends = try reader.name(entry.value)
      case "arguments": rules = try reader.argumentRules(entry.value)
      case "groups":
        for group in try reader.table(entry.value) {
          groups.append((Located(value: group.key, position: group.keyPosition), try reader.names(group.value)))
        }
      default: throw source.error("unknown key \(quoted(entry.key)) in a seccomp profile", at: entry.keyPosition)
      }
    }
  }
}

/// Reads the parts of a profile file.
private struct ProfileReader {
  let source: SourceText

  func table(_ node: SyntaxNode) throws(Diagnostic) -> [SyntaxNode.Entry] {
    guard case .table(let entries) = node.content else { throw source.error("a table is needed", at: node.position) }
    return entries
  }

  func list(_ node: SyntaxNode) throws(Diagnostic) -> [SyntaxNode] {
    guard case .list(let elements) = node.content else { throw source.error("a list is needed", at: node.position) }
    return elements
  }

  func scalar(_ node: SyntaxNode) throws(Diagnostic) -> String {
    guard case .scalar(let scalar) = node.content else { throw source.error("a value is needed", at: node.position) }
    return scalar.text
  }

  func name(_ node: SyntaxNode) throws(Diagnostic) -> ProfileFile.Named {
    Located(value: try scalar(node), position: node.position)
  }

  func names(_ node: SyntaxNode) throws(Diagnostic) -> [ProfileFile.Named] {
    var result: [ProfileFile.Named] = []
    for element in try list(node) { result.append(try name(element)) }
    return result
  }

  func number(_ node: SyntaxNode) throws(Diagnostic) -> UInt32 {
    let text = try scalar(node)
    let value = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    guard let value else { throw source.error("\(quoted(text)) is no number of 32 bits", at: node.position) }
    return value
  }

  func numbers(_ node: SyntaxNode) throws(Diagnostic) -> [UInt32] {
    var result: [UInt32] = []
    for element in try list(node) { result.append(try number(element)) }
    return result
  }

  func argumentRules(
    _ node: SyntaxNode
  ) throws(Diagnostic) -> [(call: ProfileFile.Named, rule: SeccompProfile.ArgumentRule)] {
    var rules: [(call: ProfileFile.Named, rule: SeccompProfile.ArgumentRule)] = []
    for entry in try table(node) {
      var rule = SeccompProfile.ArgumentRule(otherwise: "EPERM", anyOf: [])
      for part in try table(entry.value) {
        switch part.key {
        case "otherwise": rule.otherwise = try scalar(part.value)
        case "any-of": for clause in try list(part.value) { rule.anyOf.append(try conditions(clause)) }
        case "log": rule.isLogged = try truth(part.value)
        default: throw source.error("unknown key \(quoted(part.key)) in a rule", at: part.keyPosition)
        }
      }
      rules.append((Located(value: entry.key, position: entry.keyPosition), rule))
    }
    return rules
  }

  private func truth(_ node: SyntaxNode) throws(Diagnostic) -> Bool {
    switch try scalar(node) {
    case "true": return true
    case "false": return false
    case let text: throw source.error("\(quoted(text)) is neither true nor false", at: node.position)
    }
  }

  private func conditions(_ node: SyntaxNode) throws(Diagnostic) -> [SeccompProfile.Condition] {
    var result: [SeccompProfile.Condition] = []
    for entry in try table(node) {
      guard let argument = Int(entry.key), (0..<6).contains(argument) else {
        throw source.error("an argument is a number from 0 to 5", at: entry.keyPosition)
      }
      result.append(try condition(argument, entry))
    }
    return result
  }

  private func condition(_ argument: Int, _ entry: SyntaxNode.Entry) throws(Diagnostic) -> SeccompProfile.Condition {
    var mask: UInt32 = 0xFFFF_FFFF
    var wanted: [UInt32]?
    var unwanted: [UInt32]?
    for part in try table(entry.value) {
      switch part.key {
      case "mask": mask = try number(part.value)
      case "is": wanted = try numbers(part.value)
      case "is-not": unwanted = try numbers(part.value)
      default: throw source.error("unknown key \(quoted(part.key)) in a condition", at: part.keyPosition)
      }
    }
    switch (wanted, unwanted) {
    case (let values?, nil): return .init(argument: argument, test: .isOneOf(values, mask: mask))
    case (nil, let values?): return .init(argument: argument, test: .isNoneOf(values, mask: mask))
    default: throw source.error("a condition needs either \"is\" or \"is-not\"", at: entry.keyPosition)
    }
  }
}
