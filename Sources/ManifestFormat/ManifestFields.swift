internal import Diagnostics

/// A manifest while it is read; what is required may still be missing.
struct ManifestDraft: Sendable {
  var format: Int?
  var schema: String?
  var name: String?
  var version: String?
  var description: String?
  var entrypoint: Located<String>?
  var processes: [Manifest.Process] = []
  var environment: [String: String] = [:]
  var capabilities = Manifest.Capabilities()
  var dependencies = Manifest.Dependencies()
}

/// The keys of a manifest, table by table.
enum ManifestFields {
  static let top: [Field<ManifestDraft>] = [
    Field(key: "capsule", summary: "the number of the manifest format, 1") { node, draft, decoder in
      draft.format = formatNumber(node, &decoder)
    },
    .string("$schema", "for editors; never fetched", into: \.schema),
    .string("name", "the capsule's name; default: that of its folder", into: \.name, Names.problemOfName),
    .string("version", "the capsule's version, as in SemVer", into: \.version, Names.problemOfVersion),
    .string("description", "one line for people", into: \.description),
    .locatedString("entrypoint", "the one program of the capsule", into: \.entrypoint),
    Field(key: "processes", summary: "the programs of the capsule, by name") { node, draft, decoder in
      draft.processes = processes(node, &decoder)
    },
    .environment("env", "environment variables of every process", into: \.environment),
    Field(key: "capabilities", summary: "what the capsule may reach outside itself") { node, draft, decoder in
      decoder.table(node, of: "capabilities", capabilities, into: &draft.capabilities)
    },
    Field(key: "dependencies", summary: "what the capsule offers to others, and needs of them") {
      node, draft, decoder in
      decoder.table(node, of: "dependencies", dependencies, into: &draft.dependencies)
    },
  ]

  static let process: [Field<Manifest.Process>] = [
    .locatedString("cmd", "the program: a path in the capsule, or a name that is looked up in PATH", into: \.command),
    .strings("args", "its arguments", into: \.arguments),
    .string("cwd", "the folder it starts in; default: the process's name", into: \.workingFolder),
    .environment("env", "environment variables of this process", into: \.environment),
  ]

  static let capabilities: [Field<Manifest.Capabilities>] = [
    .pathGrants("fs_read", "host paths that may be read, at the same path inside", into: \.read),
    .pathGrants("fs_write", "host paths that may be written, at the same path inside", into: \.write),
  ]

  static let dependencies: [Field<Manifest.Dependencies>] = [
    .locatedStrings("provides", "names that other capsules may require", into: \.provides),
    .locatedStrings("requires", "names that other capsules must provide before", into: \.requires),
  ]

  private static func formatNumber(_ node: SyntaxNode, _ decoder: inout ManifestDecoder) -> Int? {
    guard case .scalar(let scalar) = node.content, scalar.kind == .integer, let number = Int(scalar.text) else {
      decoder.report("capsule must be the number of the manifest format", at: node, hint: "write: capsule: 1")
      return nil
    }
    if number != 1 {
      decoder.report(
        "manifest format \(number) is not known to this release", at: node,
        hint: number > 1 ? "a newer release of capsrun is needed" : "write: capsule: 1")
    }
    return number
  }

  private static func processes(_ node: SyntaxNode, _ decoder: inout ManifestDecoder) -> [Manifest.Process] {
    var result: [Manifest.Process] = []
    for entry in decoder.entries(node, of: "processes") {
      if let problem = Names.problemOfName(entry.key) {
        decoder.report(problem.message("process", entry.key), at: entry.keyPosition, hint: problem.hint)
      }
      var value = Manifest.Process(name: entry.key)
      let before = decoder.problems.count
      decoder.table(entry.value, of: "process \(quoted(entry.key))", process, into: &value)
      if value.command == nil, decoder.problems.count == before {
        decoder.report("process \(quoted(entry.key)) has no cmd", at: entry.keyPosition, hint: "add: cmd: PROGRAM")
      }
      result.append(value)
    }
    return result
  }
}
