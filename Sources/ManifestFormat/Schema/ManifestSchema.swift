package import Diagnostics

/// The JSON schema of a manifest (draft 2020-12), made from the table of keys that the decoder reads by.
package enum ManifestSchema {
  /// The file name under which it is kept beside manifests.
  package static let fileName = "capsule.schema.json"

  package static var document: JSONValue {
    let native = table(ManifestFields.top.map(\.fieldShape))
    let package = table(PackageDialect.top.map(\.fieldShape))
    var definitions = SharedDefinitions(counting: [native, package])
    let dialects = JSONValue.object([
      .init("if", .object([.init("required", .array([.string("package")]))])),
      .init("then", definitions.hoist(package)), .init("else", definitions.hoist(native)),
    ])
    guard case .object(let choice) = dialects else { preconditionFailure("an object is an object") }
    return .object(
      [
        .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        .init("title", .string("capsule manifest")),
        .init("description", .string("What a capsule runs, and what it may reach. Format 1.")),
        .init("type", .string("object")),
      ] + choice + [.init("$defs", definitions.document)])
  }

  private static func table(_ fields: [FieldShape]) -> JSONValue {
    var properties: [JSONValue.Member] = []
    for field in fields {
      properties.append(.init(field.key, described(field.summary, schema(of: field.shape))))
      for alias in field.aliases {
        properties.append(.init(alias, described("the same as \(field.key)", schema(of: field.shape))))
      }
    }
    let required = fields.filter(\.isRequired).map { JSONValue.string($0.key) }
    return .object(
      [.init("type", .string("object")), .init("properties", .object(properties))]
        + (required.isEmpty ? [] : [.init("required", .array(required))]) + [
          .init("additionalProperties", .bool(false))
        ])
  }

  private static func described(_ summary: String, _ schema: JSONValue) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    return .object([.init("description", .string(summary))] + members)
  }

  private static func schema(of shape: Shape) -> JSONValue {
    switch shape {
    case .text(_, let pattern):
      .object(
        [.init("type", .string("string"))] + (pattern.map { [.init("pattern", .string($0))] } ?? []))
    case .integer(let range):
      .object([.init("type", .string("integer"))] + bounds(of: range))
    case .number: .object([.init("type", .string("number"))])
    case .bool: .object([.init("type", .string("boolean"))])
    case .words(let words): .object([.init("enum", .array(words.map { .string($0) }))])
    case .list(let element): .object([.init("type", .string("array")), .init("items", schema(of: element))])
    case .map(let keys, let element):
      .object([
        .init("type", .string("object")), .init("propertyNames", .object([.init("pattern", .string(keys))])),
        .init("additionalProperties", schema(of: element)),
      ])
    case .table(let fields): table(fields)
    case .either(let shapes): .object([.init("anyOf", .array(shapes.map(schema)))])
    case .anything: .object([])
    }
  }

  private static func bounds(of range: ClosedRange<Int>) -> [JSONValue.Member] {
    (range.lowerBound == Int.min ? [] : [.init("minimum", .integer(Int64(range.lowerBound)))])
      + (range.upperBound == Int.max ? [] : [.init("maximum", .integer(Int64(range.upperBound)))])
  }
}

/// Tables that occur several times, written down once.
private struct SharedDefinitions {
  private var counts: [JSONValue: Int] = [:]
  private var names: [JSONValue: String] = [:]
  private var definitions: [JSONValue.Member] = []

  init(counting schemas: [JSONValue]) {
    for schema in schemas { count(schema) }
  }

  var document: JSONValue { .object(definitions) }

  private mutating func count(_ value: JSONValue) {
    switch value {
    case .object(let members):
      if let table = Self.table(in: members) {
        counts[table, default: 0] += 1
        guard counts[table] == 1 else { return }
      }
      for member in members { count(member.value) }
    case .array(let values): for value in values { count(value) }
    case .null, .bool, .integer, .number, .string: break
    }
  }

  /// The value with references in place of shared tables. `key` is the key at which it stands, which names it.
  mutating func hoist(_ value: JSONValue, at key: String = "") -> JSONValue {
    switch value {
    case .array(let values): return .array(values.map { hoist($0, at: key) })
    case .object(let members):
      guard let table = Self.table(in: members), counts[table] ?? 0 > 1 else { return inside(members, at: key) }
      let name = names[table] ?? define(table, as: key)
      let own = members.filter { $0.key == "description" }
      return .object(own + [.init("$ref", .string("#/$defs/\(name)"))])
    case .null, .bool, .integer, .number, .string: return value
    }
  }

  private mutating func inside(_ members: [JSONValue.Member], at key: String) -> JSONValue {
    let structural = ["properties", "items", "anyOf", "additionalProperties", "then", "else"]
    return .object(members.map { .init($0.key, hoist($0.value, at: structural.contains($0.key) ? key : $0.key)) })
  }

  private mutating func define(_ table: JSONValue, as key: String) -> String {
    var name = key.isEmpty ? "table" : key
    while names.values.contains(name) { name += "_" }
    names[table] = name
    guard case .object(let members) = table else { preconditionFailure("a table is an object") }
    let schema = inside(members, at: key)
    definitions.append(.init(name, schema))
    return name
  }

  /// What a table says but its description.
  private static func table(in members: [JSONValue.Member]) -> JSONValue? {
    guard members.contains(where: { $0.key == "properties" }) else { return nil }
    return .object(members.filter { $0.key != "description" })
  }
}
