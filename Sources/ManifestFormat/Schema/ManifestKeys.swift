/// The table of all keys as data, for the reference.
package enum ManifestKeys {
  package static var native: [FieldShape] { ManifestFields.top.map(\.fieldShape) }
  package static var package: [FieldShape] { PackageDialect.top.map(\.fieldShape) }
}
