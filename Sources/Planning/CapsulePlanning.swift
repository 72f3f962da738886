package import ManifestFormat

/// From a manifest to a request.
package enum CapsulePlanning {
  /// Where a capsule's files are shown.
  static let root = sandboxPath(folder)
  static let folder = "/capsule"

  /// What the caller chooses beside the manifest.
  package struct Choices: Hashable, Sendable {
    /// The one process that is wanted; nil for all of them.
    package var process: String?
    /// Values of variables, which win over those of the manifest.
    package var environment: [String: String] = [:]
    /// Answers that were kept, which win over the defaults of the manifest alone.
    package var answers: [String: String] = [:]
    /// Arguments behind those of the manifest.
    package var arguments: [String] = []
    /// Dangerous sockets that the caller knows of.
    package var knownSockets: [AbsolutePath] = []
    /// Where what the capsule keeps lies: the folders of its state by name, and its changes to its own files.
    package var state: [String: StatePlace] = [:]
    package var changes: StatePlace?
    /// The user that the workload becomes when root starts it; nil for one of this process's own.
    package var reservedUser: UInt32?
    /// The ids of the host for a manifest that asks for a range of users.
    package var subordinates: SubordinateIDs?
    /// Whether declared variables may still be without a value, as when nothing is going to run.
    package var mayLackValues = false
    /// Whether the processes are going to be supervised, and not one of them to be run once.
    package var isSupervised = false
    /// Whether what the manifest requires of other capsules has been found to be there.
    package var hasProviders = false

    package init() {}
  }

  /// The request for the processes of a capsule.
  package static func request(
    _ manifest: Manifest, in folder: CapsuleFolder, _ choices: Choices = Choices()
  ) throws(PlanError) -> PlanRequest {
    var programs: [ProgramRequest] = []
    let processes = try chosen(manifest, choices)
    for process in processes {
      var program = try process.program(manifest, folder)
      // Where nothing is going to run, as for explain, the plan can be seen all the same.
      if process.isPython, let missing = folder.missingPython, !choices.mayLackValues { throw .missingPython(missing) }
      program.arguments += choices.arguments
      let variables = manifest.environment.merging(process.variables) { _, own in own }
      let answers = try VariableAnswers(to: variables, given: choices.environment, kept: choices.answers)
      guard answers.missing.isEmpty || choices.mayLackValues else { throw .missingVariables(answers.missing) }
      program.environment.merge(answers.values) { _, declared in declared }
      try process.setPort(of: &program)
      program.unset = answers.missing.map(\.name)
      program.secrets = variables.filter { $0.value.kind == .secret }.keys.sorted()
      program.seccomp = process.seccomp ?? manifest.security.seccomp?.value ?? "default"
      program.outerSeccomp = outerProfile(of: process, manifest)
      program.limits = process.limits(manifest)
      program.niceness = process.resources?.nice ?? manifest.resources.nice
      program.resources = process.resources
      program.outOfMemoryScore = process.resources?.outOfMemoryScore ?? manifest.resources.outOfMemoryScore
      programs.append(program)
    }
    var request = PlanRequest(
      name: manifest.name, programs: programs,
      grants: grants(manifest.capabilities), capsule: folder)
    if choices.isSupervised { request.graph = GraphPlanning.graph(manifest, processes, programs) }
    request.base = try base(manifest, folder)
    request.knownSockets = choices.knownSockets
    for (name, target) in manifest.state.sorted(by: { $0.key < $1.key }) {
      request.grants.append(.state(place(of: name, choices), at: target))
    }
    request.capsuleChanges = changes(manifest, choices)
    request.resources = manifest.resources
    request.reservedUser = choices.reservedUser
    request.subordinates = choices.subordinates
    if let user = manifest.security.user { request.user = UInt32(user) }
    request.degrading.minimalTier = manifest.security.minimalTier
    request.notYet = manifest.notYet.map(\.value) + manifest.unheldNarrowings + manifest.coreLimits
    // Its base would be as persistent, and has no place for that.
    if case .kept = request.capsuleChanges, case .tree = request.base { request.notYet.append("rootfs.writable") }
    if !manifest.dependencies.requires.isEmpty, !choices.hasProviders { request.notYet.append("dependencies.requires") }
    return request
  }

  /// The capsule's profile, where it does not follow from the names alone that the process's own narrows it.
  private static func outerProfile(of process: DeclaredProcess, _ manifest: Manifest) -> String? {
    let whole = manifest.security.seccomp?.value ?? "default"
    guard let own = process.seccomp, own != whole, ProfileNames.isFile(own) || ProfileNames.isFile(whole) else {
      return nil
    }
    return whole
  }

  private static func base(_ manifest: Manifest, _ folder: CapsuleFolder) throws(PlanError) -> RootBase {
    guard let name = manifest.rootfs.base else { return .host }
    switch RootBase.Word(rawValue: name) {
    case .host: return .host
    case .nothing: return .nothing
    case .capsule, nil:
      guard let tree = folder.base else { throw .missingBase(name: name) }
      return .tree(tree)
    }
  }

  /// Whoever asks for a plan has looked for the folders of the manifest before.
  private static func place(of name: String, _ choices: Choices) -> StatePlace {
    guard let place = choices.state[name] else { preconditionFailure("nobody has looked for the state \(name)") }
    return place
  }

  private static func changes(_ manifest: Manifest, _ choices: Choices) -> CapsuleChanges {
    switch manifest.rootfs.writable?.value {
    case nil, .some(.none): return .refused
    case .ephemeral: return .inMemory
    case .persistent:
      guard let place = choices.changes else { preconditionFailure("nobody has looked for the place of changes") }
      return .kept(place)
    }
  }

  private static func grants(_ capabilities: Manifest.Capabilities) -> [FileGrant] {
    var grants: [FileGrant] = []
    for grant in capabilities.read { grants.append(.path(grant.value, .read)) }
    for grant in capabilities.write { grants.append(.path(grant.value, .write)) }
    for grant in capabilities.devices { grants.append(.device(grant.value)) }
    for grant in capabilities.unix { grants.append(.socket(grant.value)) }
    return grants
  }

  private static func chosen(_ manifest: Manifest, _ choices: Choices) throws(PlanError) -> [DeclaredProcess] {
    let all = DeclaredProcess.all(of: manifest, withReplicas: choices.isSupervised)
    guard let name = choices.process else { return all }
    guard let process = all.first(where: { $0.name == name }) else {
      throw .unknownProcess(name: name, known: all.map(\.name))
    }
    return [process]
  }
}

