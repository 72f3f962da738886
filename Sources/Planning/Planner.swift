internal import ManifestFormat

/// Decides everything: request and host facts in, plan out, without looking at the machine.
package enum Planner {
  package static func plan(_ request: PlanRequest, _ facts: HostFacts) throws(PlanError) -> Plan {
    for program in request.programs where program.command.isEmpty { throw .emptyCommand }
    let identity = identity(request, facts)
    let grants = try grants(request.grants)
    let limits = try limits(request, facts)
    let decision = try TierDecision(
      request.degrading, facts.abilities, sharesUser: Identity.isShared(identity.hostUser))
    if case .filterOnly = decision.tier { return try filterOnly(request, grants, facts, decision) }
    let lacksRules = decision.lacks(.landlock)
    let setup = setup(request, grants, facts, identity, hasOwnProcesses: !decision.lacks(.processes))
    var processes: [PlannedProcess] = []
    for program in request.programs {
      var files = FileRights(in: setup, grants: grants, own: program.ownGrants)
      if lacksRules {
        // Nothing but these rules keeps a process from what the others of its capsule have.
        guard program.ownGrants == nil else { throw .needsLandlock(process: program.name) }
        files.holding = FileRights.Holding.none
      }
      var planned = process(program, request, files)
      planned.limitsOfGroup = self.limits(of: program, within: limits, facts)
      processes.append(planned)
    }
    return Plan(
      name: request.name, identity: identity, namespaces: .all, setup: setup, processes: processes,
      tier: decision.tier, degraded: decision.degraded, timeLimit: request.timeLimit, limits: limits,
      notYet: request.notYet, graph: request.graph)
  }

  private static func limits(_ request: PlanRequest, _ facts: HostFacts) throws(PlanError) -> GroupLimits? {
    // Most have none, and cost nothing.
    if request.resources == nil, request.callerLimits.isEmpty { return nil }
    return try request.callerLimits.limits(below: request.resources, memoryOfMachine: facts.memory)
  }

  private static func limits(
    of program: ProgramRequest, within limits: GroupLimits?, _ facts: HostFacts
  ) -> GroupLimits? {
    guard let own = program.resources else { return GroupLimits.ofProcess(nil, within: limits) }
    return GroupLimits.ofProcess(own, within: limits, memoryOfMachine: facts.memory)
  }

  /// A plan without namespaces: the workload is the caller, under the same number inside and outside.
  private static func filterOnly(
    _ request: PlanRequest, _ grants: [FileGrant], _ facts: HostFacts, _ decision: TierDecision
  ) throws(PlanError) -> Plan {
    precondition(!facts.isRoot, "without namespaces root becomes another user before anything is planned")
    try FilterOnly.check(request, grants)
    guard let folder = facts.abilities?.privateFolder else { throw .noPrivateFolder }
    let identity = Identity(
      launcher: .user, user: facts.callerUser, group: facts.callerGroup, hostUser: facts.callerUser,
      hostGroup: facts.callerGroup, keptGroups: facts.callerGroups.filter { $0 != facts.callerGroup })
    let setup = FilterOnly.setup(request, grants, privateFolder: folder)
    let limits = try limits(request, facts)
    var processes: [PlannedProcess] = []
    for program in request.programs {
      var process = process(
        program, request, FilterOnly.files(setup, own: program.ownGrants), privateFolder: folder)
      let filter = try FilterOnly.filter(process, sharesUser: Identity.isShared(facts.callerUser))
      process.seccomp = filter.profile
      process.ownFilter = FilterBytes(instructions: filter.instructions)
      process.limitsOfGroup = self.limits(of: program, within: limits, facts)
      processes.append(process)
    }
    let plan = Plan(
      name: request.name, identity: identity, namespaces: .none, setup: setup, processes: processes,
      tier: .filterOnly, degraded: decision.degraded, timeLimit: request.timeLimit, limits: limits,
      notYet: request.notYet, graph: request.graph)
    // The group of a program is that of its namespaces.
    guard let unlimited = plan.degraded(by: request.degrading, plan.limitNames, cause: "there are no namespaces") else {
      throw .needsNamespaces("limits of memory, processor time, processes or disks")
    }
    return unlimited
  }

  private static func identity(_ request: PlanRequest, _ facts: HostFacts) -> Identity {
    if let subordinates = request.subordinates { return identity(request, facts, subordinates) }
    let reserved = request.reservedUser ?? facts.reservedUser
    return Identity(
      launcher: facts.isRoot ? .root : .user, user: request.user, group: request.user,
      hostUser: facts.isRoot ? reserved : facts.callerUser,
      hostGroup: facts.isRoot ? reserved : facts.callerGroup,
      keptGroups: facts.isRoot ? [] : facts.callerGroups.filter { $0 != facts.callerGroup })
  }

  /// With a range the workload's user is one of it for root, and the caller amid it for anybody else: files that are granted
  /// to the caller stay the workload's own.
  private static func identity(
    _ request: PlanRequest, _ facts: HostFacts, _ subordinates: SubordinateIDs
  ) -> Identity {
    let user = request.user
    func spans(_ first: UInt32, _ own: UInt32) -> [IdentityRange.Span] {
      let count = IdentityRange.count
      if facts.isRoot { return [.init(inside: 0, outside: first, count: count)] }
      return [
        .init(inside: 0, outside: first, count: user), .init(inside: user, outside: own, count: 1),
        .init(inside: user + 1, outside: first + user, count: count - user - 1),
      ]
    }
    return Identity(
      launcher: facts.isRoot ? .root : .user, user: user, group: user,
      hostUser: facts.isRoot ? subordinates.firstUser + user : facts.callerUser,
      hostGroup: facts.isRoot ? subordinates.firstGroup + user : facts.callerGroup,
      keptGroups: facts.isRoot ? [] : facts.callerGroups.filter { $0 != facts.callerGroup },
      range: IdentityRange(
        users: spans(subordinates.firstUser, facts.callerUser),
        groups: spans(subordinates.firstGroup, facts.callerGroup)))
  }

  /// The order matters; each line says why it stands where it stands.
  private static func setup(
    _ request: PlanRequest, _ grants: [FileGrant], _ facts: HostFacts, _ identity: Identity,
    hasOwnProcesses: Bool
  ) -> [SetupStep] {
    var steps: [SetupStep] = []
    steps.reserveCapacity(64)
    // While the capabilities over the new namespaces are still there.
    steps.append(.hostName(HostNameStep(name: request.name)))
    BaseRoot.add(to: &steps, request, facts, identity: identity)
    if let capsule = request.capsule { steps.append(step(capsule, identity, request.capsuleChanges)) }
    // Grants after the base, as they may lie on top of it; parents before what lies inside them.
    let writable = writable(of: grants)
    for grant in grants {
      for folder in foldersToHold(around: grant, among: writable) {
        let step = SetupStep.hold(HoldStep(path: folder.description))
        if !steps.contains(step) { steps.append(step) }
      }
      steps.append(.bind(bind(grant, identity)))
    }
    // After the grants, so that none of them can be led into it by a link.
    steps.append(.processes(hasOwnProcesses ? BaseRoot.processes : BaseRoot.outerProcesses))
    // Late, as it is being made meanwhile; and before the privileges go that entering it needs.
    steps.append(.network(NetworkStep()))
    // After the last bind: their sources are out of reach from here on.
    steps.append(.enterRoot(EnterRootStep()))
    // Needs the new /proc; in another one it would be the setting of others, or read-only.
    if hasOwnProcesses { steps.append(.closeUserNamespaces(CloseUserNamespacesStep())) }
    // After the last mount point was made.
    steps.append(.sealRoot(SealRootStep(paths: BaseRoot.sealed(request))))
    // Last, as every step above needs capabilities.
    steps.append(.dropPrivileges(DropPrivilegesStep()))
    return steps
  }

  private static func step(_ capsule: CapsuleFolder, _ identity: Identity, _ changes: CapsuleChanges) -> SetupStep {
    let path = CapsulePlanning.root.description
    let bind = BindStep(
      source: capsule.path.description, target: path, access: .read, presence: .required,
      identity: capsule.identity, mapsOwner: identity.launcher == .root)
    switch changes {
    case .refused: return .bind(bind)
    case .inMemory: return .overlay(OverlayStep(path: path, lower: bind, changes: nil))
    case .kept(let place):
      let upper = BindStep(
        source: place.path.description, target: path, access: .state, presence: .required, identity: place.identity,
        mapsOwner: identity.launcher == .root)
      return .overlay(OverlayStep(path: path, lower: bind, changes: upper))
    }
  }

  private static func bind(_ grant: FileGrant, _ identity: Identity) -> BindStep {
    BindStep(
      source: grant.source.description, target: grant.target.description,
      access: access(of: grant),
      presence: grant.mayBeMissing ? .optional : .required, identity: grant.identity,
      // A device stays as it is: its file system cannot show another owner.
      mapsOwner: identity.launcher == .root && grant.access != .device)
  }

  static func access(of grant: FileGrant) -> BindStep.Access {
    switch grant.access {
    case .read: .read
    case .write: .write
    case .state: .state
    case .device: .device
    case .socket: .socket
    }
  }

  private static func process(
    _ program: ProgramRequest, _ request: PlanRequest, _ files: FileRights, privateFolder: String = "/tmp"
  ) -> PlannedProcess {
    PlannedProcess(
      name: program.name,
      candidates: candidates(program, request),
      arguments: [program.command] + program.arguments,
      environment: Environment.variables(of: program, request, home: privateFolder), unset: program.unset,
      secrets: program.secrets, workingFolder: program.workingFolder.description, streams: program.streams,
      files: files,
      limits: program.limits.isEmpty ? nil : program.limits, niceness: program.niceness,
      outOfMemoryScore: program.outOfMemoryScore,
      seccomp: program.filter?.profile ?? program.seccomp,
      ownFilter: program.filter.map { FilterBytes(instructions: $0.instructions) })
  }

  /// With a slash: below the working folder, then below /capsule. Without: in each folder of PATH.
  private static func candidates(_ program: ProgramRequest, _ request: PlanRequest) -> [String] {
    let command = program.command
    if command.hasPrefix("/") { return [command] }
    let folders =
      command.contains("/")
      ? [program.workingFolder.description] + (request.capsule == nil ? [] : [CapsulePlanning.root.description])
      : Environment.searchPath(of: program, request)
    let name = command.hasPrefix("./") ? String(command.dropFirst(2)) : command
    var result: [String] = []
    for folder in folders {
      let candidate = folder == "/" ? "/" + name : folder + "/" + name
      if !result.contains(where: { $0.utf8.elementsEqual(candidate.utf8) }) { result.append(candidate) }
    }
    return result
  }
}

