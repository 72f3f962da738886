internal import ManifestFormat

/// A process of a manifest: one of `processes`, or an instance of the entrypoint.
struct DeclaredProcess {
  enum Kind {
    case entrypoint(String)
    case process(Manifest.Process)
  }

  let name: String
  let kind: Kind
  /// Its place among the replicas of one declaration, from 0; nil for the only one.
  private(set) var replica: Int?

  /// All of them; those of which there are to be several as often as that, if they are wanted.
  static func all(of manifest: Manifest, withReplicas: Bool) -> [DeclaredProcess] {
    if let entrypoint = manifest.entrypoint?.value {
      let names = manifest.services.isEmpty ? ["main"] : manifest.services.map(\.value)
      return names.map { DeclaredProcess(name: $0, kind: .entrypoint(entrypoint)) }
    }
    return manifest.processes.flatMap { process -> [DeclaredProcess] in
      let count = withReplicas ? process.replicas ?? 1 : 1
      guard count > 1 else { return [DeclaredProcess(name: process.name, kind: .process(process))] }
      return (0..<count).map {
        DeclaredProcess(name: "\(process.name)-\($0 + 1)", kind: .process(process), replica: $0)
      }
    }
  }

  /// Replicas would all listen on one port: each gets the next one.
  func setPort(of program: inout ProgramRequest) throws(PlanError) {
    guard let replica, let text = program.environment["PORT"], let first = UInt16(text), first > 0 else { return }
    guard let port = UInt16(exactly: Int(first) + replica) else {
      throw .badVariable(name: "PORT", value: text, problem: "leaves no port for \(name)")
    }
    program.environment["PORT"] = String(port)
  }

  /// The ports of the first replica and of this one, once it is set; nil where there are none.
  func ports(of program: ProgramRequest) -> (first: UInt16, own: UInt16)? {
    guard let replica, let own = program.environment["PORT"].flatMap({ UInt16($0) }), Int(own) > replica else {
      return nil
    }
    return (own - UInt16(replica), own)
  }

  /// The name under which others depend on it.
  var declaredName: String {
    if case .process(let process) = kind { process.name } else { name }
  }

  /// Whether it is an entrypoint that a Python runs.
  var isPython: Bool {
    if case .entrypoint(let file) = kind { file.hasSuffix(".py") } else { false }
  }

  var variables: [String: Variable] {
    if case .process(let process) = kind { process.environment } else { [:] }
  }

  /// The profile that it has of its own.
  var seccomp: String? {
    if case .process(let process) = kind { process.security.seccomp?.value } else { nil }
  }

  /// Its own limits, beside those of the capsule.
  var resources: Manifest.Resources? {
    if case .process(let process) = kind { process.resources } else { nil }
  }

  /// Those of the capsule, and the process's own in their place. No core file is written whatever a manifest says.
  func limits(_ manifest: Manifest) -> [PlannedLimit] {
    manifest.resources.rlimits.merging(resources?.rlimits ?? [:]) { _, own in own }.filter { $0.key != "core" }
      .sorted { $0.key < $1.key }
      .map { name, limit in
        // Without a limit of its own, what counts is how far it might be raised.
        let hard = limit.hard.map(UInt64.init)
        return PlannedLimit(name: name, soft: limit.soft.map(UInt64.init) ?? hard, hard: hard)
      }
  }

  func program(_ manifest: Manifest, _ folder: CapsuleFolder) throws(PlanError) -> ProgramRequest {
    switch kind {
    case .entrypoint(let file) where file.hasSuffix(".py"):
      return try PythonProgram.request(name: name, file: file, wanted: manifest.dependencies.python, folder)
    case .entrypoint(let file):
      // An entrypoint is a path in the capsule, also without a slash.
      let command = file.contains("/") ? file : "./" + file
      return ProgramRequest(name: name, command: command, workingFolder: CapsulePlanning.root)
    case .process(let process):
      var request = ProgramRequest(
        name: name, command: process.command?.value ?? "", arguments: process.arguments,
        workingFolder: try workingFolder(process))
      request.ownGrants = OwnFileGrants(process.capabilities)
      return request
    }
  }

  private func workingFolder(_ process: Manifest.Process) throws(PlanError) -> AbsolutePath {
    do {
      return try AbsolutePath(process.workingFolder ?? process.name, from: CapsulePlanning.root)
    } catch {
      throw .badWorkingFolder(process: process.name, folder: process.workingFolder ?? "", problem: error.explanation)
    }
  }
}
