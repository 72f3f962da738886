internal import Linux

extension SecurityModuleFacts {
  static func gather(_ surroundings: Surroundings) -> SecurityModuleFacts {
    var facts = SecurityModuleFacts()
    facts.surroundings = surroundings
    facts.appArmorEnabled = .read("/sys/module/apparmor/parameters/enabled")
    facts.seLinuxEnforcing = .read("/sys/fs/selinux/enforce")
    facts.traceScope = .read("/proc/sys/kernel/yama/ptrace_scope")
    // The first is AppArmor's own file; the second is of whichever module is the first one.
    let own = FileReading.read("/proc/self/attr/apparmor/current")
    facts.profile = own.trimmed == nil ? .read("/proc/self/attr/current") : own
    return facts
  }
}

extension SubordinateIDFacts {
  static func gather() -> SubordinateIDFacts {
    SubordinateIDFacts(
      user: CurrentProcess.user, users: .read("/etc/passwd"), userRanges: .read("/etc/subuid"),
      groupRanges: .read("/etc/subgid"), userHelper: .find("newuidmap"), groupHelper: .find("newgidmap"))
  }
}

extension SubordinateIDFacts.Helper {
  /// Only the system's folders count: a helper of root's rights is not looked for in PATH.
  fileprivate static func find(_ name: String) -> Self {
    for folder in ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin"] {
      let path = folder + "/" + name
      switch catching({ () throws(SysError) in try isPrivileged(path) }) {
      case .success(let isPrivileged): return .present(path: path, isPrivileged: isPrivileged)
      case .failure: continue
      }
    }
    return .absent
  }

  private static func isPrivileged(_ path: String) throws(SysError) -> Bool {
    let status = try Descriptor.open(path, .place).status(of: path)
    if status.owner == 0, status.mode & 0o4000 != 0 { return true }
    return try hasFileCapabilities(path)
  }
}
