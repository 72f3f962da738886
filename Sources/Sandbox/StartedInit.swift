internal import Linux
internal import Planning

/// PID 1 of a sandbox, as its launcher has it: the process, and the socket whose end tells each side that the other is gone.
struct StartedInit: ~Copyable {
  let process: ChildProcess
  let reports: MessageSocket

  /// Makes PID 1 with its id maps, which goes ahead after `look`. In the child this does not return.
  static func make(
    _ plan: Plan, filter: CompiledFilter?, timing: StartTiming? = nil,
    look: (borrowing ChildProcess) throws(SysError) -> Void
  ) throws(SetUpFailure) -> StartedInit {
    // root takes hold of the sources here, where it may map owners; the set-up of an ordinary user does it inside.
    let mounts = plan.identity.launcher == .root ? try PreparedMounts.prepare(plan) : nil
    timing?.mark(.sourcesHeld)
    return try SetUpFailure.catching(.namespaces, "make a process in new namespaces") { () throws(SysError) in
      try SignalQueue.stopIgnoringChildren()
      let channel = try MessageChannel()
      guard let child = try ChildProcess.clone(into: Namespaces(plan.namespaces)) else {
        InitProcess(plan: plan, filter: filter, mounts: mounts, launcher: channel.childEnd(), timing: timing).run()
      }
      timing?.mark(.cloned)
      let reports = channel.parentEnd()
      try child.map(plan.identity)
      timing?.mark(.mapped)
      try look(child)
      // The child waits for this: before its maps are written it is nobody.
      try reports.send([InitProcess.goAhead])
      return StartedInit(process: child, reports: reports)
    }
  }
}
