internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun sign`
enum SignCommand {
  private static let key = Option.value("key", "KEY", "the secret key, a file made by keygen or minisign", .path)
  private static let days = Option.value("valid-days", "N", "let the signature count for N days, and no longer")

  static let command = Command(
    name: "sign", summary: "sign a file",
    description: """
      Writes the signature of FILE to FILE.minisig, in the format of minisign; an old one is
      replaced. What is signed is the content of FILE, and a comment with its name and the time.

      \(PasswordSource.help)
      """,
    options: [key, days] + PasswordSource.options, operands: .one("FILE", .path),
    examples: [
      ("capsrun sign app.tar.gz --key release.key", "Write app.tar.gz.minisig"),
      ("capsrun sign app.tar.gz --key release.key --valid-days 90", "Write one that ends"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    guard let keyPath = invocation.value(key) else {
      throw failure("no key is given", hint: "capsrun sign FILE --key KEY; capsrun keygen makes one")
    }
    let source = try PasswordSource(invocation)
    let now = Clock.secondsSince1970
    let expires = try invocation.value(days).map { text throws(DiagnosticList) in try end(text, after: now) }
    let file = invocation.operands[0]
    let secret = try KeyFiles.secretKey(keyPath, source)
    let (signature, path) = try FileSignature.write(for: file, by: secret, at: now, expires: expires)
    try show(signature, of: file, at: path, Output(isJSON: invocation.has(.json)))
    return .success
  }

  private static func end(_ text: String, after now: Int64) throws(DiagnosticList) -> Int64 {
    guard let days = Int64(text), (1...36500).contains(days) else {
      throw failure("--valid-days \(quoted(text)) is no number of days", hint: "use a number from 1 to 36500")
    }
    return now + days * 86400
  }

  private static func show(
    _ signature: Signature, of file: String, at path: String, _ output: Output
  ) throws(DiagnosticList) {
    if output.isJSON {
      try output.result(
        .object([
          .init("file", .string(file)), .init("signature", .string(path)),
          .init("key_id", .string(signature.keyID.description)),
          .init("trusted_comment", .string(signature.trustedComment)), .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result("signed \(printable(file)) with key \(signature.keyID): \(printable(path))\n")
    }
  }

  private static func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
