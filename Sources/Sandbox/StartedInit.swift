internal import Linux
internal import Planning

/// PID 1 of a sandbox, as its launcher has it: the process, and the socket whose end tells each side that the other is gone.
struct StartedInit: ~Copyable {
  let process: ChildProcess
  let reports: MessageSocket

  /// Makes PID 1 with its id maps, which goes ahead after `look`. In the child this does not return.
  static func make(
    _ plan: Plan, filter: CompiledFilter?, listened: CompiledFilter? = nil, timing: StartTiming? = nil,
    groups: RunGroups? = nil,
    look: (borrowing ChildProcess) throws(SysError) -> Void
  ) throws(SetUpFailure) -> StartedInit {
    // root takes hold of the sources here, where it may map owners; the set-up of an ordinary user does it inside.
    let mounts = plan.identity.isOfRoot ? try PreparedMounts.prepare(plan) : nil
    timing?.mark(.sourcesHeld)
    // Here, as PID 1 is in another session.
    let hasTerminal = filter != nil && plan.foreground.streams != nil
    let started = try SetUpFailure.catching(.namespaces, Self.step) { () throws(SysError) in
      try SignalQueue.stopIgnoringChildren()
      let terminal = hasTerminal ? try TerminalModel.ofCaller() : nil
      let channel = try MessageChannel()
      let namespaces = Namespaces(
        plan.namespaces, withControlGroups: groups == nil, withIPC: !InitProcess.makesIPC(filter))
      guard let child = try ChildProcess.clone(into: namespaces) else {
        InitProcess(
          plan: plan, filter: filter, listened: listened, mounts: mounts, launcher: channel.childEnd(),
          timing: timing, groups: groups?.entrance, terminal: terminal
        ).run()
      }
      return StartedInit(process: child, reports: channel.parentEnd())
    }
    timing?.mark(.cloned)
    do throws(SetUpFailure) {
      try started.prepare(plan, filter: filter, timing: timing, groups: groups, look: look)
    } catch {
      throw started.lastWord() ?? error
    }
    return started
  }

  private func prepare(
    _ plan: Plan, filter: CompiledFilter?, timing: StartTiming?, groups: RunGroups?,
    look: (borrowing ChildProcess) throws(SysError) -> Void
  ) throws(SetUpFailure) {
    // Before the child sees anything: where it is then, is the root of the groups that it sees.
    try groups?.settle(self)
    // Also before it makes itself uninspectable; its children have it from PID 1.
    if filter != nil, let score = plan.foreground.outOfMemoryScore {
      try SetUpFailure.catching(.confinement, "set oom_score_adj to \(score)") { () throws(SysError) in
        try process.setOutOfMemoryScore(score)
      }
    }
    try SetUpFailure.catching(.namespaces, Self.step) { () throws(SysError) in
      if !plan.isFilterOnly { try process.map(plan.identity) }
      timing?.mark(.mapped)
      try look(process)
      // The child waits for this: before its maps are written it is nobody.
      try reports.send([InitProcess.goAhead])
    }
  }

  private static let step = "make a process in new namespaces"

  /// What PID 1 has failed at, if it has: to be told instead of that it is gone. One that waits ends by this too.
  private func lastWord() -> SetUpFailure? {
    do throws(SysError) {
      try reports.endSending()
      while let message = try reports.receive() {
        if case .failed(let failure) = Report(message: message) { return failure }
      }
      return nil
    } catch {
      // The first failure is the one to tell.
      return nil
    }
  }
}
