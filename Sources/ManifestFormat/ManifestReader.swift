package import Diagnostics

extension Manifest {
  /// The names under which a manifest is looked for in a folder.
  package static let fileNames = ["capsule.yml", "capsule.yaml", "capsule.toml", "capsule.json", "Capsule.toml"]

  /// Reads a manifest; throws all the problems that were found, in the order of the file.
  ///
  /// `folderName` is the capsule's name where the manifest gives none.
  package static func read(_ source: SourceText, folderName: String) throws(DiagnosticList) -> Manifest {
    let root: SyntaxNode
    do {
      root = try ManifestSyntax(of: source).read(source)
    } catch {
      throw DiagnosticList([error])
    }
    var decoder = ManifestDecoder(source: source)
    var draft = ManifestDraft()
    decoder.table(root, of: "the manifest", ManifestFields.top, into: &draft)
    let manifest = draft.finish(root, folderName: folderName, &decoder)
    guard decoder.problems.isEmpty else { throw DiagnosticList(decoder.problems.sorted(by: standsBefore)) }
    return manifest
  }

  private static func standsBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    (a.location?.line ?? 0, a.location?.column ?? 0) < (b.location?.line ?? 0, b.location?.column ?? 0)
  }
}

extension ManifestDraft {
  /// Fills in defaults and reports what is missing or contradicts itself.
  fileprivate func finish(_ root: SyntaxNode, folderName: String, _ decoder: inout ManifestDecoder) -> Manifest {
    guard case .table = root.content else { return Manifest() }
    if format == nil, !decoder.problems.contains(where: { $0.message.hasPrefix("capsule ") }) {
      decoder.report("the key \"capsule\" is missing", at: root, hint: "start the manifest with: capsule: 1")
    }
    if let entrypoint, !processes.isEmpty {
      decoder.report(
        "entrypoint and processes exclude each other", at: entrypoint.position, hint: "keep the one that you mean")
    }
    if entrypoint == nil, processes.isEmpty, decoder.problems.isEmpty {
      decoder.report("the manifest names no program", at: root, hint: "add entrypoint: PROGRAM, or processes")
    }
    return Manifest(
      name: finalName(root, folderName: folderName, &decoder), version: version, description: description,
      entrypoint: entrypoint, processes: processes, environment: environment, capabilities: capabilities,
      dependencies: dependencies)
  }

  private func finalName(_ root: SyntaxNode, folderName: String, _ decoder: inout ManifestDecoder) -> String {
    if let name { return name }
    let fallback = folderName.lowercased()
    if !Names.isName(fallback), decoder.problems.isEmpty {
      decoder.report(
        "the manifest gives no name, and that of its folder, \(quoted(folderName)), is no valid name", at: root,
        hint: "add: name: NAME")
    }
    return fallback
  }
}
