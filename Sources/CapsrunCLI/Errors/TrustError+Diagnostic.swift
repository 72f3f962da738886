internal import CapsuleFormat
internal import Diagnostics
internal import Linux

extension TrustError {
  var diagnostic: Diagnostic {
    switch self {
    case .system(let error, let path):
      let what = error.errno == .tooManyLinks ? "it is a link, and keys are trusted from files alone" : error.reason
      return Diagnostic("cannot use \(quoted(path)): \(what)", exitCode: .failed)
    case .writable(let path):
      return Diagnostic(
        "no key is trusted: others may write to \(quoted(path))", hint: "chmod go-w \(path)", exitCode: .badData)
    case .foreign(let path, let owner):
      return Diagnostic(
        "no key is trusted: \(quoted(path)) belongs to user \(owner), and not to you or root",
        hint: "look who put it there, and remove it", exitCode: .badData)
    case .noFile(let path):
      return Diagnostic(
        "no key is trusted: \(quoted(path)) is neither the file nor the folder that it should be",
        hint: "remove it", exitCode: .badData)
    case .badKey(let path, let problem):
      return Diagnostic(
        "no key is trusted: \(quoted(path)) is no public key: it \(problem.explanation)",
        hint: "remove it, or give it a name without .pub", exitCode: .badData)
    case .badRevocation(let path, let line):
      return Diagnostic(
        "no key is trusted: line \(line) of \(quoted(path)) is no revocation",
        hint: "a line is KEYID, YYYY-MM-DD and a reason, apart by tabs", exitCode: .badData)
    case .otherKeyOfSameID(let id):
      return Diagnostic(
        "another key with the id \(id) is trusted already",
        hint: "capsrun trust remove \(id), if that one is not to be trusted", exitCode: .badData)
    case .revokedKey(let revocation):
      return Diagnostic("the key \(revocation.text)", hint: "make a new key, and trust that one", exitCode: .badData)
    case .unknownKey(let id):
      return Diagnostic(
        "there is no trusted key \(id)", hint: "capsrun trust list shows the trusted keys", exitCode: .noInput)
    }
  }
}

extension Revocation {
  /// `ID was revoked on DAY: REASON`
  var text: String { "\(keyID) was revoked on \(date)" + (reason.isEmpty ? "" : ": \(printable(reason))") }
}

extension SecretKeyFile.Failure {
  func diagnostic(of path: String) -> Diagnostic {
    switch self {
    case .wrongPassword:
      Diagnostic("the password of \(quoted(path)) is wrong", hint: "try again", exitCode: .wrongPassword)
    case .tooCostly:
      Diagnostic(
        "\(quoted(path)) asks for more work than any password is worth", hint: "minisign -C makes it anew",
        exitCode: .badData)
    case .notEnoughMemory:
      Diagnostic(
        "there is not enough memory to work on the password of \(quoted(path))",
        hint: "a key of minisign needs 1 GiB", exitCode: .failed)
    case .damaged:
      Diagnostic(
        "\(quoted(path)) holds a key that is damaged", hint: "take it from a copy", exitCode: .badData)
    }
  }
}
