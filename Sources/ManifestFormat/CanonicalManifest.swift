package import Diagnostics

extension Manifest {
  /// The manifest in its one canonical form: native keys in the order of their bytes, defaults left out, and each value in
  /// its one way of writing. The same content in any syntax and dialect has the same canonical form.
  package var canonical: JSONValue {
    let draft = ManifestDraft(manifest: self, format: 1, schema: nil, name: name)
    let fields = ManifestFields.top + [PackageDialect.astridVersion]
    return JSONValue.object(fields.compactMap { field in field.encode(draft).map { .init(field.key, $0) } }).sortedByKey
  }

  /// What a hash of the manifest is made of.
  package var canonicalBytes: [UInt8] { Array(canonical.text(isIndented: false).utf8) }
}
