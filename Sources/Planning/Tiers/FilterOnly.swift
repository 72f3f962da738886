internal import ManifestFormat

/// What a plan without namespaces is made of: nothing is shown at another place, and Landlock alone says what of the tree around
/// it the workload may use.
enum FilterOnly {
  /// What every workload may read and execute, where it is there: the machine's programs, and what they need to start. Of
  /// /proc the workload's own entry, and what tells of the machine without telling of other processes.
  private static let system =
    ["/usr"] + BaseRoot.systemFolders + BaseRoot.sharedEtc + [
      "/etc/group", "/etc/nsswitch.conf", "/etc/passwd", "/etc/protocols", "/etc/services", "/proc/cpuinfo",
      "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", ownProcess, "/proc/stat", "/proc/sys", "/proc/uptime",
      "/proc/version", "/sys/fs/cgroup",
    ]
  private static let ownProcess = "/proc/self"
  private static let devices = ["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"]

  /// Throws for what cannot be had without namespaces.
  static func check(_ request: PlanRequest, _ grants: [FileGrant]) throws(PlanError) {
    if request.base != .host { throw .needsNamespaces("rootfs.base") }
    if request.capsuleChanges != .refused { throw .needsNamespaces("rootfs.writable") }
    if request.subordinates != nil { throw .needsNamespaces("security.user_range") }
    // It would lie beside those of others.
    if request.programs.contains(where: { $0.streams != nil }) { throw .needsNamespaces("a terminal of its own") }
    for grant in grants {
      switch grant.access {
      case .socket: throw .needsNamespaces("the socket \(grant.target)")
      case .state: throw .needsNamespaces("the state at \(grant.target)")
      // The rules of a folder hold for all below it, and none takes anything away.
      case .read where grants.contains(where: { $0.access == .write && grant.target.isInside($0.target) }):
        throw .needsNamespaces("reading \(grant.target) alone, in a folder that may be written")
      case .read, .write, .device: continue
      }
    }
  }

  /// The order matters; each line says why it stands where it stands.
  static func setup(_ request: PlanRequest, _ grants: [FileGrant], privateFolder: String) -> [SetupStep] {
    var steps: [SetupStep] = []
    // First, as this alone can leave something behind.
    steps.append(.privateFolder(PrivateFolderStep(path: privateFolder)))
    if let capsule = request.capsule {
      steps.append(
        .reach(
          ReachStep(
            path: CapsulePlanning.folder, source: capsule.path.description, access: .read, presence: .required,
            identity: capsule.identity)))
    }
    for grant in grants {
      steps.append(
        .reach(
          ReachStep(
            path: grant.target.description, source: grant.source.description, access: Planner.access(of: grant),
            presence: grant.mayBeMissing ? .optional : .required, identity: grant.identity)))
    }
    // Last, as what stands above may need what they give.
    steps.append(.dropPrivileges(DropPrivilegesStep()))
    return steps
  }

  static func files(_ setup: [SetupStep], own: OwnFileGrants?) -> FileRights {
    var files = FileRights()
    files.holding = .closed
    files.read = system
    files.use = devices
    files.optional = system + devices
    for step in setup {
      switch step {
      case .privateFolder(let folder): files.change.append(folder.path)
      case .reach(let reach) where reach.isThere:
        switch reach.access {
        case .read: files.read += narrowed(reach.path, to: own?.read)
        case .write: files.change += narrowed(reach.path, to: own?.write)
        case .device:
          if own?.devices.map({ $0.contains { $0.path.description == reach.path } }) ?? true {
            files.use.append(reach.path)
          }
        case .state, .socket: preconditionFailure("a plan without namespaces has none")
        }
      default: continue
      }
    }
    return files
  }

  /// What is left of a path that is granted to the capsule, where a process has grants of its own.
  private static func narrowed(_ path: String, to own: [PathGrant]?) -> [String] {
    guard path != CapsulePlanning.folder, let own else { return [path] }
    let granted = sandboxPath(path)
    if own.contains(where: { granted.isInside($0.path) }) { return [path] }
    return own.filter { $0.path.isInside(granted) && !$0.mayBeMissing }.map(\.path.description)
  }

  /// The filter behind the one of a profile: it takes what the missing namespaces would have kept apart.
  static func filter(_ process: PlannedProcess, sharesUser: Bool) throws(PlanError) -> CompiledFilter {
    guard let filter = process.filter else { throw .unknownProfile(name: process.seccomp) }
    do throws(FilterComposition.TooLong) {
      return try filter.within(sharesUser ? .filterOnlyOfCaller : .filterOnly)
    } catch {
      throw .needsNamespaces("a seccomp profile of \(filter.instructions.count) instructions")
    }
  }
}

extension ReachStep {
  /// What may be missing, and was when it was looked for, gets no rule.
  package var isThere: Bool { presence == .required || identity != nil }
}

extension Plan {
  /// What of the tree around it a plan without namespaces uses.
  package var reached: [ReachStep] {
    guard isFilterOnly else { return [] }
    return setup.compactMap { if case .reach(let step) = $0 { step } else { nil } }
  }
}

extension Identity {
  /// Whether other processes of the machine may have the workload's user.
  package static func isShared(_ user: UInt32) -> Bool { !(firstReserved..<(1 << 31)).contains(user) }

  /// The first of the host's users that no person and no container has: above systemd's range, below 2^31.
  package static var firstReserved: UInt32 { 1_900_000_000 }
}
