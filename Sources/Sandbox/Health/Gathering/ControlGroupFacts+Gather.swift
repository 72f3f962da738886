internal import Linux

extension ControlGroupFacts {
  static func gather(_ mounts: MountTable?, _ surroundings: Surroundings) -> ControlGroupFacts {
    var facts = ControlGroupFacts(hierarchies: mounts?.controlGroups)
    facts.surroundings = surroundings
    facts.isRoot = surroundings.isRoot
    facts.writableOld = (facts.hierarchies ?? []).filter { !$0.isUnified }.map(\.path).filter(mayWrite)
    facts.session = .gather()
    guard let unified = facts.hierarchies?.first(where: \.isUnified) else { return facts }
    facts.top = Group.gather(unified.path)
    facts.own = ownName().flatMap { unified.folder(of: $0) }.map { Group.gather($0) }
    if let top = facts.top {
      let service = "user.slice/user-\(facts.session.user).slice/user@\(facts.session.user).service"
      facts.session.controllers = .read("\(top.path)/\(service)/cgroup.controllers")
    }
    return facts
  }

  /// The name of the own cgroup in the unified hierarchy, whose line starts with `0::`.
  private static func ownName() -> String? {
    let line = FileReading.read("/proc/self/cgroup").lines.first { $0.hasPrefix("0::") }
    return line.map { String($0.dropFirst(3)) }
  }
}

extension ControlGroupFacts.Group {
  static func gather(_ path: String) -> Self {
    Self(
      path: path, controllers: .read(path + "/cgroup.controllers"),
      // Making a group, moving a process, and handing controllers on: all three are needed.
      isWritable: ["", "/cgroup.procs", "/cgroup.subtree_control"].allSatisfy { mayWrite(path + $0) },
      hasParent: FileReading.isThere(path + "/cgroup.type"))
  }
}

extension UserSession {
  static func gather() -> UserSession {
    var session = UserSession()
    session.user = CurrentProcess.user
    let folder = CurrentProcess.environmentValue("XDG_RUNTIME_DIR") ?? "/run/user/\(session.user)"
    session.hasBus = FileReading.isThere(folder + "/bus")
    session.hasSystemdRun = FileReading.isThere("/usr/bin/systemd-run") || FileReading.isThere("/bin/systemd-run")
    session.isSystemdRunning = FileReading.isThere("/run/systemd/system")
    return session
  }
}
