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

  /// Waits until the process has become its program. Whatever goes wrong, nothing of it stays: PID 1 could not end before its
  /// parent here has reaped it.
  private func finish(
    _ helper: consuming ChildProcess, _ reports: consuming MessageSocket, _ terminal: TerminalRelay?
  ) throws(SetUpFailure) -> ChildProcess {
    var joined: ChildProcess?
    do throws(SetUpFailure) {
      try Self.listen(to: reports, helper, terminal, &joined)
      let ending = try Self.catching { () throws(SysError) in try helper.wait() }
      if let program = joined.take() { return program }
      throw SetUpFailure(
        stage: .joining, step: Self.step,
        error: SysError(.waitid, "the helper ended with \(ending.exitCode)", .noChild))
    } catch {
      // A process that nobody here knows waits for an answer, and ends by this.
      reports.close()
      let helperID = helper.id
      try Self.catching { () throws(SysError) in
        try helper.killAndReap()
        try joined?.killAndReap()
        try reapGroup(of: helperID)
      }
      throw error
    }
  }

  /// Takes what the helper makes, lets it go on, and listens to it until nobody holds the other end any more.
  private static func listen(
    to reports: borrowing MessageSocket, _ helper: borrowing ChildProcess, _ terminal: TerminalRelay?,
    _ joined: inout ChildProcess?
  ) throws(SetUpFailure) {
    var failure: SetUpFailure?
    try catching { () throws(SysError) in try waitForWord(reports, helper) }
    while var message = try catching({ () throws(SysError) in try reports.receiveWithDescriptor() }) {
      switch Report(message: message.bytes) {
      case .joined(let id):
        guard let open = message.open.take() else { throw lostDescriptor }
        joined = ChildProcess(id: id, received: open)
        do throws(SetUpFailure) {
          try catching { () throws(SysError) in try reports.send([InitProcess.goAhead]) }
        } catch {
          // It is gone already, and what it has said comes next; or it ends by this.
          failure = error
          try catching { () throws(SysError) in try reports.endSending() }
        }
      case .terminal:
        if let open = message.open.take() { try begin(terminal, open) }
      // Of the helper: what it has made, if anything, still waits.
      case .failed(let reported) where joined == nil: throw reported
      case .failed(let reported): failure = reported
      case .ready, .ended, .listening, .stopped, nil: continue
      }
    }
    if let failure { throw failure }
  }

  /// Until the helper has said something, or is gone without a word: then the process that it has made may hold its end open.
  private static func waitForWord(
    _ reports: borrowing MessageSocket, _ helper: borrowing ChildProcess
  ) throws(SysError) {
    var polling = PollSet()
    let report = reports.watch(in: &polling)
    let end = helper.watch(in: &polling)
    var isGone = false
    while true {
      try polling.wait()
      if polling.isReady(report) { return }
      // Its word may have come between the looks at both: once more.
      if isGone, polling.isReady(end) { throw SysError(.recv, "the helper ended without a word", .noChild) }
      isGone = true
    }
  }

  private static var lostDescriptor: SetUpFailure {
    SetUpFailure(
      stage: .joining, step: step, error: SysError(.recv, "the descriptor of the process was lost", .tooManyFiles))
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
    // By this group its maker finds the process that is made here, should it not hear of it.
    try CurrentProcess.startGroup()
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
        // Whoever does not know it could never reap it.
        guard try launcher.socket.receive() != nil else { CurrentProcess.exit(125) }
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
