internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun schema`
enum SchemaCommand {
  private static let write = Option.flag("write", "write it to \(ManifestSchema.fileName) in the current folder")

  static let command = Command(
    name: "schema", summary: "show the JSON schema of manifests, for editors",
    description: """
      Prints the schema (draft 2020-12) by which editors check and complete manifests in
      YAML, TOML and JSON. It is made from the table of keys that capsrun itself reads by.
      """,
    options: [write], operands: .none,
    examples: [
      ("capsrun schema --write", "Put it beside a manifest")
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let text = ManifestSchema.document.text(isIndented: true) + "\n"
    let output = Output(isJSON: invocation.has(.json))
    guard invocation.has(write) else {
      try output.result(text)
      return .success
    }
    try reporting("write \(quoted(ManifestSchema.fileName))") { () throws(SysError) in
      try WholeFile.replace(ManifestSchema.fileName, with: Array(text.utf8))
    }
    return .success
  }
}
