internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun init`
enum InitCommand {
  private static let format = Option.value(
    "format", "SYNTAX", "the syntax of the manifest: yaml (the default), toml or json",
    .words(ManifestSyntax.allCases.map(\.rawValue)))

  static let command = Command(
    name: "init", summary: "start a capsule: a manifest, and a program that runs",
    description: """
      Writes a manifest with comments into DIR, which is made if it is not there; default is
      the current folder. The capsule gets the folder's name. \(StarterCapsule.programPath) is written as well,
      unless it is there. A folder that has a manifest is left as it is.
      """,
    options: [format], operands: .optional("DIR", .folder),
    examples: [
      ("capsrun init demo", "Start a capsule in a new folder"),
      ("capsrun init --format toml", "Start one in the current folder, in TOML"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    guard let syntax = ManifestSyntax(rawValue: invocation.value(format) ?? "yaml") else {
      preconditionFailure("the parser knows the words")
    }
    let text = invocation.operands.first ?? "."
    let made = try make(in: text, syntax)
    let word =
      text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) } ? text : shellWord(text)
    let next = ["capsrun run \(word)", "cd \(word) && capsrun schema --write"]
    let output = Output(isJSON: invocation.has(.json))
    if output.isJSON {
      try output.result(
        .object([
          .init("made", .array(made.map { .string($0) })), .init("next", .array(next.map { .string($0) })),
          .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result(
        made.map { "made \(printable($0))\n" }.joined() + "\nRun it:           \(printable(next[0]))\n"
          + "Help the editor:  \(printable(next[1]))\n")
    }
    return .success
  }

  /// Writes the files, and returns their paths as the caller would write them.
  private static func make(in text: String, _ syntax: ManifestSyntax) throws(DiagnosticList) -> [String] {
    let path = try CallerPath.path(text, from: try CallerPath.currentFolder())
    try reporting("make the folder \(quoted(text))") { () throws(SysError) in
      try WholeFile.makeFolder(path.description)
    }
    let folder = try reporting("open the folder \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .folder)
    }
    for name in Manifest.fileNames where try ManifestFile.has(name, in: folder) {
      throw DiagnosticList([
        Diagnostic(
          "there is a manifest in \(quoted(text)) already: \(name)", hint: "name another folder", exitCode: .usage)
      ])
    }
    let starter = StarterCapsule(folderName: path.components.last ?? "")
    let start = text.hasSuffix("/") ? text : text + "/"
    var made: [String] = []
    let program = StarterCapsule.programPath
    if try !ManifestFile.has(program, in: folder) {
      try reporting("write \(quoted(start + program))") { () throws(SysError) in
        try folder.makeFolder(StarterCapsule.programFolder, mode: 0o755)
        try WholeFile.create(start + program, Array(StarterCapsule.program.utf8), mode: 0o755)
      }
      made.append(start + program)
    }
    let name = StarterCapsule.fileName(syntax)
    try reporting("write \(quoted(start + name))") { () throws(SysError) in
      try WholeFile.create(start + name, Array(starter.manifest(syntax).utf8), mode: 0o644)
    }
    return [start + name] + made
  }
}