/// The environment that a program starts with: what every sandbox has, and what the request adds or replaces.
private enum Environment {
  /// `KEY=value`, sorted.
  static func variables(of program: ProgramRequest, _ request: PlanRequest, home: String) -> [String] {
    var result: [String] = []
    func add(_ key: String, _ value: String) {
      if program.environment[key] == nil { result.append(key + "=" + value) }
    }
    add("HOME", home)
    add("LANG", "C.UTF-8")
    var path = ""
    for folder in fixedPath(request.capsule) { path += path.isEmpty ? folder : ":" + folder }
    add("PATH", path)
    add("TMPDIR", home)
    if let capsule = request.capsule {
      add("CAPSULE_NAME", request.name)
      if let id = capsule.id {
        add("BUILD_SHA", id)
        add("CAPSULE_ID", id)
      }
    }
    for (key, value) in program.environment { result.append(key + "=" + value) }
    return result.sorted()
  }

  /// The folders in which a program is looked for.
  static func searchPath(of program: ProgramRequest, _ request: PlanRequest) -> [String] {
    program.environment["PATH"].map { $0.split(separator: ":").map(String.init) } ?? fixedPath(request.capsule)
  }

  private static func fixedPath(_ capsule: CapsuleFolder?) -> [String] {
    guard let capsule else { return ["/usr/local/bin", "/usr/bin", "/bin"] }
    return (capsule.hasVirtualEnvironment ? ["/capsule/venv/bin"] : []) + ["/capsule/bin", "/usr/bin", "/bin"]
  }
}
