/// An environment variable as it is declared.
package struct Variable: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case string, secret, int, bool, `enum`
  }

  package internal(set) var place = Place.unknown
  /// The value; a variable that is only declared has none.
  package var value: String?
  package var kind = Kind.string
  /// What a person is asked for it.
  package var request: String?
  package var description: String?
  package var fallback: String?
  package var values: [String] = []
  package var placeholder: String?

  /// A plain value.
  package init(value: String) { self.value = value }

  init() {}

  /// Whether it needs no answer of anybody.
  package var settled: String? { value ?? fallback }

  /// Why a value is none for this variable; nil when it is one.
  package func problem(of value: String) -> String? {
    switch kind {
    case .string, .secret: nil
    case .int: Int(value) == nil ? "is no integer" : nil
    case .bool: value == "true" || value == "false" ? nil : "is neither true nor false"
    case .enum: values.contains(value) ? nil : "is none of \(values.joined(separator: ", "))"
    }
  }
}
