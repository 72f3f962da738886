/// Manifests with a table `[package]`, which holds what is at the top in the native dialect. The other sections are the
/// same, with `[component]` in place of `entrypoint`.
enum PackageDialect {
  /// Whether a manifest is written in it.
  static func isUsed(by entries: [SyntaxNode.Entry]) -> Bool { entries.contains { $0.key == "package" } }

  static let top: [Field<ManifestDraft>] =
    [
      Field(
        "capsule", "the number of the manifest format, 1", ManifestFields.formatNumber, into: \.format, use: .planned),
      Field("$schema", "for editors; never fetched", .text, into: \.schema, use: .described),
      Field(
        "package", "what tells people about the capsule", .table(package, ManifestDraft()), into: \.package,
        use: .planned
      ).required,
    ] + ManifestFields.shared

  private static let package: [Field<ManifestDraft>] =
    [
      Field("name", "the capsule's name", .capsuleName, into: \.name, use: .planned).required,
      Field("version", "the capsule's version, as in SemVer", .version, into: \.manifest.about.version, use: .described)
        .required,
    ] + AboutFields.fields + [astridVersion]

  static let astridVersion = Field<ManifestDraft>(
    "astrid-version", "the releases of the program that the dialect was made for", .located(.versionRequirement),
    into: \.manifest.releases.astrid, use: .planned)

  /// The release of that program whose manifests are understood.
  static let release = "0.3.0"
}

extension ManifestDraft {
  /// The part of a draft that `[package]` gives.
  fileprivate var package: ManifestDraft? {
    get { self }
    set {
      guard let newValue else { return }
      name = newValue.name
      manifest.about = newValue.manifest.about
      manifest.packing = newValue.manifest.packing
      manifest.releases = newValue.manifest.releases
    }
  }
}
