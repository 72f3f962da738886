internal import Linux

/// What the security modules of this machine say about this process.
package struct SecurityModuleFacts: Hashable, Sendable {
  /// `/sys/module/apparmor/parameters/enabled`
  package var appArmorEnabled = FileReading.absent
  /// The profile of this process.
  package var profile = FileReading.absent
  /// `/sys/fs/selinux/enforce`
  package var seLinuxEnforcing = FileReading.absent
  /// `/proc/sys/kernel/yama/ptrace_scope`
  package var traceScope = FileReading.absent
  package var surroundings = Surroundings()

  package init() {}

  package var appArmorVerdict: Verdict {
    guard appArmorEnabled != .absent else { return .ok("not active") }
    guard let enabled = appArmorEnabled.trimmed else { return .unknown(appArmorEnabled.problem ?? "") }
    guard enabled == "Y" else { return .ok("switched off") }
    guard let profile = profile.trimmed, !profile.isEmpty else {
      return .unknown("active, but the profile of this process \(self.profile.problem ?? "is empty")")
    }
    guard profile.hasSuffix("(enforce)") else { return .ok(profile) }
    return .degraded(
      "this process has the profile \(profile)",
      fix: surroundings.container == nil
        ? "if a start is refused, look for its denials: journalctl -k -g apparmor" : surroundings.wayOut)
  }

  package var seLinuxVerdict: Verdict {
    switch (seLinuxEnforcing.number, seLinuxEnforcing.problem) {
    case (1?, _): return .ok("enforcing, as \(profile.trimmed ?? "an unknown context")")
    case (0?, _): return .ok("permissive")
    case (_, _) where seLinuxEnforcing == .absent: return .ok("not active")
    case (_, let problem): return .unknown("/sys/fs/selinux/enforce \(problem ?? "holds no number")")
    }
  }

  package var yamaVerdict: Verdict {
    guard traceScope != .absent else { return .ok("not active") }
    guard let scope = traceScope.number else { return .unknown("ptrace_scope \(traceScope.problem ?? "is no number")") }
    // A process may take the descriptors of its children up to scope 2; scope 3 forbids it to everybody.
    guard scope >= 3 else { return .ok("ptrace_scope \(scope)") }
    return .degraded(
      "ptrace_scope \(scope) forbids taking the sockets of a child",
      fix: "set kernel.yama.ptrace_scope to 2 or less in /etc/sysctl.d, and boot again")
  }
}
