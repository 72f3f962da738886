internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// The caller's folder of trusted keys.
enum TrustPlace {
  static func folder() throws(DiagnosticList) -> TrustFolder {
    TrustFolder(try path(user: CurrentProcess.user, CurrentProcess.environmentValue), of: CurrentProcess.user)
  }

  /// Whom the caller trusts now; `given` is a key that counts instead of those in the folder.
  static func policy(given: PublicKey? = nil, allowsLegacy: Bool = false) throws(DiagnosticList) -> TrustPolicy {
    let folder = try folder()
    let trust = try trusting { () throws(TrustError) in try folder.read() }
    return TrustPolicy(
      keys: given.map { [$0] } ?? trust.keys.map(\.key), revocations: trust.revocations,
      now: Clock.secondsSince1970, allowsLegacy: allowsLegacy)
  }

  /// CAPSRUN_CONFIG, else /etc/capsrun for root, else the folder capsrun in the user's configuration.
  static func path(
    user: UInt32, _ environmentValue: (String) -> String?
  ) throws(DiagnosticList) -> String {
    if let given = environmentValue("CAPSRUN_CONFIG") { return try absolute(given, "CAPSRUN_CONFIG") }
    if user == 0 { return "/etc/capsrun" }
    // What is not absolute is to be ignored, says the specification of these variables.
    if let base = environmentValue("XDG_CONFIG_HOME"), base.hasPrefix("/") {
      return try absolute(base + "/capsrun", "XDG_CONFIG_HOME")
    }
    guard let home = environmentValue("HOME") else {
      throw DiagnosticList([
        Diagnostic(
          "neither HOME nor XDG_CONFIG_HOME says where the trusted keys are", hint: "set HOME", exitCode: .usage)
      ])
    }
    return try absolute(home + "/.config/capsrun", "HOME")
  }

  private static func absolute(_ path: String, _ variable: String) throws(DiagnosticList) -> String {
    guard path.hasPrefix("/") else {
      throw DiagnosticList([
        Diagnostic("the variable \(variable) is no absolute path", hint: "let it begin with /", exitCode: .usage)
      ])
    }
    return path.split(separator: "/").map { "/" + $0 }.joined()
  }
}

/// Does something with the trusted keys, and reports why it cannot be done.
func trusting<Result>(_ body: () throws(TrustError) -> Result) throws(DiagnosticList) -> Result {
  do throws(TrustError) {
    return try body()
  } catch {
    throw DiagnosticList([error.diagnostic])
  }
}
