package import Diagnostics
internal import ManifestFormat

/// Which system calls a workload may make: an allow-list, so that what nobody thought of does not exist.
package struct SeccompProfile: Hashable, Sendable {
  /// Allowed whatever their arguments.
  package var allow: [String] = []
  /// Known and forbidden: EPERM.
  package var deny: [String] = []
  /// Allowed for certain arguments.
  package var arguments: [ArgumentRule] = []
  // Any other call is answered as one that the kernel does not have: ENOSYS.

  /// When a call is allowed depending on its arguments.
  package struct ArgumentRule: Hashable, Sendable {
    package var call: String
    /// The name of the error for arguments that no clause allows.
    package var otherwise: String
    /// One of these must hold.
    package var anyOf: [[Condition]]
  }

  /// A condition on the low 32 bits of one argument, which is all that the kernel looks at in the calls concerned.
  package struct Condition: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
      case isOneOf([UInt32])
      case isNoneOf([UInt32])
    }

    package var argument: Int
    package var mask: UInt32
    package var test: Test
  }
}

extension SeccompProfile {
  /// Reads the content of a profile file.
  package init(file: String, bytes: [UInt8]) throws(Diagnostic) {
    try self.init(yaml: SourceText(file: file, bytes: bytes))
  }

  /// Reads a profile file: `allow` and `deny` are lists of names, `arguments` a table of rules.
  init(yaml source: SourceText) throws(Diagnostic) {
    let reader = ProfileReader(source: source)
    for entry in try reader.table(SyntaxNode(yaml: source)) {
      switch entry.key {
      case "description": continue
      case "allow": allow = try reader.names(entry.value)
      case "deny": deny = try reader.names(entry.value)
      case "arguments": arguments = try reader.argumentRules(entry.value)
      default: throw source.error("unknown key \(quoted(entry.key)) in a seccomp profile", at: entry.keyPosition)
      }
    }
    try refuseDoubles(source)
  }

  private func refuseDoubles(_ source: SourceText) throws(Diagnostic) {
    var seen: Set<String> = []
    for name in allow + deny + arguments.map(\.call) where !seen.insert(name).inserted {
      throw source.error("the call \(quoted(name)) is named twice", at: Position(line: 1, column: 1))
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

  func names(_ node: SyntaxNode) throws(Diagnostic) -> [String] {
    var result: [String] = []
    for element in try list(node) { result.append(try scalar(element)) }
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

  func argumentRules(_ node: SyntaxNode) throws(Diagnostic) -> [SeccompProfile.ArgumentRule] {
    var rules: [SeccompProfile.ArgumentRule] = []
    for entry in try table(node) {
      var rule = SeccompProfile.ArgumentRule(call: entry.key, otherwise: "EPERM", anyOf: [])
      for part in try table(entry.value) {
        switch part.key {
        case "otherwise": rule.otherwise = try scalar(part.value)
        case "any-of": for clause in try list(part.value) { rule.anyOf.append(try conditions(clause)) }
        default: throw source.error("unknown key \(quoted(part.key)) in a rule", at: part.keyPosition)
        }
      }
      rules.append(rule)
    }
    return rules
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
    var test: SeccompProfile.Condition.Test?
    for part in try table(entry.value) {
      switch part.key {
      case "mask": mask = try number(part.value)
      case "is": test = .isOneOf(try numbers(part.value))
      case "is-not": test = .isNoneOf(try numbers(part.value))
      default: throw source.error("unknown key \(quoted(part.key)) in a condition", at: part.keyPosition)
      }
    }
    guard let test else { throw source.error("a condition needs \"is\" or \"is-not\"", at: entry.keyPosition) }
    return SeccompProfile.Condition(argument: argument, mask: mask, test: test)
  }
}
