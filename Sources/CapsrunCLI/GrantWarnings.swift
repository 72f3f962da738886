internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// What whoever starts a sandbox should know of its grants.
extension DangerousGrant {
  /// Why the start is refused.
  var refusal: Diagnostic {
    Diagnostic(
      "\(message), which the capsule's own word does not allow",
      hint: "take it out of the manifest; or, if that is what you want, start with --i-know \(path)", exitCode: .usage)
  }

  /// The same where nothing is started.
  var warning: Diagnostic {
    Diagnostic("\(message): run asks for --i-know \(path)", severity: .warning, exitCode: .success)
  }

  private var message: String {
    let whose = danger.reach == .host ? "root" : "its user"
    return "the socket \(quoted(path.description)) is as good as \(whose) on this machine: whoever speaks to it "
      + danger.reason
  }
}

extension ClosedGrant {
  /// The grant stands, and does not help.
  func warning(_ identity: Identity) -> Diagnostic {
    let kind = access == .device ? "device" : "socket"
    let whom =
      switch identity.launcher {
      case .root: "the reserved user \(identity.hostUser), which the workload is on this machine"
      case .user: "you, and so the workload"
      }
    let bits = String(mode, radix: 8)
    return Diagnostic(
      "the \(kind) \(quoted(path)) is granted, but its permissions (\(bits), user \(owner), group \(group)) refuse \(whom)",
      hint: identity.launcher == .user
        ? "become a member of group \(group), or give everybody the right with chmod"
        : "start it as a user who may use it, or give everybody the right with chmod",
      severity: .warning, exitCode: .success)
  }
}
