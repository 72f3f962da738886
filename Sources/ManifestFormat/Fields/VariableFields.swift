internal import Diagnostics

extension Form where Value == [String: Variable] {
  /// Environment variables by name.
  static let variables = map(keys: Names.variable, to: .variable)
}

extension Form where Value == Variable {
  /// A value, or a table that declares one.
  static let variable = Form(
    shape: .either([value.shape, .integer(Int.min...Int.max), .bool, declaration.shape]),
    read: { node, decoder in
      if case .table = node.content { return declaration.read(node, &decoder) }
      return value.read(node, &decoder).map { Variable(value: $0) }
    },
    write: { variable in variable.value.map { .string($0) } ?? declaration.write(variable) }
  ).placed { $0.place = $1 }

  /// A string, or a scalar whose text means the same however it is read.
  private static let value = Form<String>(
    shape: Form<String>.text.shape,
    read: { node, decoder in
      guard case .scalar(let scalar) = node.content else { return decoder.string(node) }
      switch scalar.kind {
      case .string, .integer: return scalar.text
      case .bool: return scalar.text.lowercased()
      case .float, .null, .date: return decoder.string(node)
      }
    },
    write: { .string($0) })

  private static let declaration = Form.table(
    [
      Field("type", "what its value is; default string", .word, into: \.kind, default: .string, use: .planned),
      Field("request", "what a person is asked for it", .name, into: \.request, use: .described),
      Field("description", "what it is for", .text, into: \.description, use: .described),
      Field("default", "its value when nobody gives one", value, into: \.fallback, use: .planned),
      Field(
        "values", "the values it can have, when its type is enum", .set(of: .text), into: \.values, use: .planned,
        aliases: ["enum_values"]),
      Field("placeholder", "an example of a value", .text, into: \.placeholder, use: .described),
    ], Variable()
  ) { variable, node, decoder in
    if variable.kind == .enum, variable.values.isEmpty {
      decoder.report("is an enum without values", at: node, hint: "add values: [ … ]")
    }
    if variable.kind == .secret, variable.fallback != nil {
      decoder.report(
        "is a secret with a default, which everybody could read", at: node, hint: "remove the default")
    } else if let fallback = variable.fallback, let problem = variable.problem(of: fallback) {
      decoder.report("has the default \(quoted(fallback)), which \(problem)", at: node, hint: "correct the default")
    }
  }
}
