internal import Linux
internal import Planning

/// One process on its way into a sandbox that is held.
///
/// Three processes take part. This one makes a helper, in the control group of the process that shall be, since a group outside
/// cannot be entered from inside. The helper enters the namespaces and makes the process as its own sibling, so that this one is
/// the parent, who can wait for it and signal it without any number of the sandbox. The helper then ends.
struct JoinStart {
  let plan: Plan
  let process: PlannedProcess
  let filter: CompiledFilter
  /// Into the groups of the program; nil without limits.
  let groups: GroupEntrance?

  func run(
    _ namespaces: borrowing HeldNamespaces, _ controlGroup: borrowing Descriptor?, _ terminal: TerminalRelay?
  ) throws(SetUpFailure) -> ChildProcess {
    let model = process.streams == nil ? nil : try Self.catching { () throws(SysError) in try TerminalModel.ofCaller() }
    let channel = try Self.catching { () throws(SysError) in try MessageChannel() }
    guard let helper = try makeHelper(controlGroup) else {
      help(namespaces, LauncherLink(socket: channel.childEnd()), model)
    }
    return try finish(helper, channel.parentEnd(), terminal)
  }

  private func makeHelper(_ controlGroup: borrowing Descriptor?) throws(SetUpFailure) -> ChildProcess? {
    switch controlGroup {
    case .some(let folder):
      return try Self.catching { () throws(SysError) in try ChildProcess.clone(intoControlGroup: folder) }
    case .none: return try Self.catching { () throws(SysError) in try ChildProcess.clone(into: []) }
    }
  }

  /// Takes what the helper makes, and waits until it has become its program: then nobody holds the other end any more.
  private func finish(
    _ helper: consuming ChildProcess, _ reports: consuming MessageSocket, _ terminal: TerminalRelay?
  ) throws(SetUpFailure) -> ChildProcess {
    var joined: ChildProcess?
    var failure: SetUpFailure?
    while var message = try Self.catching({ () throws(SysError) in try reports.receiveWithDescriptor() }) {
      switch Report(message: message.bytes) {
      case .joined(let id):
        if let open = message.open.take() { joined = ChildProcess(id: id, received: open) }
      case .terminal:
        if let open = message.open.take() { try Self.begin(terminal, open) }
      case .failed(let reported): failure = failure ?? reported
      case .ready, .ended, .listening, .stopped, nil: continue
      }
    }
    let ending = try Self.catching { () throws(SysError) in try helper.wait() }
    guard let joined = joined.take() else {
      throw failure
        ?? SetUpFailure(
          stage: .joining, step: Self.step,
          error: SysError(.waitid, "the helper ended with \(ending.exitCode)", .noChild))
    }
    if let failure {
      try Self.catching { () throws(SysError) in try joined.wait() }
      throw failure
    }
    return joined
  }

  private static func begin(
    _ terminal: TerminalRelay?, _ open: consuming Descriptor
  ) throws(SetUpFailure) {
    do throws(SysError) {
      try terminal?.begin(PseudoTerminal(received: open))
    } catch {
      throw SetUpFailure(stage: .joining, step: ProgramTerminal.step, error: error)
    }
  }

  private static let step = "join the sandbox"

  @discardableResult
  private static func catching<Result: ~Copyable>(
    _ body: () throws(SysError) -> Result
  ) throws(SetUpFailure) -> Result {
    try SetUpFailure.catching(.joining, step, body)
  }
}

// In the helper, and in the process that it makes.
extension JoinStart {
  private func help(
    _ namespaces: borrowing HeldNamespaces, _ launcher: LauncherLink, _ model: TerminalModel?
  ) -> Never {
    do throws(SetUpFailure) {
      let sibling = try Self.catching { () throws(SysError) in try makeSibling(namespaces, launcher) }
      switch consume sibling {
      case .some(let made):
        try Self.catching { () throws(SysError) in
          try made.send(to: launcher.socket, as: Report.joined(made.id).message)
        }
      case .none: becomeProgram(launcher, model)
      }
    } catch {
      launcher.report(.failed(error))
    }
    CurrentProcess.exit(0)
  }

  private func makeSibling(
    _ namespaces: borrowing HeldNamespaces, _ launcher: LauncherLink
  ) throws(SysError) -> ChildProcess? {
    if let score = process.outOfMemoryScore { try CurrentProcess.setOutOfMemoryScore(score) }
    try groups?.pass(as: process.name)
    // Before anything of it can be seen inside: its memory is a copy of this program's, with all that it knows.
    try CurrentProcess.setInspectable(false)
    CurrentProcess.wipeCommandLine()
    // Among these is the socket by whose end PID 1 knows that nobody holds the sandbox any more.
    try Descriptor.closeAll(except: [launcher.socket.keptNumber] + namespaces.keptNumbers)
    try namespaces.enter()
    return try ChildProcess.cloneSibling()
  }

  /// Becomes who PID 1 is, with as little, and then what its program would be.
  private func becomeProgram(_ launcher: LauncherLink, _ model: TerminalModel?) -> Never {
    var session = WorkloadProcess.Session.own
    do throws(SetUpFailure) {
      try SetUpFailure.catching(.joining, "become the workload's user") { () throws(SysError) in
        if plan.identity.launcher == .root { try CurrentProcess.leaveSupplementaryGroups() }
        try CurrentProcess.become(user: plan.identity.user, group: plan.identity.group)
        try CurrentProcess.leaveSessionKeyring()
        // The change of user made it inspectable again where it was one.
        try CurrentProcess.setInspectable(false)
        CurrentProcess.setFileCreationMask(0o022)
        try CurrentProcess.dropAllCapabilities()
        try CurrentProcess.forbidNewPrivileges()
      }
      if let model, let streams = process.streams {
        // Among the terminals of the sandbox, as its user.
        try SetUpFailure.catching(.joining, ProgramTerminal.step) { () throws(SysError) in
          try ProgramTerminal.make(model, as: streams, launcher)
        }
        session = .ownWithTerminal
      }
    } catch {
      launcher.report(.failed(error))
      CurrentProcess.exit(125)
    }
    // Nobody would ever reap it.
    if launcher.socket.isAbandoned { CurrentProcess.exit(125) }
    WorkloadProcess(
      process: process, filter: filter, tripwire: Tripwire(plan, filter), launcher: launcher, session: session
    ).run()
  }
}
