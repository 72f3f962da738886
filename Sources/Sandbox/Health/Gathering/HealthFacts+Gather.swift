package import Linux
internal import Planning

extension HealthFacts {
  /// Looks at this machine. Whatever is tried is tried in child processes, and leaves no mount, file or process behind.
  package static func gather() throws(SysError) -> HealthFacts {
    try SignalQueue.stopIgnoringChildren()
    let surroundings = Surroundings.gather()
    let mounts = mountTable()
    let clone3 = Clone3Facts.gather(surroundings)
    let namespaces = NamespaceFacts.gather(clone3)
    var facts = HealthFacts(
      kernel: .gather(), surroundings: surroundings, clone3: clone3, namespaces: namespaces,
      processes: .gather(namespaces, mounts), seccomp: .gather(surroundings), landlock: .gather(surroundings),
      controlGroups: .gather(mounts, surroundings), store: .gather(namespaces), securityModules: .gather(surroundings),
      subordinateIDs: .gather(), rehearsal: .gather())
    if facts.rehearsal.outcome != .worked {
      facts.lacks = try MachineAbilities.gather([.landlock, .processes, .namespaces]).lacks.map(\.layer)
    }
    return facts
  }

  private static func mountTable() -> MountTable? {
    guard case .text(let text) = FileReading.read("/proc/self/mountinfo") else { return nil }
    return MountTable(text)
  }
}
