internal import Linux
package import Planning

/// Starts planned sandboxes in the foreground and stays with them to their end.
package enum Launcher {
  /// Signals that are passed on to the program.
  static var forwarded: SignalSet {
    SignalSet(.hangUp).adding(.interrupt).adding(.quit).adding(.user1).adding(.user2).adding(.terminate)
      .adding(.continue).adding(.windowChange).adding(.terminalStop)
  }

  /// Runs a plan to its end. The program is made by PID 1, or joins a sandbox that waits.
  package static func run(
    _ plan: Plan, _ choices: RunChoices = RunChoices()
  ) throws(LaunchError) -> RunResult {
    guard let filter = plan.foreground.filter else {
      throw .unknownProfile(name: plan.foreground.seccomp)
    }
    if let trial = choices.joining?.trial { return try JoinTrial.run(plan, trial) }
    try refuseFoldersAsStreams()
    if plan.isFilterOnly { try refuseDatagramsAsStreams() }
    let outcome: Start.Outcome
    if plan.hasGroupLimits {
      outcome = try LimitedRun.run(plan, at: choices.groups) { groups throws(LaunchError) in
        try launch(plan, filter: filter, choices, groups)
      }
    } else {
      outcome = try launch(plan, filter: filter, choices, nil)
    }
    switch outcome {
    case .ended(let result): return result
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

  /// Where no network namespace is empty, a socket that can send to anybody must not come from the caller either.
  private static func refuseDatagramsAsStreams() throws(LaunchError) {
    let name: String?
    do throws(SysError) {
      name = try StandardStream.datagramSocket()
    } catch {
      throw .setUp(SetUpFailure(stage: .sources, step: "look at the standard streams", error: error))
    }
    if let name { throw .socketAsStream(name: name) }
  }

  private static func launch(
    _ plan: Plan, filter: CompiledFilter, _ choices: RunChoices, _ groups: RunGroups?
  ) throws(LaunchError) -> Start.Outcome {
    if let joining = choices.joining { return try JoinedRun.run(plan, filter: filter, joining, groups) }
    do throws(SetUpFailure) {
      let start = try Start.make(plan, filter: filter, choices, groups)
      return try start.attend(until: plan.timeLimit, hasTerminal: plan.foreground.streams != nil)
    } catch {
      throw .setUp(error)
    }
  }
}

/// One sandbox that has been started, seen from outside.
struct Start: ~Copyable {
  /// What became of it.
  enum Outcome {
    case ended(RunResult)
    case failed(SetUpFailure)
    /// PID 1 ended without a report.
    case lost(Ending)
  }

  private let signals: SignalQueue
  private let initProcess: StartedInit
  private let timing: StartTiming?
  private let begun: Int
  private let groups: RunGroups?
  private let tracer: DenialTracer?
  /// Whether PID 1 takes all others with it when it is killed.
  private let isWhole: Bool

  /// Makes PID 1 with its program. In the child this does not return.
  static func make(
    _ plan: Plan, filter: CompiledFilter, _ choices: RunChoices, _ groups: RunGroups?
  ) throws(SetUpFailure) -> Start {
    let begun = Clock.microseconds
    // Before the clone, so that no signal is lost in between. A broken pipe is an error to handle, not the end.
    let signals = try SetUpFailure.catching(.namespaces, "block signals") { () throws(SysError) in
      try SignalQueue(of: Launcher.forwarded.adding(.brokenPipe))
    }
    let tracer = choices.tracesDenials ? DenialTracer(of: plan.foreground, filter) : nil
    let initProcess = try StartedInit.make(
      plan, filter: filter, listened: tracer?.listened, timing: choices.timing, groups: groups
    ) { _ in }
    return Start(
      signals: signals, initProcess: initProcess, timing: choices.timing, begun: begun, groups: groups, tracer: tracer,
      isWhole: !plan.isFilterOnly)
  }

  /// Passes signals on until the child has ended, or its time is over.
  func attend(until timeLimit: UInt64?, hasTerminal: Bool) throws(SetUpFailure) -> Outcome {
    try SetUpFailure.catching(.namespaces, "wait for the sandbox") { () throws(SysError) in
      let terminal = hasTerminal ? try TerminalRelay(try CallerStreams()) : nil
      try StandardStream.leaveInputAndOutput()
      var word = LastWord()
      var polling = PollSet()
      let signalEntry = signals.watch(in: &polling)
      let reportEntry = initProcess.reports.watch(in: &polling)
      let deadline = try timeLimit.map { (limit) throws(SysError) in try Deadline(milliseconds: limit) }
      let deadlineEntry = deadline?.watch(in: &polling)
      while !word.isSaid {
        terminal?.watch(in: &polling)
        try polling.wait()
        if polling.isReady(signalEntry) { try passSignalsOn(terminal) }
        if let deadlineEntry, polling.isReady(deadlineEntry) { try handle(deadline) }
        if polling.isReady(reportEntry) { try hear(&word, terminal, &polling) }
        try tracer?.handle(&polling)
        try terminal?.handle(&polling)
      }
      if word.ending != nil { timing?.mark(.programEnded) }
      return try outcome(word, deadline?.passed, terminal)
    }
  }

  private func handle(_ deadline: Deadline?) throws(SysError) {
    try deadline?.handle(initProcess.process, isKilled: isWhole)
    // Whatever it hears from here, it ends, with all that it has started.
    if !isWhole, deadline?.passed == .killed { try initProcess.reports.send([InitProcess.goAhead]) }
  }

  /// What PID 1 has said by its end.
  private struct LastWord {
    var ending: Ending?
    var failure: SetUpFailure?
    /// Whether nothing more will come.
    var isSaid = false

    /// nil is the end of what it says.
    mutating func take(_ message: [UInt8]?) {
      guard let message else {
        isSaid = true
        return
      }
      switch Report(message: message) {
      case .ended(let ending):
        self.ending = ending
        isSaid = true
      case .failed(let reported): failure = failure ?? reported
      case .ready, .joined, .listening, .terminal, .stopped, nil: return
      }
    }
  }

  /// Hears what PID 1 has to say. What comes open with it is the tracer's or the terminal's.
  private func hear(
    _ word: inout LastWord, _ terminal: TerminalRelay?, _ polling: inout PollSet
  ) throws(SysError) {
    guard tracer != nil || terminal != nil else { return word.take(try initProcess.reports.receive()) }
    guard var message = try initProcess.reports.receiveWithDescriptor() else { return word.take(nil) }
    switch Report(message: message.bytes) {
    case .listening: if let open = message.open.take() { tracer?.begin(open, &polling) }
    case .terminal: if let open = message.open.take() { try terminal?.begin(PseudoTerminal(received: open)) }
    case .stopped(let signal): if try terminal?.suspend(signal) == true { try initProcess.process.send(.continue) }
    case .ready, .joined, .failed, .ended, nil: word.take(message.bytes)
    }
  }

  private func outcome(
    _ word: LastWord, _ passed: Deadline.Stage?, _ terminal: TerminalRelay?
  ) throws(SysError) -> Outcome {
    // With PID 1 everything inside is gone.
    var usage = ProcessUsage()
    let ending = try initProcess.process.wait(&usage)
    timing?.mark(.initReaped)
    try terminal?.finish(signals)
    try terminal?.end()
    if let failure = word.failure { return .failed(failure) }
    let used = try groups?.usage()
    // PID 1 ends without a word when it had to be killed, by its launcher or with all others for lack of memory.
    let hadTo = passed != nil || (used?.killedForMemory ?? 0) > 0
    guard let ending = word.ending ?? (hadTo ? ending : nil) else { return .lost(ending) }
    var result = RunResult(ending, of: passed, usage: usage, wallMicroseconds: Clock.microseconds - begun)
    if let used { result.judge(used) }
    result.denials = tracer?.denials
    return .ended(result)
  }

  private func passSignalsOn(_ terminal: TerminalRelay?) throws(SysError) {
    while let arrival = try signals.next() {
      if arrival.signal == .brokenPipe { continue }
      if let terminal, try terminal.keeps(arrival.signal) { continue }
      try initProcess.process.send(arrival.signal)
      // The program is stopped by PID 1; then this process stops too, so that the shell sees it. At a keyboard PID 1 says when.
      if arrival.signal == .terminalStop, terminal?.hasKeyboard != true { try Signal.stop.raiseHere() }
    }
  }
}

extension Namespaces {
  /// Without that of control groups where PID 1 makes it, once it is in its group, and that of IPC where PID 1 makes it beside its
  /// other work, as it always makes that of the network.
  init(_ planned: PlannedNamespaces, withControlGroups: Bool, withIPC: Bool) {
    guard case .all = planned else {
      self.init(rawValue: 0)
      return
    }
    // Inserting into an option set is generic code, which would have to be set up at each start.
    var bits =
      Namespaces.user.rawValue | Namespaces.mount.rawValue | Namespaces.pid.rawValue | Namespaces.uts.rawValue
    if withControlGroups { bits |= Namespaces.cgroup.rawValue }
    if withIPC { bits |= Namespaces.ipc.rawValue }
    self.init(rawValue: bits)
  }
}
