package import Diagnostics

extension JSONValue {
  /// Reads a JSON document that is no manifest. Keys that come twice are refused; a number is an integer where it is one.
  package static func parse(
    _ bytes: [UInt8], file: String, largest: Int = SourceText.largestSize
  ) throws(Diagnostic) -> JSONValue {
    JSONValue(try JSONSyntax.read(try SourceText(file: file, bytes: bytes, largest: largest)))
  }

  private init(_ node: SyntaxNode) {
    switch node.content {
    case .scalar(let scalar): self.init(scalar)
    case .list(let elements): self = .array(elements.map { JSONValue($0) })
    case .table(let entries): self = .object(entries.map { Member($0.key, JSONValue($0.value)) })
    }
  }

  private init(_ scalar: Scalar) {
    switch scalar.kind {
    case .string, .date: self = .string(scalar.text)
    case .null: self = .null
    case .bool: self = .bool(scalar.text == "true")
    case .integer, .float:
      if let integer = Int64(scalar.text) {
        self = .integer(integer)
      } else if let number = Double(scalar.text), number.isFinite {
        self = .number(number)
      } else {
        self = .string(scalar.text)
      }
    }
  }
}

extension JSONValue {
  /// What an object has under a key; nil also for what is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var integer: Int? {
    if case .integer(let number) = self { Int(number) } else { nil }
  }
}
