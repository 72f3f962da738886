package import Linux

/// Which version of Landlock there is, or why there is none.
package struct LandlockFacts: Hashable, Sendable {
  package var version: Result<Int, SysError>
  /// `/sys/kernel/security/lsm`: the security modules that are active.
  package var activeModules: FileReading
  package var surroundings: Surroundings

  package init(version: Result<Int, SysError>, activeModules: FileReading, surroundings: Surroundings) {
    self.version = version
    self.activeModules = activeModules
    self.surroundings = surroundings
  }

  package var verdict: Verdict {
    switch version {
    case .success(let version) where version >= 4: return .ok("ABI \(version)")
    case .success(let version) where version >= 1:
      return .degraded("ABI \(version), without rules for networks", fix: "use Linux 6.7 or newer for ABI 4")
    case .success(let version): return .unknown("ABI \(version), which does not exist")
    case .failure(let error): return absent(error)
    }
  }

  private func absent(_ error: SysError) -> Verdict {
    let name = "(landlock_create_ruleset: \(error.errno.name))"
    switch error.errno {
    case .notSupported:
      let active = activeModules.trimmed ?? ""
      let seen = active.isEmpty ? "" : ", active are \(active)"
      return .missing(
        "switched off at boot \(name)\(seen)",
        fix: "boot with lsm=landlock,\(active.isEmpty ? "and the modules that are active now" : active)")
    case .notImplemented where !surroundings.isFiltered:
      return .missing("not in this kernel \(name)", fix: "use Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK")
    default:
      guard surroundings.isFiltered else { return .unknown("\(error.errno.meaning) \(name)") }
      return .missing(
        "not offered by this kernel, or by the seccomp filter around this process \(name)", fix: surroundings.wayOut)
    }
  }
}
