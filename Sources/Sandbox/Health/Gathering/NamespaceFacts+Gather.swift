internal import Linux
internal import Planning

extension Clone3Facts {
  static func gather(_ surroundings: Surroundings) -> Clone3Facts {
    Clone3Facts(
      outcome: Trial(namespaces: [], identity: nil).run {}, isOffered: KernelAbilities.hasClone3,
      surroundings: surroundings)
  }

  var isThere: Bool { outcome == .worked }
}

extension NamespaceFacts {
  /// A folder that every host has; what is mounted there stands in the child's namespace alone.
  static let mountPoint = NewRoot.mountPoint

  static func gather(_ clone3: Clone3Facts) -> NamespaceFacts {
    let kinds = Namespace.allCases.map { Kind($0, attempt($0, clone3)) }
    guard clone3.isThere else {
      return NamespaceFacts(kinds: kinds, together: nil, surroundings: clone3.surroundings)
    }
    let together = Trial(namespaces: .all, identity: .ofCaller).run { () throws(SysError) in
      try FileSystem.mount(type: "tmpfs", on: mountPoint, .plain, options: "size=64k")
    }
    return NamespaceFacts(kinds: kinds, together: together, surroundings: clone3.surroundings)
  }

  private static func attempt(_ namespace: Namespace, _ clone3: Clone3Facts) -> TrialOutcome {
    let wanted = Namespaces.user.union(Namespaces(kind: namespace))
    if clone3.isThere { return Trial(namespaces: wanted, identity: nil).run {} }
    do throws(SysError) {
      try KernelAbilities.tryClone(into: wanted)
      return .worked
    } catch {
      return .failed(error)
    }
  }

  /// Whether something can be tried inside.
  var canBeUsed: Bool { together == .worked }
}

extension ProcessListFacts {
  static func gather(_ namespaces: NamespaceFacts, _ mounts: MountTable?) -> ProcessListFacts {
    let outcome =
      namespaces.canBeUsed
      ? Trial(namespaces: .all, identity: .ofCaller).run { () throws(SysError) in
        try FileSystem.mount(
          type: "proc", on: NamespaceFacts.mountPoint, .plainWithoutPrograms, options: "")
      } : nil
    return ProcessListFacts(
      outcome: outcome, hidden: mounts?.hiddenProcesses ?? [], surroundings: namespaces.surroundings)
  }
}

extension Namespaces {
  init(kind: Namespace) {
    switch kind {
    case .user: self = .user
    case .mount: self = .mount
    case .pid: self = .pid
    case .network: self = .network
    case .ipc: self = .ipc
    case .uts: self = .uts
    case .cgroup: self = .cgroup
    }
  }

  static var all: Namespaces { Namespace.allCases.reduce(into: []) { $0.formUnion(Namespaces(kind: $1)) } }
}
