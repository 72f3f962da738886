internal import Diagnostics

/// One key of a table in the manifest. The decoder, and later the schema and the reference, come from tables of these.
struct Field<Target>: Sendable {
  let key: String
  /// One line for people.
  let summary: String
  let decode: @Sendable (SyntaxNode, inout Target, inout ManifestDecoder) -> Void
}

extension Field {
  /// A key that holds a string of a certain form.
  static func string(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, String?> & Sendable,
    _ check: @escaping @Sendable (String) -> TextProblem? = { _ in nil }
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      guard let text = decoder.string(node, of: key) else { return }
      if let problem = check(text) {
        decoder.report(problem.message(key, text), at: node, hint: problem.hint)
      } else {
        value[keyPath: target] = text
      }
    }
  }

  /// A key that holds a string, kept with its place.
  static func locatedString(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, Located<String>?> & Sendable
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      guard let text = decoder.nonEmptyString(node, of: key) else { return }
      value[keyPath: target] = Located(value: text, position: node.position)
    }
  }

  /// A key that holds a list of strings.
  static func strings(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, [String]> & Sendable
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      value[keyPath: target] = decoder.list(node, of: key).compactMap { decoder.string($0, of: key) }
    }
  }

  /// A key that holds a list of strings, each kept with its place.
  static func locatedStrings(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, [Located<String>]> & Sendable
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      value[keyPath: target] = decoder.list(node, of: key).compactMap { element in
        decoder.nonEmptyString(element, of: key).map { Located(value: $0, position: element.position) }
      }
    }
  }

  /// A key that holds a table of environment variables.
  static func environment(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, [String: String]> & Sendable
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      value[keyPath: target] = decoder.environment(node, of: key)
    }
  }

  /// A key that holds a list of host paths.
  static func pathGrants(
    _ key: String, _ summary: String, into target: any WritableKeyPath<Target, [Located<PathGrant>]> & Sendable
  ) -> Field {
    Field(key: key, summary: summary) { node, value, decoder in
      value[keyPath: target] = decoder.list(node, of: key).compactMap { decoder.pathGrant($0, of: key) }
    }
  }
}

/// Why a string is not of the form that its key asks for.
struct TextProblem {
  let explanation: String
  let hint: String

  func message(_ key: String, _ text: String) -> String { "\(key) \(quoted(text)) \(explanation)" }
}
