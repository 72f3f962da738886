package import Diagnostics

extension Manifest {
  /// The manifest in its one canonical form: native keys in the order of their bytes, defaults left out, and each value in
  /// its one way of writing. The same content in any syntax and dialect has the same canonical form. A requirement on the program
  /// of another dialect is left out: it was met when the manifest was read.
  package var canonical: JSONValue {
    let draft = ManifestDraft(manifest: self, format: 1, schema: nil, name: name)
    let members = ManifestFields.top.compactMap { field in
      field.encode(draft).map { JSONValue.Member(field.key, $0) }
    }
    return JSONValue.object(members).sortedByKey
  }

  /// What a hash of the manifest is made of.
  package var canonicalBytes: [UInt8] { Array(canonical.text(isIndented: false).utf8) }

  /// The canonical form as YAML, as it stands in a capsule: the same content has the same bytes, whatever it was written in.
  package var canonicalYAML: String {
    YAMLWriter.text(of: DocumentNode(canonical))
  }
}

extension DocumentNode {
  fileprivate init(_ value: JSONValue) {
    switch value {
    case .null: self.init(.scalar(DocumentScalar("null", .word)))
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(Int(value))
    case .number(let value): self.init(.scalar(DocumentScalar(value.description, .word)))
    case .string(let value): self = .string(value)
    case .array(let values): self = .list(values.map { DocumentNode($0) })
    case .object(let members): self = .table(members.map { .init($0.key, DocumentNode($0.value)) })
    }
  }
}
