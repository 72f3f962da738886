internal import Diagnostics
internal import ManifestFormat

/// `capsrun version`
enum VersionCommand {
  static let command = Command(
    name: "version", summary: "show the version",
    description: "Shows the version of capsrun and of the manifest format that it reads.",
    options: [], operands: .none, examples: [("capsrun version", "The version in one line")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let output = Output(isJSON: invocation.has(.json))
    if output.isJSON {
      try output.result(
        .object([.init("version", .string(Release.current)), .init("manifest_format", .integer(1))]))
    } else {
      try output.result("capsrun \(Release.current), manifest format 1\n")
    }
    return .success
  }
}
