internal import CapsuleFormat
internal import Diagnostics
internal import ManifestFormat

extension InspectedCapsule {
  func text() throws(DiagnosticList) -> String {
    let manifest = try manifest()
    let metadata = try metadata()
    let title = manifest.about.version.map { "\(manifest.name) \($0)" } ?? manifest.name
    var lines = [title, "ID: \(metadata.id)"]
    if let description = manifest.about.description { lines.append(description) }
    lines += origin
    lines.append("Files: \(metadata.files), \(ByteText(metadata.size))")
    lines.append("Built: \(UTCTime(metadata.time)) by \(metadata.tool)" + (metadata.host.map { " on \($0)" } ?? ""))
    if let readme = manifest.packing.readme?.value { lines.append("Readme: \(readme)") }
    lines.append("Manifest:")
    let text = CapsuleText.lines(manifest.canonicalYAML)
    return lines.map { printable($0) + "\n" }.joined() + text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  /// Where it is from and who vouches for it, as lines.
  private var origin: [String] {
    switch self {
    case .file(_, let path, let signature):
      [
        "File: \(path), not verified: this is what it says of itself",
        signature.map { "Signature: of key \($0.keyID), not verified; capsrun verify does that" }
          ?? "UNSIGNED: there is no signature beside it",
      ]
    case .installed(let state, _):
      [
        "Installed: \(UTCTime(state.capsule.installedAt)) by user \(state.capsule.installedBy)"
          + (state.words.isEmpty ? "" : " (\(state.words))"),
        state.capsule.vouching,
      ] + (state.capsule.signer.map { ["Trusted comment: \($0.comment)"] } ?? [])
    }
  }

  func json() throws(DiagnosticList) -> JSONValue {
    let manifest = try manifest()
    let metadata = try metadata()
    let members: [JSONValue.Member] =
      switch self {
      case .file(let file, let path, let signature):
        [
          .init("id", .string(file.head.id.description)), .init("name", .string(manifest.name)),
          .init("version", manifest.about.version.map { .string($0) } ?? .null),
          .init("files", .integer(Int64(metadata.files))), .init("bytes", .integer(Int64(metadata.size))),
          .init("file", .string(path)), .init("verified", .bool(false)),
          .init("has_signature", .bool(signature != nil)),
          .init("signature_key", signature.map { .string($0.keyID.description) } ?? .null),
        ]
      case .installed(let state, _): state.members + [.init("verified", .bool(state.capsule.signer != nil))]
      }
    return .object(
      members + [
        .init("build", metadata.json), .init("manifest", manifest.canonical), .init("exit_code", .integer(0)),
      ])
  }
}
