package import Diagnostics

/// A file of another tool, turned into a manifest.
package struct Migration: Sendable {
  package let format: MigrationFormat
  /// The manifest in YAML, with a comment for each thing that could not be converted.
  package let text: String
  package let manifest: Manifest
  /// What could not be converted, by its place in the old file, and what should be looked at.
  package let warnings: [Diagnostic]

  /// Converts a file; `name` is the capsule's name where neither the file nor its own name gives one.
  package init(of source: SourceText, as wanted: MigrationFormat? = nil, name: String) throws(DiagnosticList) {
    guard let format = wanted ?? MigrationFormat(of: source) else {
      throw DiagnosticList([
        Diagnostic(
          "cannot tell of which format \(quoted(source.file)) is",
          hint: "say so with --from: \(MigrationFormat.allCases.map(\.rawValue).joined(separator: ", "))",
          exitCode: .badData)
      ])
    }
    var draft = try Self.draft(of: source, format, name: NameTable.spelling(of: name) ?? "capsule")
    guard draft.value(at: ["processes"]) != nil || format == .package else {
      throw DiagnosticList(
        draft.warnings + [
          Diagnostic(
            "\(quoted(source.file)) names no program", hint: "say with --from which format it has", exitCode: .badData)
        ])
    }
    draft.warnOfHabits()
    draft.noteComments(format)
    let head = ["Made by capsrun migrate from \(Self.fileName(source.file)) (\(format.rawValue))."]
    let text = YAMLWriter.text(of: draft.document(headed: head))
    guard text.utf8.count <= SourceText.largestSize else {
      throw DiagnosticList([
        Diagnostic("\(quoted(source.file)) makes a manifest larger than 1 MiB, which none is", exitCode: .badData)
      ])
    }
    self.format = format
    self.text = text
    manifest = try Self.readBack(text, name)
    warnings = draft.warnings.sorted { ($0.location?.line ?? .max) < ($1.location?.line ?? .max) }
  }

  private static func draft(
    of source: SourceText, _ format: MigrationFormat, name: String
  ) throws(DiagnosticList) -> NativeDraft {
    if format == .package { return try PackageManifest.draft(of: source, name: name) }
    var draft = NativeDraft(source: source)
    let name = format == .systemd ? SystemdUnit.name(of: fileName(source.file)) ?? name : name
    let file = OldKey(name: "the name", value: SyntaxNode(.string(name)), position: Position(line: 1, column: 1))
    draft.put(.string(name), at: ["name"], from: file)
    do {
      switch format {
      case .systemd: try SystemdUnit.read(into: &draft)
      case .procfile: try Procfile.read(into: &draft)
      case .compose: try ComposeFile.read(into: &draft)
      case .supervisord: try SupervisordFile.read(into: &draft)
      case .processCompose: try ProcessComposeFile.read(into: &draft)
      case .package: break
      }
    } catch {
      throw DiagnosticList(draft.warnings + [error])
    }
    return draft
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// What was made is read like any other manifest. Should it be wrong, it is this program that is.
  private static func readBack(_ text: String, _ name: String) throws(DiagnosticList) -> Manifest {
    do throws(Diagnostic) {
      let made = try SourceText(file: "capsule.yml", bytes: Array(text.utf8))
      do throws(DiagnosticList) {
        return try Manifest.read(made, folderName: name)
      } catch {
        throw error.all[0]
      }
    } catch {
      let reason = "line \(error.location?.line ?? 0): \(error.message)"
      throw DiagnosticList([
        Diagnostic("the manifest that was made is wrong: \(reason)", hint: "please report it", exitCode: .failed)
      ])
    }
  }
}

extension NativeDraft {
  /// What works elsewhere and not in a capsule, unless the manifest says so.
  fileprivate mutating func warnOfHabits() {
    for habit in manifest.foreignHabits {
      // Reading a manifest in the package dialect has told it, with its place.
      if let told = warnings.first(where: { $0.message == habit.message })?.location {
        comment("TODO line \(told.line): \(habit.message): \(habit.hint)")
      } else {
        warn(habit.message, hint: habit.hint)
      }
    }
    if value(at: ["capabilities", "net"]) == nil {
      comment("Nothing may be connected to. Add capabilities: net: [HOST:PORT] for each host that is needed.")
    }
  }

  /// Comments are for people, and only people can say where they belong now.
  fileprivate mutating func noteComments(_ format: MigrationFormat) {
    let marks = [MigrationFormat.systemd, .supervisord].contains(format) ? ["#", ";"] : ["#"]
    let lines = source.numberedLines.filter { line in marks.contains { trimmed(line.text).hasPrefix($0) } }
    guard let first = lines.first else { return }
    let rest = lines.count == 1 ? "" : ", and \(lines.count - 1) more"
    comment("Comments of the old file are not taken over: line \(first.number)\(rest).")
  }
}
