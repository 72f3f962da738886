internal import Diagnostics

/// One way of writing a value in a manifest: what it looks like, how it is read, and its one canonical way of writing.
///
/// Decoder, schema, reference and canonical bytes all come from forms, so that they cannot disagree.
struct Form<Value: Sendable>: Sendable {
  private let makeShape: @Sendable () -> Shape
  /// The value, or nil after the problem was reported.
  let read: @Sendable (SyntaxNode, inout ManifestDecoder) -> Value?
  let write: @Sendable (Value) -> JSONValue

  /// The shape is made when it is asked for: reading a manifest, which each start of a capsule does, needs none.
  init(
    shape: @autoclosure @escaping @Sendable () -> Shape,
    read: @escaping @Sendable (SyntaxNode, inout ManifestDecoder) -> Value?,
    write: @escaping @Sendable (Value) -> JSONValue
  ) {
    makeShape = shape
    self.read = read
    self.write = write
  }

  var shape: Shape { makeShape() }
}

extension Form {
  /// The same form of another type.
  func map<Other: Sendable>(
    _ into: @escaping @Sendable (Value) -> Other, back: @escaping @Sendable (Other) -> Value
  ) -> Form<Other> {
    Form<Other>(shape: shape, read: { read($0, &$1).map(into) }, write: { write(back($0)) })
  }

  /// A value that further code turns into another one, or reports.
  func parsed<Other: Sendable>(
    as shape: Shape? = nil, _ parse: @escaping @Sendable (Value) throws(TextProblem) -> Other,
    back: @escaping @Sendable (Other) -> Value
  ) -> Form<Other> {
    Form<Other>(
      shape: shape ?? self.shape,
      read: { node, decoder in
        guard let value = read(node, &decoder) else { return nil }
        do throws(TextProblem) {
          return try parse(value)
        } catch {
          decoder.report(error.explanation, about: "\(value)", at: node, hint: error.hint)
          return nil
        }
      },
      write: { write(back($0)) })
  }
}

extension Form {
  /// A form of which this release executes only some values.
  func executed(when isExecuted: @escaping @Sendable (Value) -> Bool) -> Form {
    Form(
      shape: shape,
      read: { node, decoder in
        let value = read(node, &decoder)
        if let value, !isExecuted(value) { decoder.recordNotYet(at: node.position) }
        return value
      },
      write: write)
  }
}

extension Form {
  /// A value that is kept with its place, for problems that show only later.
  static func located<Element>(_ form: Form<Element>) -> Form where Value == Located<Element> {
    Form(
      shape: form.shape,
      read: { node, decoder in form.read(node, &decoder).map { Located(value: $0, position: node.position) } },
      write: { form.write($0.value) })
  }
}

/// Why a text is not of the form that its key asks for.
package struct TextProblem: Error {
  package let explanation: String
  package let hint: String
}
