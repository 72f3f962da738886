internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun build`
enum BuildCommand {
  static let fromFolder = Option.value("from-dir", "DIR", "the folder to pack, as DIR", .folder)
  static let fromZip = Option.value("from-zip", "FILE", "pack what is in a zip archive", .path)
  static let sbom = Option.flag("sbom", "write what it consists of beside it, as FILE.cdx.json (CycloneDX 1.5)")
  static let manifest = Option.value("manifest", "FILE", "the manifest, instead of that of the folder", .path)
  static let output = Option.value("output", "FILE", "write to FILE: .tar.gz, or .tar.zst for zstd", .path)
  static let sign = Option.value("sign", "KEY", "sign the capsule with this secret key", .path)
  static let zstd = Option.flag("zstd", "compress with zstd instead of gzip")
  static let why = Option.value("why", "PATH", "say whether PATH is packed and by which rule, and build nothing")
  static let report = Option.flag("report", "list the largest files and what is left out")
  static let dryRun = Option.flag("dry-run", "check everything and show the id, without writing")
  static let strict = Option.flag("strict", "take warnings for errors")
  static let requirePinned = Option.flag(
    "require-pinned", "take a Python requirement without a version for an error")
  static let quiet = Option.flag("quiet", "print nothing when it works")

  static let command = Command(
    name: "build", summary: "pack a folder into a capsule",
    description: """
      Packs DIR, by default the current folder, with its manifest into one archive, whose id is
      the SHA-256 over a listing of its files: the same files give the same id on any machine.
      Files that .capsuleignore names stay out. With SOURCE_DATE_EPOCH set, the archive is the
      same to the byte. Without --output it is called capsule-NAME-ID.tar.gz.

      A Python virtual environment in venv is compared with the manifest's dependencies, and
      packed so that it works at /capsule/venv, wherever it was made.

      \(PasswordSource.help)
      """,
    options: [fromFolder, fromZip, manifest, output, sbom, sign] + PasswordSource.options
      + [zstd, why, report, dryRun, strict, requirePinned, quiet],
    operands: .optional("DIR", .folder),
    examples: [
      ("capsrun build examples/hello", "Pack an example"),
      ("capsrun build --dry-run --report examples/hello", "See what would be packed"),
      ("capsrun build --why bin/hello examples/hello", "See why a file is packed, or is not"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let output = Output(isJSON: invocation.has(.json))
    let source = try BuildSource.find(invocation)
    if let path = invocation.value(why) { return try WhyAnswer.show(path, source, output) }
    let python = try PythonPacking.run(
      try source.assemble(), of: source, requiresPinned: invocation.has(requirePinned))
    let assembly = python.assembly
    var warnings = source.warnings + assembly.warnings.map(\.diagnostic) + python.warnings
    if invocation.has(strict) { warnings = warnings.map(\.asError) }
    let problems = assembly.problems.map(\.diagnostic) + python.errors + warnings
    guard !problems.contains(where: { $0.severity == .error }) else { throw DiagnosticList(problems) }

    let key = try secretKey(invocation)
    let build = Build(source: source, assembly: assembly, warnings: warnings, output: output)
    var result = try build.run(
      to: invocation.value(self.output), container: try container(invocation), isDry: invocation.has(dryRun),
      withBill: invocation.has(sbom))
    if let key { try result.sign(with: key) }
    try result.show(
      output, isQuiet: invocation.has(quiet), report: invocation.has(report) ? assembly : nil)
    return .success
  }

  /// Asked for before anything is built, so that a wrong password costs nothing and leaves nothing.
  private static func secretKey(_ invocation: Invocation) throws(DiagnosticList) -> SecretKey? {
    let source = try PasswordSource(invocation)
    guard let path = invocation.value(sign), !invocation.has(dryRun) else { return nil }
    return try KeyFiles.secretKey(path, source)
  }

  private static func container(_ invocation: Invocation) throws(DiagnosticList) -> ArchiveContainer {
    guard let name = invocation.value(output) else { return invocation.has(zstd) ? .zstd : .gzip }
    guard let container = ArchiveContainer(fileName: name) else {
      throw DiagnosticList([
        Diagnostic(
          "the name \(quoted(name)) does not say what kind of file to write", hint: "end it with .tar.gz or .tar.zst",
          exitCode: .usage)
      ])
    }
    guard !invocation.has(zstd) || container == .zstd else {
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(name)) is the name of a gzip file, and --zstd is given", hint: "end it with .tar.zst",
          exitCode: .usage)
      ])
    }
    return container
  }
}

extension Diagnostic {
  fileprivate var asError: Diagnostic {
    var error = self
    error.severity = .error
    return error
  }
}
