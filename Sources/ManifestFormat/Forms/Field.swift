internal import Diagnostics

/// One key of a table in the manifest, and where its value goes.
///
/// Forms and places are made when a value is read or written: a manifest uses few of all the keys that there are, and each start of
/// a capsule reads one.
struct Field<Target>: Sendable {
  let key: String
  let aliases: [String]
  let summary: String
  private let makeShape: @Sendable () -> Shape
  let use: FieldUse
  private(set) var isRequired = false
  let decode: @Sendable (SyntaxNode, inout Target, inout ManifestDecoder) -> Void
  /// The value as it is written; nil when it is not given, or is what is assumed then.
  let encode: @Sendable (Target) -> JSONValue?

  /// A key that may be absent.
  init<Value: Sendable>(
    _ key: String, _ summary: String, _ form: @autoclosure @escaping @Sendable () -> Form<Value>,
    into path: @autoclosure @escaping @Sendable () -> any WritableKeyPath<Target, Value?> & Sendable,
    use: FieldUse, aliases: [String] = []
  ) {
    self.key = key
    self.aliases = aliases
    self.summary = summary
    self.use = use
    makeShape = { form().shape }
    decode = { node, target, decoder in
      if let value = form().read(node, &decoder) { target[keyPath: path()] = value }
    }
    encode = { $0[keyPath: path()].map { form().write($0) } }
  }

  /// A key whose absence means the value that the table has at first.
  init<Value: Hashable & Sendable>(
    _ key: String, _ summary: String, _ form: @autoclosure @escaping @Sendable () -> Form<Value>,
    into path: @autoclosure @escaping @Sendable () -> any WritableKeyPath<Target, Value> & Sendable,
    default absent: @autoclosure @escaping @Sendable () -> Value, use: FieldUse, aliases: [String] = []
  ) {
    self.key = key
    self.aliases = aliases
    self.summary = summary
    self.use = use
    makeShape = { form().shape }
    decode = { node, target, decoder in
      if let value = form().read(node, &decoder) { target[keyPath: path()] = value }
    }
    encode = { target in
      let value = target[keyPath: path()]
      return value == absent() ? nil : form().write(value)
    }
  }

  /// The same key, which must not be absent.
  var required: Field {
    var copy = self
    copy.isRequired = true
    return copy
  }

  var shape: Shape { makeShape() }

  var fieldShape: FieldShape {
    FieldShape(key: key, aliases: aliases, summary: summary, shape: shape, isRequired: isRequired, use: use)
  }

  func isNamed(_ text: String) -> Bool { key == text || aliases.contains(text) }
}

extension Field {
  /// A collection, which is empty when it is absent.
  init<Value: Hashable & Sendable & ExpressibleByArrayLiteral>(
    _ key: String, _ summary: String, _ form: @autoclosure @escaping @Sendable () -> Form<Value>,
    into path: @autoclosure @escaping @Sendable () -> any WritableKeyPath<Target, Value> & Sendable,
    use: FieldUse, aliases: [String] = []
  ) {
    self.init(key, summary, form(), into: path(), default: [], use: use, aliases: aliases)
  }

  init<Value: Hashable & Sendable>(
    _ key: String, _ summary: String, _ form: @autoclosure @escaping @Sendable () -> Form<[String: Value]>,
    into path: @autoclosure @escaping @Sendable () -> any WritableKeyPath<Target, [String: Value]> & Sendable,
    use: FieldUse, aliases: [String] = []
  ) {
    self.init(key, summary, form(), into: path(), default: [:], use: use, aliases: aliases)
  }
}
