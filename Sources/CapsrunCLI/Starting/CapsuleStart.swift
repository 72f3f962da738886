internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox
internal import Supervision

/// The start of one capsule: planned here, then carried out by a supervisor.
struct CapsuleStart {
  private let invocation: Invocation
  private let entry: StartOrder.Entry
  private let choices: StartChoices
  private let output: Output

  init(_ invocation: Invocation, _ entry: StartOrder.Entry, _ choices: StartChoices, _ output: Output) {
    self.invocation = invocation
    self.entry = entry
    self.choices = choices
    self.output = output
  }

  private var name: String { choices.name ?? entry.capsule.manifest.name }

  /// Stays until all of it has ended.
  func inForeground() throws(DiagnosticList) -> ExitCode {
    if let running = try runningAlready() {
      throw DiagnosticList([
        Diagnostic(running.text, hint: "capsrun stop \(name) ends it", exitCode: .failed)
      ])
    }
    return ExitCode(rawValue: try SupervisorRun(try supervised(), choices, nil, output).attached())
  }

  /// Returns when it runs; a supervisor of its own goes on.
  func inBackground() throws(DiagnosticList) -> StartedCapsule {
    if let running = try runningAlready() { return running }
    let capsule = try supervised()
    let supervisor = try MadeSupervisor.make { SupervisorRun(capsule, choices, $0, output) }
    return try hear(supervisor, capsule)
  }

  /// Waits for what the supervisor has to say of the start. Interrupted meanwhile, this process takes all of it with it: the
  /// supervisor sees that nobody waits any more.
  private func hear(
    _ supervisor: MadeSupervisor, _ capsule: SupervisedCapsule
  ) throws(DiagnosticList) -> StartedCapsule {
    while true {
      switch try supervisor.hear(name) {
      case .isUp:
        if !supervisor.problems.isEmpty { output.diagnostics(DiagnosticList(supervisor.problems)) }
        return StartedCapsule(
          name: name, id: capsule.id, supervisor: supervisor.id, processes: capsule.plan.processes.count,
          ranBefore: false)
      case .isTaken:
        // By another start of the same at the same moment, which is no failure.
        if let running = try runningAlready() { return running }
      case .problem, nil: continue
      }
    }
  }

  /// The capsule of that name that runs, if one does; another one than is asked for is an error.
  private func runningAlready() throws(DiagnosticList) -> StartedCapsule? {
    guard let status = try StartedName.status(of: name) else { return nil }
    let id = entry.capsule.folder.id
    guard status.capsule == id ?? "" else {
      let other = status.capsule.isEmpty ? "a folder" : "the capsule \(status.capsule.prefix(12))"
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(name)) runs already, from \(other)",
          hint: "capsrun stop \(name) ends it, and --name runs this one beside it", exitCode: .failed)
      ])
    }
    return StartedCapsule(
      name: name, id: id, supervisor: status.supervisor, processes: status.processes.count, ranBefore: true)
  }

  /// It planned, with what tells of it.
  func supervised() throws(DiagnosticList) -> SupervisedCapsule {
    try RunningProviders.check(entry.dependencies)
    let prepared = try Session(invocation, isSupervised: true).prepare { warnings throws(DiagnosticList) in
      var choices = CapsulePlanning.Choices()
      choices.isSupervised = true
      choices.hasProviders = true
      choices.environment = try EnvironmentOption.variables(invocation)
      choices.knownSockets = try BoxCommand.knownSockets(invocation)
      let capsule = entry.capsule
      warnings += EnvironmentOption.warnings(invocation, for: capsule.manifest) + capsule.misfits
      return try entry.source.request(capsule, choices, isShownOnly: false, &warnings)
    }
    var capsule = SupervisedCapsule(
      name: name, plan: prepared.plan, policyHash: prepared.policyHash, place: prepared.place
    ) { failure, process in
      let diagnostic = failure.diagnostic(of: process)
      return StartProblem(
        text: diagnostic.message + (diagnostic.hint.map { "; \($0)" } ?? ""), exitCode: diagnostic.exitCode.rawValue)
    }
    capsule.id = entry.capsule.folder.id
    capsule.version = entry.capsule.manifest.about.version
    capsule.isForeground = choices.isForeground
    capsule.provides = entry.dependencies.provides.map(\.text)
    return capsule
  }
}
