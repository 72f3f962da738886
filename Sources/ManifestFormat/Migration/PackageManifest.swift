internal import Diagnostics

/// A manifest in the package dialect, or in another syntax.
enum PackageManifest {
  static func draft(of source: SourceText, name: String) throws(DiagnosticList) -> NativeDraft {
    let (manifest, warnings) = try Manifest.readWithWarnings(source, folderName: name)
    let positions: [String: Position]
    do { positions = try Self.positions(in: source) } catch { throw DiagnosticList([error]) }
    var draft = NativeDraft(source: source)
    draft.add(warnings)
    guard case .object(let members) = manifest.canonical else { preconditionFailure("a manifest is a table") }
    for member in members where member.key != "capsule" {
      let start = Position(line: 1, column: 1)
      let key = OldKey(
        name: member.key, value: SyntaxNode(member.value), position: positions[member.key] ?? start)
      draft.put(member.value, at: [member.key], from: key, for: [])
    }
    // These two mean something in the old file alone.
    if let astrid = manifest.releases.astrid {
      let key = OldKey(PackageDialect.astridVersion.key, astrid.value.text, line: astrid.position.line)
      draft.tell(key, "it is about another program", add: "add capsrun-version if a release is needed", for: [])
    }
    if let position = positions["$schema"] {
      draft.tell(OldKey("$schema", "", line: position.line), "it is about the old file", for: [])
    }
    return draft
  }

  /// Where each key stands, at the top or in `[package]`.
  private static func positions(in source: SourceText) throws(Diagnostic) -> [String: Position] {
    guard case .table(let top) = try ManifestSyntax(of: source).read(source).content else { return [:] }
    var positions: [String: Position] = [:]
    for entry in top {
      positions[entry.key] = entry.keyPosition
      guard entry.key == "package", case .table(let inner) = entry.value.content else { continue }
      for entry in inner { positions[entry.key] = entry.keyPosition }
    }
    return positions
  }
}