/// An entrypoint that is a Python file runs in the capsule's virtual environment, or else by the Python of the sandbox.
enum PythonProgram {
  static func request(
    name: String, file: String, wanted: String?, _ folder: CapsuleFolder
  ) throws(PlanError) -> ProgramRequest {
    if folder.hasVirtualEnvironment, let wanted, let found = folder.pythonVersion, !isSame(wanted, found) {
      throw .wrongPython(wanted: wanted, found: found)
    }
    let command =
      folder.hasVirtualEnvironment ? "/capsule/venv/bin/python" : wanted.map { "python\($0)" } ?? "python3"
    return ProgramRequest(
      name: name, command: command, arguments: [CapsulePlanning.root.description + "/" + file],
      environment: ["PYTHONPATH": CapsulePlanning.root.description], workingFolder: CapsulePlanning.root)
  }

  /// Whether two versions have the same first two numbers.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    a.split(separator: ".").prefix(2) == b.split(separator: ".").prefix(2)
  }
}

/// The values of declared variables: those given by the caller, by the manifest, once before, or as a default.
private struct VariableAnswers {
  private(set) var values: [String: String]
  private(set) var missing: [PlanError.MissingVariable] = []

  /// A kept answer that is none for this variable was given to another version, and does not count.
  init(to variables: [String: Variable], given: [String: String], kept: [String: String]) throws(PlanError) {
    values = given
    for (name, variable) in variables.sorted(by: { $0.key < $1.key }) {
      if let answer = given[name] {
        if let problem = variable.problem(of: answer) {
          throw .badVariable(name: name, value: variable.kind == .secret ? nil : answer, problem: problem)
        }
      } else if variable.value == nil, let answer = kept[name], variable.problem(of: answer) == nil {
        values[name] = answer
      } else if let value = variable.settled {
        values[name] = value
      } else {
        missing.append(.init(name: name, request: variable.request, isSecret: variable.kind == .secret))
      }
    }
  }
}

extension Manifest {
  /// Core files would be written by a handler of the host, for a program that crashes as it likes.
  fileprivate var coreLimits: [String] {
    let all =
      [("resources", resources)] + processes.map { ("processes.\($0.name).resources", $0.resources) }
    return all.filter { $0.1.rlimits["core"].map { $0.soft != 0 || $0.hard != 0 } ?? false }
      .map { $0.0 + ".rlimits.core" }
  }

  /// What would keep one process from sockets that others have: Landlock does not before Linux 7.1.
  fileprivate var unheldNarrowings: [String] {
    var found: [String] = []
    for process in processes {
      let path = "processes.\(process.name).capabilities"
      if let own = process.capabilities?.unix, own.isEmpty, !capabilities.unix.isEmpty { found.append(path + ".unix") }
    }
    return found
  }
}
