internal import Diagnostics

/// `capsrun check`
enum CheckCommand {
  static let command = Command(
    name: "check", summary: "check manifests and report every mistake",
    description: """
      Reads the manifest of each PATH, a file or a folder, and reports all mistakes of all of
      them with their places. Nothing is run. The exit code is 65 when a manifest is wrong.
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
    var checked: [(path: String, name: String)] = []
    for path in invocation.operands {
      do {
        checked.append((path, try ManifestFile.at(path).manifest.name))
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    if output.isJSON {
      let manifests = checked.map {
        JSONValue.object([.init("path", .string($0.path)), .init("name", .string($0.name))])
      }
      try output.result(.object([.init("manifests", .array(manifests)), .init("exit_code", .integer(0))]))
    } else {
      try output.result(checked.map { "\(printable($0.path)): the manifest of \($0.name) is right\n" }.joined())
    }
    return .success
  }
}
