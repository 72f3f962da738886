extension JSONValue {
  /// Any `Encodable` value as a JSON document, keys in the order in which the value encodes them.
  ///
  /// Throws `EncodingError` for a floating-point number, which no value of this program holds.
  package init(encoding value: some Encodable) throws {
    let slot = Slot()
    try value.encode(to: SlotEncoder(slot: slot, codingPath: []))
    self = slot.value
  }
}

/// The place that one value of the document is encoded into.
private final class Slot {
  private var leaf: JSONValue?
  private var elements: [Slot]?
  private var members: [(key: String, slot: Slot)]?

  var value: JSONValue {
    if let leaf { return leaf }
    if let elements { return .array(elements.map(\.value)) }
    if let members { return .object(members.map { JSONValue.Member($0.key, $0.slot.value) }) }
    return .null
  }

  var count: Int { elements?.count ?? 0 }

  func set(_ value: JSONValue) { leaf = value }
  func becomeArray() { elements = elements ?? [] }
  func becomeObject() { members = members ?? [] }

  func appendElement() -> Slot {
    let slot = Slot()
    becomeArray()
    elements?.append(slot)
    return slot
  }

  func member(_ key: String) -> Slot {
    let slot = Slot()
    becomeObject()
    members?.append((key, slot))
    return slot
  }
}

private struct SlotEncoder: Encoder {
  let slot: Slot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.becomeObject()
    return KeyedEncodingContainer(ObjectContainer<Key>(slot: slot, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.becomeArray()
    return ArrayContainer(slot: slot, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    LeafContainer(slot: slot, codingPath: codingPath)
  }
}

private struct LeafContainer: SingleValueEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]

  func encodeNil() { slot.set(.null) }

  func encode<Value: Encodable>(_ value: Value) throws {
    switch value {
    case let text as String: slot.set(.string(text))
    case let flag as Bool: slot.set(.bool(flag))
    case let number as any BinaryInteger: slot.set(.integer(Int64(number)))
    case is any BinaryFloatingPoint:
      throw EncodingError.invalidValue(
        value,
        EncodingError.Context(codingPath: codingPath, debugDescription: "floating-point numbers have no canonical form")
      )
    default: try value.encode(to: SlotEncoder(slot: slot, codingPath: codingPath))
    }
  }
}

private struct ArrayContainer: UnkeyedEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]
  var count: Int { slot.count }

  func encodeNil() { slot.appendElement().set(.null) }

  func encode<Value: Encodable>(_ value: Value) throws {
    try LeafContainer(slot: slot.appendElement(), codingPath: codingPath).encode(value)
  }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    SlotEncoder(slot: slot.appendElement(), codingPath: codingPath).container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    SlotEncoder(slot: slot.appendElement(), codingPath: codingPath).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { SlotEncoder(slot: slot.appendElement(), codingPath: codingPath) }
}

private struct ObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let slot: Slot
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { slot.member(key.stringValue).set(.null) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try LeafContainer(slot: slot.member(key.stringValue), codingPath: codingPath + [key]).encode(value)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { SlotEncoder(slot: slot.member("super"), codingPath: codingPath) }
  func superEncoder(forKey key: Key) -> any Encoder {
    SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath)
  }
}
