/// What a value in a manifest looks like, for the schema, the reference and the tests: the part of a form that is data.
package indirect enum Shape: Sendable {
  /// A string; `form` says which, in a few words, and `pattern` as far as a regular expression can.
  case text(form: String, pattern: String?)
  case integer(ClosedRange<Int>)
  case number
  case bool
  case words([String])
  case list(Shape)
  /// A table with keys of the author's choice.
  case map(keys: String, Shape)
  case table([FieldShape])
  case either([Shape])
  /// Any value, kept as it is.
  case anything
}

/// One key of a table.
package struct FieldShape: Sendable {
  package let key: String
  /// Other spellings that are read as the same key.
  package let aliases: [String]
  /// One line for people.
  package let summary: String
  package let shape: Shape
  package let isRequired: Bool
  package let use: FieldUse
}

/// What capsrun does with a key. Nothing that a manifest declares is silently ignored.
package enum FieldUse: String, Sendable {
  /// It decides how the capsule runs, or in which order capsules start.
  case planned
  /// It tells people about the capsule, and changes nothing.
  case described
  /// It decides what is packed into the capsule.
  case packing
  /// It is read and checked, but this release does not execute it: a capsule that declares it is not run.
  case notYet
}
