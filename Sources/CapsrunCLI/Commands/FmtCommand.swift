internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun fmt`
enum FmtCommand {
  private static let check = Option.flag("check", "write nothing; name the files that would change, and end with 1")

  static let command = Command(
    name: "fmt", summary: "write manifests in their one stable form",
    description: """
      Writes the manifest of each PATH, a file or a folder, in one form: keys in the order of
      the reference, two spaces a level, quotes where they are needed, one blank line around
      each section. Comments stay with what they are about. The syntax stays what it is.

      A list or table that is written in one line stays in one if it holds nothing but single
      values and fits; whatever else is a block. The names of the files that were written are
      printed. When one manifest is wrong, none is written, and the exit code is 65.
      """,
    options: [check], operands: .many("PATH", .path),
    examples: [
      ("capsrun fmt examples/hello", "Format the manifest of a folder"),
      ("capsrun fmt --check examples/hello", "Only say whether it has its form, for a build"),
    ],
    run: run)

  /// A manifest, and what it would become.
  private struct Candidate {
    let file: ManifestFile
    let text: String

    var isDifferent: Bool { !file.holds(text) }
  }

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    var candidates: [Candidate] = []
    var problems: [Diagnostic] = []
    for path in invocation.operands {
      do {
        candidates.append(try candidate(at: path))
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    let isCheck = invocation.has(check)
    if !isCheck {
      for candidate in candidates where candidate.isDifferent { try write(candidate) }
    }
    let exitCode = isCheck && candidates.contains(where: \.isDifferent) ? ExitCode.no : .success
    try report(candidates, Output(isJSON: invocation.has(.json)), exitCode)
    return exitCode
  }

  private static func candidate(at path: String) throws(DiagnosticList) -> Candidate {
    let (file, folderName) = try ManifestFile.locate(path)
    return Candidate(file: file, text: try file.formatted(folderName: folderName))
  }

  private static func write(_ candidate: Candidate) throws(DiagnosticList) {
    let path = candidate.file.path
    let target = try reporting("look at \(quoted(path))") { () throws(SysError) in try linkTarget(of: path) }
    if let target {
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(path)) is a link, in whose place no file shall come",
          hint: "format the file that it leads to, \(quoted(target))", exitCode: .noInput)
      ])
    }
    try reporting("write \(quoted(path))") { () throws(SysError) in
      try WholeFile.replace(path, with: Array(candidate.text.utf8))
    }
  }

  private static func report(
    _ candidates: [Candidate], _ output: Output, _ exitCode: ExitCode
  ) throws(DiagnosticList) {
    guard output.isJSON else {
      let names = candidates.filter(\.isDifferent).map { printable($0.file.path) + "\n" }
      return names.isEmpty ? () : try output.result(names.joined())
    }
    let manifests = candidates.map {
      JSONValue.object([.init("path", .string($0.file.path)), .init("changed", .bool($0.isDifferent))])
    }
    try output.result(
      .object([.init("manifests", .array(manifests)), .init("exit_code", .integer(Int64(exitCode.rawValue)))]))
  }
}
