internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `capsrun install`
enum InstallCommand {
  static let allowUnsigned = Option.flag("allow-unsigned", "take a capsule that nobody has signed")
  static let allowDowngrade = Option.flag("allow-downgrade", "take a version that is older than one installed before")

  private static let quiet = Option.flag("quiet", "print nothing when it works")

  static let command = Command(
    name: "install", summary: "verify a capsule and unpack it into the store",
    description: """
      Copies FILE, verifies the signature FILE.minisig over exactly that copy by the trusted keys,
      and only then reads it. Each file is compared with the capsule's listing while it is
      written; the capsule comes into the store when all of it is right, or not at all. What is
      there already is not unpacked again.

      A variable that the manifest declares without a value is asked for on the terminal, or
      taken from --env, --env-file or --env-stdin; without one that is required nothing is
      installed. The answers are kept for the capsule's name, and the next version asks for
      nothing but what is new. capsrun env NAME shows and changes them.
      """,
    options: AnswerSource.options + [allowUnsigned, allowDowngrade, quiet], operands: .one("FILE", .path),
    examples: [
      ("capsrun install capsule-hello-3193ce5d7087.tar.gz", "Install a signed capsule"),
      ("capsrun install --env-file app.env app.tar.gz", "Answer what it asks for by a file"),
      ("capsrun install --allow-unsigned app.tar.gz", "Install one that nobody vouches for"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    var installation = installation(invocation, output)
    installation.answers = try AnswerSource(invocation)
    var warnings: [Diagnostic] = []
    do throws(DiagnosticList) {
      let result = try installation.install(invocation.operands[0], in: try OpenStore.open(), &warnings)
      if !invocation.has(quiet) { try show(result, warnings + result.warnings, output) }
      return .success
    } catch {
      throw DiagnosticList(warnings + error.all)
    }
  }

  static func installation(_ invocation: Invocation, _ output: Output) -> Installation {
    Installation(
      allowsUnsigned: invocation.has(allowUnsigned), allowsDowngrade: invocation.has(allowDowngrade), output: output)
  }

  private static func show(
    _ result: InstallResult, _ warnings: [Diagnostic], _ output: Output
  ) throws(DiagnosticList) {
    let capsule = result.capsule
    if output.isJSON {
      guard case .object(let members) = capsule.json else { preconditionFailure("a record is an object") }
      try output.result(
        .object(
          members + [
            .init("was_there", .bool(result.wasThere)), .init("warnings", .array(warnings.map(\.json))),
            .init("exit_code", .integer(0)),
          ]))
      return
    }
    if !warnings.isEmpty { output.diagnostics(DiagnosticList(warnings)) }
    let verb = result.wasThere ? "Already installed" : "Installed"
    try output.result(
      "\(verb): \(capsule.title)\nID: \(capsule.id)\n"
        + (capsule.signer.map { "Signed by: key \($0.keyID)\n" } ?? "UNSIGNED: nobody vouches for it\n"))
  }
}

extension InstallResult {
  fileprivate var warnings: [Diagnostic] {
    let cases = sameButForCase.prefix(3).map { one, other in
      "\(quoted(one.text)) and \(quoted(other.text)) differ in nothing but case"
    }
    let versions = sameVersion.map { id in
      "\(capsule.title) is installed already as another capsule, \(id.short); a new version needs a new number"
    }
    return (cases + versions).map { Diagnostic($0, severity: .warning, exitCode: .success) }
  }
}
