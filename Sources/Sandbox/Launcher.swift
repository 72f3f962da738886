package import Linux
package import Planning

/// Starts planned sandboxes in the foreground and stays with them to their end.
package enum Launcher {
  /// Signals that are passed on to the program.
  static var forwarded: SignalSet {
    SignalSet(.hangUp).adding(.interrupt).adding(.quit).adding(.user1).adding(.user2).adding(.terminate)
      .adding(.continue).adding(.windowChange).adding(.terminalStop)
  }

  /// Runs a plan; returns how the program ended. The program is made by PID 1, or joins a sandbox that waits.
  package static func run(
    _ plan: Plan, joining: Joining? = nil, timing: StartTiming? = nil
  ) throws(LaunchError) -> Ending {
    guard let filter = plan.foreground.filter else {
      throw .unknownProfile(name: plan.foreground.seccomp)
    }
    try refuseFoldersAsStreams()
    let outcome: Start.Outcome
    if let joining {
      outcome = try JoinedRun.run(plan, filter: filter, joining)
    } else {
      outcome = try launch(plan, filter: filter, timing)
    }
    switch outcome {
    case .ended(let ending): return ending
    case .lost(let ending): throw .lost(ending)
    case .failed(let failure) where failure.stage == .execution:
      throw .program(candidates: plan.foreground.candidates, failure.error, failure.obstacle)
    case .failed(let failure): throw .setUp(failure)
    }
  }

  private static func refuseFoldersAsStreams() throws(LaunchError) {
    let name: String?
    do throws(SysError) {
      name = try StandardStream.folder()
    } catch {
      throw .setUp(SetUpFailure(stage: .sources, step: "look at the standard streams", error: error))
    }
    if let name { throw .folderAsStream(name: name) }
  }

  private static func launch(
    _ plan: Plan, filter: CompiledFilter, _ timing: StartTiming?
  ) throws(LaunchError) -> Start.Outcome {
    do throws(SetUpFailure) {
      let start = try Start.make(plan, filter: filter, timing)
      return try start.attend()
    } catch {
      throw .setUp(error)
    }
  }
}

/// One sandbox that has been started, seen from outside.
struct Start: ~Copyable {
  /// What became of it.
  enum Outcome {
    case ended(Ending)
    case failed(SetUpFailure)
    /// PID 1 ended without a report.
    case lost(Ending)
  }

  private let signals: SignalQueue
  private let initProcess: StartedInit
  private let timing: StartTiming?

  /// Makes PID 1 with its program. In the child this does not return.
  static func make(
    _ plan: Plan, filter: CompiledFilter, _ timing: StartTiming?
  ) throws(SetUpFailure) -> Start {
    // Before the clone, so that no signal is lost in between. A broken pipe is an error to handle, not the end.
    let signals = try SetUpFailure.catching(.namespaces, "block signals") { () throws(SysError) in
      try SignalQueue(of: Launcher.forwarded.adding(.brokenPipe))
    }
    let initProcess = try StartedInit.make(plan, filter: filter, timing: timing) { _ in }
    return Start(signals: signals, initProcess: initProcess, timing: timing)
  }

  /// Passes signals on until the child has ended.
  func attend() throws(SetUpFailure) -> Outcome {
    try SetUpFailure.catching(.namespaces, "wait for the sandbox") { () throws(SysError) in
      try StandardStream.leaveInputAndOutput()
      // While PID 1 is at work, what would have to be done at the end.
      CurrentProcess.releaseProgram()
      var end: Ending?
      var failure: SetUpFailure?
      var polling = PollSet()
      let signalEntry = signals.watch(in: &polling)
      let reportEntry = initProcess.reports.watch(in: &polling)
      while end == nil {
        try polling.wait()
        if polling.isReady(signalEntry) { try passSignalsOn() }
        guard polling.isReady(reportEntry) else { continue }
        guard let message = try initProcess.reports.receive() else { break }
        switch Report(message: message) {
        case .ended(let ending):
          end = ending
          timing?.mark(.programEnded)
        case .failed(let reported): failure = failure ?? reported
        case .ready, .joined, nil: continue
        }
      }
      // With PID 1 everything inside is gone.
      let ending = try initProcess.process.wait()
      timing?.mark(.initReaped)
      if let failure { return .failed(failure) }
      return end.map { .ended($0) } ?? .lost(ending)
    }
  }

  private func passSignalsOn() throws(SysError) {
    while let arrival = try signals.next() {
      if arrival.signal == .brokenPipe { continue }
      try initProcess.process.send(arrival.signal)
      // The program is stopped by PID 1; then this process stops too, so that the shell sees it.
      if arrival.signal == .terminalStop { try Signal.stop.raiseHere() }
    }
  }
}

extension SetUpFailure {
  /// Runs `body` and names the stage and the step of its failure.
  @discardableResult
  static func catching<Result: ~Copyable>(
    _ stage: Stage, _ step: String, _ body: () throws(SysError) -> Result
  ) throws(SetUpFailure) -> Result {
    do throws(SysError) {
      return try body()
    } catch {
      throw SetUpFailure(stage: stage, step: step, error: error)
    }
  }
}

extension Namespaces {
  init(_ planned: [Namespace]) {
    // Inserting into an option set is generic code, which would have to be set up at each start.
    var bits: UInt64 = 0
    for namespace in planned {
      switch namespace {
      case .user: bits |= Namespaces.user.rawValue
      case .mount: bits |= Namespaces.mount.rawValue
      case .pid: bits |= Namespaces.pid.rawValue
      // PID 1 makes it, beside its other work.
      case .network: continue
      case .ipc: bits |= Namespaces.ipc.rawValue
      case .uts: bits |= Namespaces.uts.rawValue
      case .cgroup: bits |= Namespaces.cgroup.rawValue
      }
    }
    self.init(rawValue: bits)
  }
}
