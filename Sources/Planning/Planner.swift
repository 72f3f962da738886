internal import ManifestFormat

/// Decides everything: request and host facts in, plan out, without looking at the machine.
package enum Planner {
  private static let insideUser: UInt32 = 1000

  package static func plan(_ request: PlanRequest, _ facts: HostFacts) throws(PlanError) -> Plan {
    guard !request.command.isEmpty else { throw .emptyCommand }
    let identity = identity(facts)
    return Plan(
      name: request.name, identity: identity, namespaces: Namespace.allCases,
      setup: try setup(request, facts, identity), process: try process(request))
  }

  private static func identity(_ facts: HostFacts) -> Identity {
    Identity(
      launcher: facts.isRoot ? .root : .user, user: insideUser, group: insideUser,
      hostUser: facts.isRoot ? facts.reservedUser : facts.callerUser,
      hostGroup: facts.isRoot ? facts.reservedUser : facts.callerGroup)
  }

  /// The order matters; each line says why it stands where it stands.
  private static func setup(
    _ request: PlanRequest, _ facts: HostFacts, _ identity: Identity
  ) throws(PlanError) -> [SetupStep] {
    var steps: [SetupStep] = []
    // While the capabilities over the new namespaces are still there.
    steps.append(.hostName(HostNameStep(name: request.name)))
    steps.append(.loopback(LoopbackStep()))
    steps += BaseRoot.steps(facts, identity: identity, hostName: request.name)
    if let capsule = request.capsule { steps.append(.bind(bind(capsule, identity))) }
    // Grants after the base, as they may lie on top of it; parents before what lies inside them.
    steps += try grants(request.grants).map { .bind(bind($0, identity)) }
    // After the last bind: their sources are out of reach from here on.
    steps.append(.enterRoot(EnterRootStep()))
    // Needs the new /proc.
    steps.append(.closeUserNamespaces(CloseUserNamespacesStep()))
    // After the last mount point was made.
    steps.append(.sealRoot(SealRootStep()))
    // Last, as every step above needs capabilities.
    steps.append(.dropPrivileges(DropPrivilegesStep()))
    return steps
  }

  private static func bind(_ capsule: CapsuleFolder, _ identity: Identity) -> BindStep {
    BindStep(
      source: capsule.path.description, target: CapsulePlanning.root.description, access: .read, presence: .required,
      mapsOwner: identity.launcher == .root)
  }

  private static func bind(_ grant: FileGrant, _ identity: Identity) -> BindStep {
    BindStep(
      source: grant.source.description, target: grant.target.description, access: grant.access == .write ? .write : .read,
      presence: grant.mayBeMissing ? .optional : .required, mapsOwner: identity.launcher == .root)
  }

  private static func process(_ request: PlanRequest) throws(PlanError) -> PlannedProcess {
    let environment = Environment.fixed(for: request).merging(request.environment) { _, own in own }
    return PlannedProcess(
      candidates: candidates(request, path: environment["PATH"] ?? ""),
      arguments: [request.command] + request.arguments,
      environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      workingFolder: request.workingFolder.description,
      seccomp: try ProfileLibrary.reference(to: "default"))
  }

  /// With a slash: below the working folder, then below /capsule. Without: in each folder of PATH.
  private static func candidates(_ request: PlanRequest, path: String) -> [String] {
    let command = request.command
    if command.hasPrefix("/") { return [command] }
    let folders =
      command.contains("/")
      ? [request.workingFolder.description] + (request.capsule == nil ? [] : [CapsulePlanning.root.description])
      : path.split(separator: ":").map(String.init)
    var result: [String] = []
    for folder in folders {
      let candidate = folder == "/" ? "/" + command : folder + "/" + command
      if !result.contains(candidate) { result.append(candidate) }
    }
    return result
  }
}

/// The variables that every sandbox has, whatever the caller's environment holds.
private enum Environment {
  static func fixed(for request: PlanRequest) -> [String: String] {
    var result = ["HOME": "/tmp", "LANG": "C.UTF-8", "TMPDIR": "/tmp", "PATH": path(request.capsule)]
    if request.capsule != nil { result["CAPSULE_NAME"] = request.name }
    return result
  }

  private static func path(_ capsule: CapsuleFolder?) -> String {
    guard let capsule else { return "/usr/local/bin:/usr/bin:/bin" }
    return (capsule.hasVirtualEnvironment ? "/capsule/venv/bin:" : "") + "/capsule/bin:/usr/bin:/bin"
  }
}
