internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun migrate`
enum MigrateCommand {
  private static let from = Option.value(
    "from", "FORMAT", "take OLD for a file of this format", .words(MigrationFormat.allCases.map(\.rawValue)))
  private static let output = Option.value("output", "NEW", "write the manifest to this file; -o for short", .path)
  private static let force = Option.flag("force", "replace NEW if it is there")

  static let command = Command(
    name: "migrate", summary: "make a manifest of a file of another tool",
    description: """
      Reads OLD and prints a manifest that says the same. OLD is a systemd unit of a service, a
      Procfile, a Compose file, a supervisord.conf, a process-compose.yaml or a manifest with
      [package]; its name or its content tells which, or else --from does.

      Nothing is lost in silence: what cannot be converted is a warning with its line, and a
      comment that begins with TODO in the manifest, mostly with what to add by hand. Nothing is
      granted that OLD does not plainly say; no file but OLD is read.
      """,
    options: [from, output, force], operands: .one("OLD", .path),
    examples: [
      ("capsrun migrate --output capsule.yml web.service", "Make a manifest of a unit"),
      ("capsrun migrate --from procfile processes.txt", "Print one for a file of any name"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let old = try ManifestFile.open(invocation.operands[0])
    let path = try CallerPath.path(invocation.operands[0], from: try CallerPath.currentFolder())
    let migration = try Migration(
      of: old.source, as: invocation.value(from).flatMap { MigrationFormat(rawValue: $0) },
      name: path.parent.components.last ?? "")
    let new = invocation.value(output)
    if let new { try write(migration.text, to: new, replacing: invocation.has(force)) }
    let terminal = Output(isJSON: invocation.has(.json))
    let warnings = DiagnosticList(migration.warnings)
    guard !terminal.isJSON else {
      try terminal.result(json(migration, warnings, output: new))
      return .success
    }
    if !warnings.all.isEmpty { terminal.diagnostics(warnings) }
    if new == nil { try terminal.result(migration.text) }
    return .success
  }

  private static func write(_ text: String, to path: String, replacing: Bool) throws(DiagnosticList) {
    do throws(SysError) {
      let bytes = Array(text.utf8)
      if replacing { try WholeFile.replace(path, with: bytes) } else { try WholeFile.create(path, bytes) }
    } catch let error where error.errno == .fileExists && !replacing {
      throw DiagnosticList([
        Diagnostic("\(quoted(path)) is there already", hint: "--force replaces it", exitCode: .usage)
      ])
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "write \(quoted(path))")])
    }
  }

  private static func json(_ migration: Migration, _ warnings: DiagnosticList, output: String?) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("format", .string(migration.format.rawValue)), .init("manifest", .string(migration.text)),
    ]
    if let output { members.append(.init("output", .string(output))) }
    if case .object(let found) = warnings.json { members += found }
    return .object(members)
  }
}
