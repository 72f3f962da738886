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
  /// Into the groups of the program; nil without any.
  var groups: GroupEntrance?
  /// By which the program and all that comes from it are known; nil where that is by groups.
  var mark: ProcessMark?
  /// Nil for those of this process.
  var streams: JoinStreams?
  /// How many files it may have open; nil for as many as this process.
  var fileLimit: UInt64?

  /// Makes the helper, and does not wait for anything. It is born in the group whose folder is given.
  func begin(
    _ namespaces: borrowing HeldNamespaces, in controlGroup: borrowing Descriptor?
  ) throws(SetUpFailure) -> JoinProgress {
    let model = try terminalModel()
    let channel = try Self.catching { () throws(SysError) in try MessageChannel() }
    guard let helper = try makeHelper(controlGroup) else {
      help(namespaces, LauncherLink(socket: channel.childEnd()), model)
    }
    return try JoinProgress.make(helper, channel.parentEnd())
  }

  /// What the terminal of the process is like; nil when it gets none.
  private func terminalModel() throws(SetUpFailure) -> TerminalModel? {
    if let streams { return streams.terminal }
    guard process.streams != nil else { return nil }
    return try Self.catching { () throws(SysError) in try TerminalModel.ofCaller() }
  }

  private func makeHelper(_ controlGroup: borrowing Descriptor?) throws(SetUpFailure) -> ChildProcess? {
    switch controlGroup {
    case .some(let folder):
      return try Self.catching { () throws(SysError) in try ChildProcess.clone(intoControlGroup: folder) }
    case .none: return try Self.catching { () throws(SysError) in try ChildProcess.clone(into: []) }
    }
  }

  static let step = "join the sandbox"

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
    try mark?.put()
    try streams?.takePlace()
    // Before anything of it can be seen inside: its memory is a copy of this program's, with all that it knows.
    try CurrentProcess.setInspectable(false)
    CurrentProcess.wipeCommandLine()
    // Among these is the socket by whose end PID 1 knows that nobody holds the sandbox any more.
    try Descriptor.closeAll(except: KeptDescriptors([launcher.socket.keptNumber] + namespaces.keptNumbers))
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
        // Not before its maker has handed it over: by this limit is bounded, too, how much of one user's may be under way.
        if let fileLimit { try CurrentProcess.setFileLimit(fileLimit) }
        if plan.identity.isOfRoot { try CurrentProcess.leaveSupplementaryGroups() }
        try CurrentProcess.become(user: plan.identity.user, group: plan.identity.group)
        try CurrentProcess.leaveSessionKeyring()
        // The change of user made it inspectable again where it was one.
        try CurrentProcess.setInspectable(false)
        CurrentProcess.setFileCreationMask(0o022)
        try CurrentProcess.dropAllCapabilities()
        try CurrentProcess.forbidNewPrivileges()
      }
      if let model {
        // Among the terminals of the sandbox, as its user.
        try SetUpFailure.catching(.joining, ProgramTerminal.step) { () throws(SysError) in
          try ProgramTerminal.make(model, as: model.streams ?? process.streams ?? .terminal, launcher)
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
      process: process, filter: filter, tripwire: Tripwire(plan, filter), launcher: launcher, session: session,
      isMarked: mark != nil
    ).run()
  }
}
