internal import Diagnostics

/// Reads a syntax tree, knows where in it it is, and collects every problem on the way.
struct ManifestDecoder {
  private let source: SourceText
  private(set) var problems: [Diagnostic] = []
  /// The keys that lead to the value that is being read.
  private var path: [String] = []
  /// What the manifest declares and this release does not execute.
  private(set) var notYet: [Located<String>] = []
  private var isInsideNotYet = false

  init(source: SourceText) { self.source = source }

  /// The value that is being read, in the words of a message.
  private var subject: String {
    guard let first = path.first else { return "the manifest" }
    return path.dropFirst().reduce(first) { $1.hasPrefix("[") ? $0 + $1 : $0 + "." + $1 }
  }

  /// Reports that the value which is being read is wrong.
  mutating func report(_ explanation: String, about text: String, at node: SyntaxNode, hint: String? = nil) {
    let text = text.isEmpty ? "" : " " + quoted(text)
    problem("\(subject)\(text) \(explanation)", at: node.position, hint: hint)
  }

  mutating func report(_ explanation: String, at node: SyntaxNode, hint: String? = nil) {
    problem("\(subject) \(explanation)", at: node.position, hint: hint)
  }

  /// Adds a problem in its own words.
  mutating func problem(_ message: String, at position: Position, hint: String? = nil) {
    problems.append(source.error(message, at: position, hint: hint))
  }

  mutating func warning(_ message: String, at position: Position, hint: String? = nil) {
    var warning = source.error(message, at: position, hint: hint)
    warning.severity = .warning
    warning.exitCode = .success
    problems.append(warning)
  }

  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  /// Reads what stands at `key` of the value that is being read.
  mutating func inside<Value>(_ key: String, _ read: (inout ManifestDecoder) -> Value) -> Value {
    path.append(key)
    defer { path.removeLast() }
    return read(&self)
  }
}

// Tables and lists.
extension ManifestDecoder {
  /// Reads a table by its fields: an unknown key, a key in two spellings and a missing one are problems. Returns whether
  /// there is a table.
  mutating func table<Target>(_ node: SyntaxNode, _ fields: [Field<Target>], into target: inout Target) -> Bool {
    guard let entries = entries(node) else { return false }
    var given: [String: String] = [:]
    for entry in entries {
      guard let field = fields.first(where: { $0.isNamed(entry.key) }) else {
        unknown(entry, among: fields.map(\.key))
        continue
      }
      if let first = given.updateValue(entry.key, forKey: field.key) {
        problem(
          "\(quoted(first)) and \(quoted(entry.key)) in \(subject) are the same key", at: entry.keyPosition,
          hint: "keep one")
      }
      inside(entry.key) { decoder in
        let wasInside = decoder.isInsideNotYet
        if field.use == .notYet { decoder.recordNotYet(at: entry.keyPosition) }
        field.decode(entry.value, &target, &decoder)
        decoder.isInsideNotYet = wasInside
      }
    }
    for field in fields where field.isRequired && given[field.key] == nil {
      problem("\(subject) has no \(field.key)", at: node.position, hint: "add \(field.key): \(field.summary)")
    }
    return true
  }

  /// Notes that this release does not execute what is being read; what lies inside it is not noted again.
  mutating func recordNotYet(at position: Position) {
    guard !isInsideNotYet else { return }
    isInsideNotYet = true
    notYet.append(Located(value: subject, position: position))
  }

  private mutating func unknown(_ entry: SyntaxNode.Entry, among known: [String]) {
    problem("unknown key \(quoted(entry.key)) in \(subject)", at: entry.keyPosition, hint: remedy(for: entry, known))
  }

  /// What to do about an unknown key; nothing behind those that are told, as finding a similar key takes long.
  private func remedy(for entry: SyntaxNode.Entry, _ known: [String]) -> String? {
    guard problems.count < DiagnosticList.most else { return nil }
    let near = suggestion(for: entry.key, among: known)
    return near.map { "did you mean \(quoted($0))?" } ?? "known keys: \(known.joined(separator: ", "))"
  }

  mutating func entries(_ node: SyntaxNode) -> [SyntaxNode.Entry]? {
    guard case .table(let entries) = node.content else {
      report("must be a table, not \(node.kindName)", at: node)
      return nil
    }
    return entries
  }

  mutating func check(_ entry: SyntaxNode.Entry, _ keys: KeyForm) {
    guard let wrong = keys.problem(entry.key) else { return }
    problem("the key \(quoted(entry.key)) of \(subject) \(wrong.explanation)", at: entry.keyPosition, hint: wrong.hint)
  }

  mutating func elements(_ node: SyntaxNode) -> [(index: Int, value: SyntaxNode)]? {
    guard case .list(let elements) = node.content else {
      report("must be a list, not \(node.kindName)", at: node, hint: "write [ … ], even around one value")
      return nil
    }
    return elements.enumerated().map { (index: $0, value: $1) }
  }

  mutating func element<Value>(_ element: (index: Int, value: SyntaxNode), _ form: Form<Value>) -> Value? {
    inside("[\(element.index)]") { form.read(element.value, &$0) }
  }
}

// Scalars.
extension ManifestDecoder {
  mutating func string(_ node: SyntaxNode) -> String? {
    guard case .scalar(let scalar) = node.content else {
      report("must be a string, not \(node.kindName)", at: node)
      return nil
    }
    guard scalar.kind == .string else {
      let isEmpty = scalar.text.isEmpty
      report(
        "must be a string, not \(scalar.kind.rawValue)", at: node,
        hint: isEmpty ? "give it a value" : "quote it: \"\(scalar.text)\"")
      return nil
    }
    guard let control = scalar.text.unicodeScalars.first(where: Self.isControl) else { return scalar.text }
    let code = String(control.value, radix: 16, uppercase: true)
    report(
      "contains a control character (U+\(String(repeating: "0", count: 4 - code.count))\(code))", at: node,
      hint: "remove it")
    return nil
  }

  /// What an escape can bring into a text, and no program or file name should ever hold. Lines and tabs may be meant.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F..<0xA0).contains(scalar.value)
  }

  mutating func nonEmptyString(_ node: SyntaxNode) -> String? {
    guard let text = string(node) else { return nil }
    guard !text.isEmpty else {
      report("is empty", at: node)
      return nil
    }
    return text
  }
}
