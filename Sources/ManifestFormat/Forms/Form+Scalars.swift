internal import Diagnostics

extension Form where Value == String {
  /// Any string.
  static let text = Form(
    shape: .text(form: "text", pattern: nil), read: { $1.string($0) }, write: { .string($0) })

  /// A string that says something.
  static let name = Form(
    shape: .text(form: "text that is not empty", pattern: "."), read: { $1.nonEmptyString($0) }, write: { .string($0) })

  /// One of a few words.
  static func word(of words: [String]) -> Form {
    Form(
      shape: .words(words),
      read: { node, decoder in
        guard let text = decoder.string(node) else { return nil }
        if words.contains(text) { return text }
        let near = suggestion(for: text, among: words)
        decoder.report(
          "is none of its values", about: text, at: node,
          hint: near.map { "did you mean \(quoted($0))?" } ?? "write one of \(words.joined(separator: ", "))")
        return nil
      },
      write: { .string($0) })
  }

  /// A string whose form is checked and which stays a string. `form` says what it is, `pattern` as far as one can.
  static func text(
    _ form: String, pattern: String? = nil, _ problem: @escaping @Sendable (String) -> TextProblem?
  ) -> Form {
    Form.text.parsed(
      as: .text(form: form, pattern: pattern),
      { (text: String) throws(TextProblem) in
        if let problem = problem(text) { throw problem }
        return text
      },
      back: { $0 })
  }
}

extension Form {
  /// A value that is written as text.
  static func text(
    _ form: String, pattern: String? = nil, _ parse: @escaping @Sendable (String) throws(TextProblem) -> Value,
    back: @escaping @Sendable (Value) -> String
  ) -> Form {
    Form<String>.text.parsed(as: .text(form: form, pattern: pattern), parse, back: back)
  }
}

extension Form where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One of the cases of an enumeration.
  static var word: Form {
    let words = Value.allCases.map(\.rawValue)
    return Form<String>.word(of: words).map(
      { word in
        guard let value = Value(rawValue: word) else { preconditionFailure("\(word) is one of \(words)") }
        return value
      }, back: \.rawValue)
  }
}

extension Form where Value == Bool {
  static let bool = Form(
    shape: .bool,
    read: { node, decoder in
      guard case .scalar(let scalar) = node.content, scalar.kind == .bool else {
        decoder.report("must be true or false, not \(node.kindName)", at: node)
        return nil
      }
      return scalar.text.lowercased() == "true"
    },
    write: { .bool($0) })
}

extension Form where Value == Int {
  /// A whole number within bounds.
  static func integer(_ range: ClosedRange<Int>) -> Form {
    Form(
      shape: .integer(range),
      read: { node, decoder in
        guard case .scalar(let scalar) = node.content, scalar.kind == .integer else {
          decoder.report("must be an integer, not \(node.kindName)", at: node)
          return nil
        }
        guard let number = scalar.integer, range.contains(number) else {
          decoder.report("is out of range", about: scalar.text, at: node, hint: range.hint)
          return nil
        }
        return number
      },
      write: { .integer(Int64($0)) })
  }
}

extension ClosedRange<Int> {
  fileprivate var hint: String {
    upperBound == Int.max
      ? "write a number of at least \(lowerBound)" : "write a number from \(lowerBound) to \(upperBound)"
  }
}

extension Scalar {
  /// The number of an integer in any of the spellings of YAML; nil when it is too large.
  var integer: Int? {
    if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8) }
    return Int(text)
  }
}
