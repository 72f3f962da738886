internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// The signature that lies beside a file.
enum FileSignature {
  /// Signs a file, and returns the signature and where it was written. Of a capsule it says which one it is.
  static func write(
    for path: String, by key: borrowing SecretKey, at now: Int64, expires: Int64?
  ) throws(DiagnosticList) -> (Signature, path: String) {
    let file = try SigningFile.open(path)
    let comment =
      try file.facts(at: now, expires: expires)?.text
      ?? SignedFile(name: file.name, timestamp: now, expires: expires).text
    let signature = try sign(file, key, comment)
    let target = file.path + Signature.suffix
    try reporting("write \(quoted(target))") { () throws(SysError) in
      try WholeFile.replace(target, with: signature.file)
    }
    return (signature, target)
  }

  private static func sign(
    _ file: borrowing SigningFile, _ key: borrowing SecretKey, _ comment: String
  ) throws(DiagnosticList) -> Signature {
    let hash = try file.hash()
    do {
      return try key.sign(hash, untrustedComment: "signature by key \(key.id)", trustedComment: comment)
    } catch {
      throw DiagnosticList([
        Diagnostic(
          "the name \(quoted(file.name)) cannot be signed: it \(error.explanation)", hint: "rename the file",
          exitCode: .usage)
      ])
    }
  }
}
