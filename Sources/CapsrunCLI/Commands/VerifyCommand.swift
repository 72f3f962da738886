internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun verify`
enum VerifyCommand {
  private static let key = Option.value("key", "PUB", "trust this public key, and no other", .path)
  private static let legacy = Option.flag("allow-legacy", "accept a signature of minisign's legacy kind")

  static let command = Command(
    name: "verify", summary: "verify the signature of a file",
    description: """
      Compares FILE with its signature FILE.minisig. The exit code is 0 when a trusted key has
      signed exactly this file, the signature has not expired, and the key is not revoked;
      otherwise it is 65. Trusted are the keys of `capsrun trust`, or that of --key alone.
      """,
    options: [key, legacy], operands: .one("FILE", .path),
    examples: [
      ("capsrun verify app.tar.gz", "Verify by the trusted keys"),
      ("capsrun verify app.tar.gz --key release.pub", "Verify by one key"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let given = try invocation.value(key).map { path throws(DiagnosticList) in try KeyFiles.publicKey(path) }
    let policy = try TrustPlace.policy(given: given, allowsLegacy: invocation.has(legacy))
    let file = try SigningFile.open(invocation.operands[0])
    let signature = try KeyFiles.signature(of: file.path)
    switch try verdict(policy, signature, file) {
    case .refused(let refusal): throw DiagnosticList([refusal.diagnostic(of: file.path, askedFor: given)])
    case .trusted(let key, _):
      try show(key, signature, of: file.path, Output(isJSON: invocation.has(.json)))
      return .success
    }
  }

  private static func verdict(
    _ policy: TrustPolicy, _ signature: Signature?, _ file: borrowing SigningFile
  ) throws(DiagnosticList) -> TrustPolicy.Verdict {
    // A large file is not read for a signature that does not count anyway.
    if let refusal = policy.refusal(of: signature) { return .refused(refusal) }
    let content: SignedContent =
      signature?.algorithm == .legacy ? .whole(try file.whole()) : .hash(try file.hash())
    return policy.verdict(on: signature, of: content)
  }

  private static func show(
    _ key: PublicKey, _ signature: Signature?, of file: String, _ output: Output
  ) throws(DiagnosticList) {
    let comment = signature?.trustedComment ?? ""
    if output.isJSON {
      try output.result(
        .object([
          .init("file", .string(file)), .init("key_id", .string(key.id.description)),
          .init("trusted_comment", .string(comment)), .init("legacy", .bool(signature?.algorithm == .legacy)),
          .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result("\(printable(file)) is signed by key \(key.id)\ntrusted comment: \(printable(comment))\n")
    }
  }
}
