internal import Diagnostics
internal import ManifestFormat

/// `capsrun check`
enum CheckCommand {
  static let command = Command(
    name: "check", summary: "check manifests and report every mistake",
    description: """
      Reads the manifest of each PATH, a file or a folder, and reports all mistakes of all of
      them with their places, and those of the seccomp profiles that they bring along. Of
      a folder it also warns of programs that would not start on this machine. Nothing is run.
      The exit code is 65 when a manifest is wrong.
      """,
    options: [], operands: .many("PATH", .path),
    examples: [
      ("capsrun check examples/hello", "Check the manifest of a folder"),
      ("capsrun check --json a.yml b.toml", "Check files, for a program"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let output = Output(isJSON: invocation.has(.json))
    var problems: [Diagnostic] = []
    var checked: [Checked] = []
    for path in invocation.operands {
      do {
        let (file, folderName) = try ManifestFile.locate(path)
        let (manifest, warnings) = try Manifest.readWithWarnings(file.source, folderName: folderName)
        checked.append(Checked(path: path, manifest: manifest))
        problems += warnings
        problems += try OwnProfiles.check(manifest, beside: file.path)
        problems += try ProgramCheck.warnings(of: manifest, at: path)
      } catch {
        problems += error.all
      }
    }
    guard !problems.contains(where: { $0.severity == .error }) else { throw DiagnosticList(problems) }
    if !problems.isEmpty, !output.isJSON { output.diagnostics(DiagnosticList(problems)) }
    if output.isJSON {
      try output.result(
        .object([
          .init("manifests", .array(checked.map(\.json))), .init("warnings", .array(problems.map(\.json))),
          .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result(checked.map(\.line).joined())
    }
    return .success
  }

  /// A manifest that is right.
  private struct Checked {
    let path: String
    let manifest: Manifest

    var line: String {
      let dialect = manifest.dialect == .native ? "" : ", in the dialect with [package],"
      return "\(printable(path)): the manifest of \(manifest.name)\(dialect) is right\n"
    }

    /// With the whole of the manifest in its canonical form: defaults filled in, each value written in its one way.
    var json: JSONValue {
      .object([
        .init("path", .string(path)), .init("name", .string(manifest.name)),
        .init("dialect", .string(manifest.dialect.rawValue)), .init("manifest", manifest.canonical),
      ])
    }
  }
}
