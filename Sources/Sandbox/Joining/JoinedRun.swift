internal import Linux
internal import Planning

/// How a program joins its sandbox.
package struct Joining: Sendable {
  /// The folder of the control group that it is born in; nil for this process's own.
  package var controlGroup: String?
  /// How many times /usr/bin/true joins too, one after the other, while it runs.
  package var further = 0
  /// What is done with a sandbox that is held as by a supervisor, instead of running the program once.
  package var trial: [String]?

  package init() {}
}

/// A foreground run whose program joins a held sandbox, as supervised processes do, and not a child of PID 1.
struct JoinedRun: ~Copyable {
  private let signals: SignalQueue
  private let joined: JoinProgress.Joined
  private let terminal: TerminalRelay?
  private let begun = Clock.microseconds

  static func run(
    _ plan: Plan, filter: CompiledFilter, _ joining: Joining, _ groups: RunGroups?
  ) throws(LaunchError) -> Start.Outcome {
    do throws(SetUpFailure) {
      let signals = try SetUpFailure.catching(.namespaces, "block signals") { () throws(SysError) in
        try SignalQueue(of: Launcher.forwarded.adding(.brokenPipe))
      }
      let sandbox = try HeldSandbox.start(plan, groups: groups)
      let program: JoinProgress.Joined
      var terminal: TerminalRelay?
      do throws(SetUpFailure) {
        if plan.foreground.streams != nil { terminal = try TerminalRelay.ofCaller() }
        program = try join(sandbox, filter, joining.controlGroup, terminal)
      } catch {
        try end(sandbox)
        return .failed(error)
      }
      return try JoinedRun(signals: signals, program, terminal: terminal).attend(sandbox) {
        held throws(SetUpFailure) in
        for _ in 0..<joining.further { try joinAgain(held, filter) }
      }
    } catch {
      throw .setUp(error)
    }
  }

  private static func join(
    _ sandbox: borrowing HeldSandbox, _ filter: CompiledFilter, _ controlGroup: String?, _ terminal: TerminalRelay?
  ) throws(SetUpFailure) -> JoinProgress.Joined {
    let process = sandbox.plan.foreground
    guard let controlGroup else { return try sandbox.join(process, filter: filter, terminal: terminal) }
    let folder: Descriptor? = try SetUpFailure.catching(.joining, "open the control group") { () throws(SysError) in
      try Descriptor.open(controlGroup, .folder)
    }
    return try sandbox.join(process, filter: filter, controlGroup: folder, terminal: terminal)
  }

  private static func joinAgain(
    _ sandbox: borrowing HeldSandbox, _ filter: CompiledFilter
  ) throws(SetUpFailure) {
    var process = sandbox.plan.foreground
    process.candidates = ["/usr/bin/true"]
    process.arguments = ["true"]
    let joined = try sandbox.join(process, filter: filter)
    try SetUpFailure.catching(.joining, "wait for a process") { () throws(SysError) in try joined.process.wait() }
  }

  private static func end(_ sandbox: consuming HeldSandbox) throws(SetUpFailure) {
    do throws(SysError) {
      try sandbox.end()
    } catch {
      throw SetUpFailure(stage: .joining, step: "end the sandbox", error: error)
    }
  }

  private init(signals: consuming SignalQueue, _ joined: JoinProgress.Joined, terminal: TerminalRelay?) {
    self.signals = signals
    self.joined = joined
    self.terminal = terminal
  }

  private consuming func attend(
    _ sandbox: consuming HeldSandbox, meanwhile work: (borrowing HeldSandbox) throws(SetUpFailure) -> Void
  ) throws(SetUpFailure) -> Start.Outcome {
    try work(sandbox)
    do throws(SysError) {
      try StandardStream.leaveInputAndOutput()
      var polling = PollSet()
      let signalEntry = signals.watch(in: &polling)
      let programEntry = joined.process.watch(in: &polling)
      let sandboxEntry = sandbox.watch(in: &polling)
      let deadline = try sandbox.plan.timeLimit.map { (limit) throws(SysError) in try Deadline(milliseconds: limit) }
      let deadlineEntry = deadline?.watch(in: &polling)
      while true {
        terminal?.watch(in: &polling)
        try polling.wait()
        if polling.isReady(signalEntry) { try passSignalsOn() }
        try terminal?.handle(&polling)
        if let deadlineEntry, polling.isReady(deadlineEntry) { try deadline?.handle(joined.process) }
        // With PID 1 the kernel ends the program too.
        if polling.isReady(programEntry) || polling.isReady(sandboxEntry) { break }
      }
      var usage = ProcessUsage()
      let ending = try joined.process.wait(&usage)
      try terminal?.finish(signals)
      try terminal?.end()
      if polling.isReady(sandboxEntry), let failure = try sandbox.failure() { return .failed(failure) }
      try sandbox.end()
      return .ended(RunResult(ending, of: deadline?.passed, usage: usage, wallMicroseconds: Clock.microseconds - begun))
    } catch {
      throw SetUpFailure(stage: .joining, step: "wait for the program", error: error)
    }
  }

  private func passSignalsOn() throws(SysError) {
    while let arrival = try signals.next() {
      if let terminal, try terminal.keeps(arrival.signal) { continue }
      switch arrival.signal {
      case .brokenPipe: continue
      case .terminalStop:
        try joined.process.sendToGroup(.stop)
        guard let terminal, terminal.hasKeyboard else {
          try Signal.stop.raiseHere()
          continue
        }
        if try terminal.suspend(.terminalStop) { try joined.process.sendToGroup(.continue) }
      case .continue: try joined.process.sendToGroup(.continue)
      default: try joined.process.pass(arrival.signal)
      }
    }
  }
}
