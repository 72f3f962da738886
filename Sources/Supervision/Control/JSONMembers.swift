internal import Diagnostics

/// What is wrong with a JSON object that another program sent.
struct JSONMismatch: Error, Hashable, Sendable {
  let explanation: String

  init(_ explanation: String) { self.explanation = explanation }
}

/// The members of an object by their types. What is null counts as not there.
struct JSONMembers {
  private let members: [JSONValue.Member]

  /// Nil is an object without members.
  init(_ value: JSONValue?) throws(JSONMismatch) {
    switch value {
    case .object(let members): self.members = members
    case nil: members = []
    case .null, .bool, .integer, .number, .string, .array: throw JSONMismatch("an object is expected")
    }
  }

  /// Refuses all others: who asks for something that is not known here shall hear of it.
  func allow(_ keys: String...) throws(JSONMismatch) {
    for member in members where !keys.contains(member.key) {
      throw JSONMismatch("\(quoted(shortened(member.key, to: 100))) is not known")
    }
  }

  private subscript(key: String) -> JSONValue? {
    guard let value = members.first(where: { $0.key == key })?.value, value != .null else { return nil }
    return value
  }

  private static func needed<Value>(_ key: String, _ value: Value?) throws(JSONMismatch) -> Value {
    guard let value else { throw JSONMismatch("\"\(key)\" is missing") }
    return value
  }

  func value(_ key: String) -> JSONValue? { self[key] }

  /// No text of a request may hold a zero byte: what becomes an argument or a path would end there.
  func text(_ key: String) throws(JSONMismatch) -> String? {
    guard let value = self[key] else { return nil }
    return try Self.text(value, key)
  }

  func neededText(_ key: String) throws(JSONMismatch) -> String { try Self.needed(key, try text(key)) }

  private static func text(_ value: JSONValue, _ key: String) throws(JSONMismatch) -> String {
    guard case .string(let text) = value else { throw JSONMismatch("\"\(key)\" is no text") }
    guard !text.utf8.contains(0) else { throw JSONMismatch("\"\(key)\" holds a zero byte") }
    return text
  }

  func texts(_ key: String) throws(JSONMismatch) -> [String]? {
    guard let value = self[key] else { return nil }
    guard case .array(let elements) = value else { throw JSONMismatch("\"\(key)\" is no list") }
    var texts: [String] = []
    for element in elements { texts.append(try Self.text(element, key)) }
    return texts
  }

  func integer<Number: FixedWidthInteger>(_ key: String, as type: Number.Type = Number.self) throws(JSONMismatch)
    -> Number?
  {
    guard let value = self[key] else { return nil }
    guard case .integer(let number) = value, let result = Number(exactly: number) else {
      throw JSONMismatch("\"\(key)\" is no whole number, or too large a one")
    }
    return result
  }

  func neededInteger<Number: FixedWidthInteger>(
    _ key: String, as type: Number.Type = Number.self
  ) throws(JSONMismatch) -> Number {
    try Self.needed(key, try integer(key))
  }

  func integers<Number: FixedWidthInteger>(_ key: String) throws(JSONMismatch) -> [Number]? {
    guard let value = self[key] else { return nil }
    guard case .array(let elements) = value else { throw JSONMismatch("\"\(key)\" is no list") }
    var numbers: [Number] = []
    for element in elements {
      guard case .integer(let number) = element, let result = Number(exactly: number) else {
        throw JSONMismatch("\"\(key)\" holds what is no whole number")
      }
      numbers.append(result)
    }
    return numbers
  }

  func number(_ key: String) throws(JSONMismatch) -> Double? {
    switch self[key] {
    case nil: nil
    case .integer(let number): Double(number)
    case .number(let number): number
    default: throw JSONMismatch("\"\(key)\" is no number")
    }
  }

  func flag(_ key: String) throws(JSONMismatch) -> Bool? {
    switch self[key] {
    case nil: nil
    case .bool(let flag): flag
    default: throw JSONMismatch("\"\(key)\" is neither true nor false")
    }
  }

  /// Each element of a list, or nil where there is none.
  func list<Value>(_ key: String, _ read: (JSONValue) throws(JSONMismatch) -> Value) throws(JSONMismatch) -> [Value]? {
    guard let value = self[key] else { return nil }
    guard case .array(let elements) = value else { throw JSONMismatch("\"\(key)\" is no list") }
    var values: [Value] = []
    for element in elements { values.append(try read(element)) }
    return values
  }
}

extension JSONValue {
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }
  init(_ number: (some FixedWidthInteger)?) { self = number.map { .integer(Int64(clamping: $0)) } ?? .null }
}
