package import Diagnostics

extension Manifest {
  /// The names under which a manifest is looked for in a folder.
  package static let fileNames = ["capsule.yml", "capsule.yaml", "capsule.toml", "capsule.json", "Capsule.toml"]

  /// Reads a manifest; throws all the problems that were found, in the order of the file.
  ///
  /// `folderName` is the capsule's name where the manifest gives none.
  package static func read(_ source: SourceText, folderName: String) throws(DiagnosticList) -> Manifest {
    try readWithWarnings(source, folderName: folderName).manifest
  }

  /// Reads a manifest, with what is not wrong but should be looked at.
  package static func readWithWarnings(
    _ source: SourceText, folderName: String
  ) throws(DiagnosticList) -> (manifest: Manifest, warnings: [Diagnostic]) {
    var root: SyntaxNode
    do {
      root = try ManifestSyntax(of: source).read(source)
    } catch {
      throw DiagnosticList([error])
    }
    var reader = ManifestReader(root: root, decoder: ManifestDecoder(source: source))
    let manifest = reader.read(folderName: folderName)
    let remarks = reader.decoder.problems.sorted(by: standsBefore)
    guard !reader.decoder.hasErrors else { throw DiagnosticList(remarks) }
    return (manifest, remarks)
  }

  private static func standsBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    (a.location?.line ?? 0, a.location?.column ?? 0) < (b.location?.line ?? 0, b.location?.column ?? 0)
  }
}

/// From a syntax tree to a manifest: which dialect, each key, what is missing, and what must hold between the parts.
private struct ManifestReader {
  var root: SyntaxNode
  var decoder: ManifestDecoder

  mutating func read(folderName: String) -> Manifest {
    var draft = ManifestDraft()
    draft.manifest.dialect = chooseDialect()
    let fields = draft.manifest.dialect == .package ? PackageDialect.top : ManifestFields.top
    guard decoder.table(root, fields, into: &draft) else { return draft.manifest }
    draft.manifest.name = name(draft, folderName: folderName)
    draft.manifest.notYet = decoder.notYet
    ManifestRules(manifest: draft.manifest, root: root.position).check(&decoder)
    return draft.manifest
  }

  private mutating func chooseDialect() -> Manifest.Dialect {
    guard case .table(let entries) = root.content, PackageDialect.isUsed(by: entries) else { return .native }
    let misplaced = entries.filter { $0.key == "name" || $0.key == "version" }
    for entry in misplaced {
      decoder.problem(
        "both [package] and \(entry.key) at the top, which belong to two dialects", at: entry.keyPosition,
        hint: "move \(entry.key) into [package]")
    }
    // Told once, and not again as keys that are unknown.
    root = SyntaxNode(content: .table(entries.filter { !misplaced.contains($0) }), position: root.position)
    return .package
  }

  private mutating func name(_ draft: ManifestDraft, folderName: String) -> String {
    if let name = draft.name { return name }
    let fallback = folderName.lowercased()
    if !Names.isName(fallback), !decoder.hasErrors {
      decoder.problem(
        "the manifest gives no name, and that of its folder, \(quoted(folderName)), is no valid name",
        at: root.position, hint: "add: name: NAME")
    }
    return fallback
  }
}
