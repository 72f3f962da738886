internal import Diagnostics

extension Form {
  /// A list of values of one form.
  static func list<Element>(of element: Form<Element>) -> Form where Value == [Element] {
    Form(
      shape: .list(element.shape),
      read: { node, decoder in decoder.elements(node)?.compactMap { decoder.element($0, element) } },
      write: { .array($0.map(element.write)) })
  }

  /// A list of values of which no two may be equal.
  static func set<Element: Hashable>(of element: Form<Element>) -> Form where Value == [Element] {
    let list = Form<[Element]>.list(of: element)
    return Form(
      shape: list.shape,
      read: { node, decoder in
        var seen: Set<Element> = []
        return decoder.elements(node)?.compactMap { part in
          guard let value = decoder.element(part, element) else { return nil }
          if !seen.insert(value).inserted {
            decoder.inside("[\(part.index)]") { $0.report("is given twice", at: part.value, hint: "remove one") }
          }
          return value
        }
      },
      write: list.write)
  }

  /// A list, or one value alone.
  static func oneOrMore<Element>(_ element: Form<Element>) -> Form where Value == [Element] {
    let list = Form<[Element]>.list(of: element)
    return Form(
      shape: .either([element.shape, list.shape]),
      read: { node, decoder in
        if case .list = node.content { return list.read(node, &decoder) }
        return element.read(node, &decoder).map { [$0] }
      },
      write: list.write)
  }

  /// A table with keys of the author's choice.
  static func map<Element>(keys: KeyForm, to element: Form<Element>) -> Form where Value == [String: Element] {
    Form(
      shape: .map(keys: keys.pattern, element.shape),
      read: { node, decoder in
        guard let entries = decoder.entries(node) else { return nil }
        var result: [String: Element] = [:]
        for entry in entries {
          decoder.check(entry, keys)
          result[entry.key] = decoder.inside(entry.key) { element.read(entry.value, &$0) }
        }
        return result
      },
      write: { values in
        .object(values.sorted { $0.key < $1.key }.map { .init($0.key, element.write($0.value)) })
      })
  }

  /// A table of tables, each of which is named by its key. They stay in the order of the file.
  static func named<Element: NamedTable>(keys: KeyForm, _ element: Form<Element>) -> Form where Value == [Element] {
    Form(
      shape: .map(keys: keys.pattern, element.shape),
      read: { node, decoder in
        decoder.entries(node)?.compactMap { entry in
          decoder.check(entry, keys)
          var value = decoder.inside(entry.key) { element.read(entry.value, &$0) }
          value?.name = entry.key
          value?.place = Place(entry.keyPosition)
          return value
        }
      },
      write: { .object($0.map { .init($0.name, element.write($0)) }) })
  }

  /// A table with the keys that `fields` name; `check` looks at the whole of it.
  static func table(
    _ fields: [Field<Value>], _ initial: @escaping @Sendable @autoclosure () -> Value,
    check: @escaping @Sendable (Value, SyntaxNode, inout ManifestDecoder) -> Void = { _, _, _ in }
  ) -> Form {
    Form(
      shape: .table(fields.map(\.fieldShape)),
      read: { node, decoder in
        var value = initial()
        guard decoder.table(node, fields, into: &value) else { return nil }
        check(value, node, &decoder)
        return value
      },
      write: { value in
        .object(fields.compactMap { field in field.encode(value).map { .init(field.key, $0) } })
      })
  }

  /// A table, or a short form of it. What can be written short is written short.
  static func short<Short>(
    _ short: Form<Short>, or table: Form, into: @escaping @Sendable (Short) -> Value,
    back: @escaping @Sendable (Value) -> Short?
  ) -> Form {
    Form(
      shape: .either([short.shape, table.shape]),
      read: { node, decoder in
        if case .table = node.content { return table.read(node, &decoder) }
        return short.read(node, &decoder).map(into)
      },
      write: { value in back(value).map(short.write) ?? table.write(value) })
  }
}

/// What the author may choose as a key.
struct KeyForm: Sendable {
  let pattern: String
  let problem: @Sendable (String) -> TextProblem?
}

/// A table that is named by the key at which it stands.
protocol NamedTable: Sendable {
  var name: String { get set }
  var place: Place { get set }
}
