internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox
internal import Supervision

/// The life of a supervisor, from the claim of its name to its end.
final class SupervisorRun {
  private let capsule: SupervisedCapsule
  private let choices: StartChoices
  /// Who waits for the start; nil in the foreground.
  private let starter: Starter?
  /// Where it is to take the place of another version.
  private let beside: BesideRun?
  /// Why the start has failed.
  private var failure: (process: String, reason: String)?
  private var isAnnounced = false

  private let output: Output

  init(
    _ capsule: SupervisedCapsule, _ choices: StartChoices, _ starter: Starter?, _ output: Output,
    beside: BesideRun? = nil
  ) {
    self.beside = beside
    self.output = output
    self.capsule = capsule
    self.choices = choices
    self.starter = starter
  }

  /// In a process of its own: whatever goes wrong is told to the starter. Returns the exit code.
  func detached() -> CInt {
    do {
      try reporting("leave the session of the caller") { () throws(SysError) in try CurrentProcess.startSession() }
      return try run()
    } catch {
      for problem in error.all { starter?.tell(.problem(problem)) }
      return error.exitCode.rawValue
    }
  }

  func attached() throws(DiagnosticList) -> CInt { try run() }

  private func run() throws(DiagnosticList) -> CInt {
    let signals = try reporting("block signals") { () throws(SysError) in try SupervisorSignals() }
    let folder = try claim()
    let logs = try LogSource.folder(of: capsule.name).place
    let code: CInt
    let manager = starter == nil ? beginTelling() : nil
    do throws(SupervisionError) {
      let supervisor = try Supervisor(
        capsule, keeping: { sandbox in duty(logs, folder, sandbox) }, kept: folder.keptNumbers + (beside?.kept ?? [])
      ) { [unowned self] supervisor, stage throws(SysError) in try hear(stage, supervisor) }
      supervisor.manager = manager
      supervisor.isReachable = { () throws(SysError) in try folder.isThere() }
      supervisor.succession = beside?.succession { [unowned self] in self.starter?.letGo() }
      code = try supervisor.run(signals: signals, starter: starter?.number) { supervisor throws(SysError) in
        try folder.open(supervisor)
      }
    } catch {
      try reporting("remove the run folder") { () throws(SysError) in try folder.remove() }
      throw DiagnosticList([error.diagnostic])
    }
    try reporting("remove the run folder") { () throws(SysError) in try folder.remove() }
    if let failure { throw problem(failure, logs) }
    return code
  }

  private func claim() throws(DiagnosticList) -> ClaimedFolder {
    do throws(RunFolderError) {
      if let beside {
        try beside.folder.say(who: capsule)
        return beside.folder
      }
      return ClaimedFolder(try StartedName.claim(capsule))
    } catch {
      if case .alreadyRunning = error { starter?.tell(.isTaken) }
      throw DiagnosticList([error.diagnostic])
    }
  }

  /// The service manager, if one has started this process and asks to be told.
  private func beginTelling() -> ServiceManager? {
    guard let manager = ServiceManager(environment: CurrentProcess.environmentValue) else { return nil }
    do throws(SysError) {
      try manager.begin()
      return manager
    } catch {
      // It may be one that this process was not started by, and has gone.
      output.diagnostics(
        DiagnosticList([
          Diagnostic(
            "NOTIFY_SOCKET cannot be told how the start gets along: \(error.reason)", severity: .warning,
            exitCode: .success)
        ]))
      return nil
    }
  }

  private func duty(_ logs: LogFolder, _ folder: ClaimedFolder, _ sandbox: SupervisedSandbox) -> KeeperDuty {
    var duty = KeeperDuty(
      capsule: capsule.name, buildSHA: capsule.id ?? "", folder: logs,
      nodes: capsule.graph.nodes.map { (name: $0.name, rule: $0.logs) }, echoes: capsule.isForeground,
      tidy: { () throws(SysError) in
        try sandbox.tidyAfterDeath()
        try folder.remove()
      })
    // It would keep PID 1 alive otherwise.
    duty.begin = { sandbox.leaveToOther() }
    return duty
  }

  private func hear(_ stage: Supervisor.Stage, _ supervisor: Supervisor) throws(SysError) {
    switch stage {
    case .up: if !choices.waits { try announce(supervisor) }
    case .settled: if choices.waits { try announce(supervisor) }
    case .failed(let process, let reason, let hasRun):
      // What has run looks after itself by its rule, when nobody waits for more; and so does what runs on its own already.
      guard !isAnnounced, choices.waits || !hasRun else { return }
      failure = (process, reason)
      try supervisor.stopAll()
    }
  }

  /// The start has come as far as was asked for: from here on nobody is in the way of its caller.
  private func announce(_ supervisor: Supervisor) throws(SysError) {
    guard !isAnnounced, failure == nil else { return }
    isAnnounced = true
    try supervisor.manager?.becomeReady()
    guard let starter else { return }
    // Until it has taken the place of the other one it ends with whoever waits for that.
    guard beside == nil else {
      supervisor.succession?.isDue = true
      return starter.tell(.isUp)
    }
    // First, or whoever reads the caller's output would wait for this process.
    try StandardStream.leave([.input, .output, .error])
    try supervisor.letGo()
    starter.tell(.isUp)
    starter.letGo()
  }

  /// With what the process wrote last, which tells more than its exit code.
  private func problem(_ failure: (process: String, reason: String), _ logs: LogFolder) -> DiagnosticList {
    let problem = Diagnostic(
      "\(beside?.title ?? capsule.name) was not started: its process \(quoted(failure.process)) failed: \(failure.reason)",
      exitCode: .no
    )
    do throws(SysError) {
      let lines = try LogReader.last(lines: 10, of: [failure.process], in: logs)
      return DiagnosticList(lines.compactMap { Self.told($0) } + [problem])
    } catch {
      return DiagnosticList([problem])
    }
  }

  static func told(_ record: LogRecord) -> Diagnostic? {
    guard case .line(let words, _) = record.content else { return nil }
    return Diagnostic("\(record.process) wrote: \(words)", severity: .warning, exitCode: .success)
  }
}

extension SupervisionError {
  var diagnostic: Diagnostic {
    switch self {
    case .setUp(let failure): failure.diagnostic
    case .system(let step, let error): error.diagnostic(doing: step)
    case .lost(let words):
      Diagnostic(words, hint: "it was killed, by hand or for lack of memory, which dmesg tells", exitCode: .failed)
    }
  }
}
