package import Linux
package import Planning

/// A sandbox that is set up and whose PID 1 waits, so that processes can join it, now and later, each with its own confinement.
///
/// The processes that join are children of this one, not of PID 1. All of them must be reaped before the end: until then PID 1
/// cannot be, as the kernel lets it go last.
package struct HeldSandbox: ~Copyable {
  package let plan: Plan
  private let initProcess: StartedInit
  /// nil without limits.
  private let groups: RunGroups?
  private var namespaces: HeldNamespaces

  /// Sets a sandbox up. The signals that shall reach the processes in it must be blocked before.
  package static func start(_ plan: Plan) throws(SetUpFailure) -> HeldSandbox { try start(plan, groups: nil) }

  /// The same, in control groups, which outlive it.
  static func start(_ plan: Plan, groups: RunGroups?) throws(SetUpFailure) -> HeldSandbox {
    var opened: HeldNamespaces?
    let initProcess = try StartedInit.make(plan, filter: nil, groups: groups) { child throws(SysError) in
      // Now or never: PID 1 makes itself uninspectable before it does anything else.
      opened = try HeldNamespaces.open(of: child)
    }
    guard var namespaces = opened.take() else { preconditionFailure("PID 1 goes ahead after its namespaces are open") }
    namespaces.add(network: try Self.waitUntilReady(initProcess))
    return HeldSandbox(plan: plan, initProcess: initProcess, namespaces: namespaces, groups: groups)
  }

  private init(
    plan: Plan, initProcess: consuming StartedInit, namespaces: consuming HeldNamespaces,
    groups: RunGroups?
  ) {
    self.groups = groups
    self.plan = plan
    self.initProcess = initProcess
    self.namespaces = namespaces
  }

  /// Waits for PID 1's word; returns its network namespace.
  private static func waitUntilReady(_ started: borrowing StartedInit) throws(SetUpFailure) -> Descriptor {
    func receive() throws(SetUpFailure) -> MessageSocket.Message? {
      try SetUpFailure.catching(.namespaces, "wait for the sandbox") { () throws(SysError) in
        try started.reports.receiveWithDescriptor()
      }
    }
    if var message = try receive() {
      switch Report(message: message.bytes) {
      case .failed(let failure): throw failure
      case .ready: if let network = message.open.take() { return network }
      case .joined, .listening, .terminal, .stopped, .ended, nil: break
      }
    }
    throw SetUpFailure(
      stage: .namespaces, step: "wait for the sandbox", error: SysError(.recv, "PID 1 ended without a word", .noChild))
  }

  /// Starts a process in the sandbox, confined as one that PID 1 forks; returns when it has become its program.
  ///
  /// It is born in the control group whose folder is given, as a group outside could not be named from inside any more.
  /// `terminal` stands between the caller and its private terminal, if it gets one.
  func join(
    _ process: PlannedProcess, filter: CompiledFilter, controlGroup: borrowing Descriptor? = nil,
    terminal: TerminalRelay? = nil
  ) throws(SetUpFailure) -> JoinProgress.Joined {
    let start = JoinStart(plan: plan, process: process, filter: filter, groups: groups?.entrance)
    let joined = try begin(start, in: controlGroup).finish()
    if let made = joined.terminal {
      do throws(SysError) {
        try terminal?.begin(made)
      } catch {
        try SetUpFailure.catching(.joining, ProgramTerminal.step) { () throws(SysError) in
          try joined.process.killAndReap()
        }
        throw SetUpFailure(stage: .joining, step: ProgramTerminal.step, error: error)
      }
    }
    return joined
  }

  /// Begins to make a process, and does not wait for it.
  func begin(_ start: JoinStart, in controlGroup: borrowing Descriptor?) throws(SetUpFailure) -> JoinProgress {
    try start.begin(namespaces, in: controlGroup)
  }

  func beginConnect(port: UInt16, in sandbox: SupervisedSandbox) throws(SysError) -> PendingConnect {
    try PendingConnect.make(namespaces, port: port, in: sandbox)
  }

  func pidNamespace() throws(SysError) -> FileStatus.Identity { try namespaces.pidNamespace() }

  /// PID 1, for whoever is not its parent.
  func initHandle() throws(SysError) -> ProcessHandle { try initProcess.process.handle() }

  /// That of the socket which closes with PID 1.
  var reportsNumber: DescriptorNumber { initProcess.reports.keptNumber }

  /// Becomes readable when PID 1 is gone, and all in the sandbox with it.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { initProcess.reports.watch(in: &polling) }

  /// What PID 1 has failed at, now that it is gone; nil when it has said nothing.
  func failure() throws(SysError) -> SetUpFailure? {
    while let message = try initProcess.reports.receive() {
      if case .failed(let failure) = Report(message: message) { return failure }
    }
    return nil
  }

  /// Lets the sandbox end, and everything in it; all that has joined must be reaped.
  @discardableResult
  package consuming func end() throws(SysError) -> Ending {
    let started = initProcess
    return try started.end()
  }
}

extension StartedInit {
  /// PID 1 sees the end of the socket and exits; the kernel ends the others.
  consuming func end() throws(SysError) -> Ending {
    reports.close()
    return try process.wait()
  }
}
