internal import Linux
internal import Planning
internal import Sandbox

/// Finds out again and again whether one instance can be used.
final class ProbeRun {
  private enum Look {
    case command(ProcessRun)
    /// It knows when the watch is ready.
    case connection(PendingConnect, EventLoop.Watch)
  }

  let instance: Instance
  private let probe: ReadinessProbe
  private unowned let supervisor: Supervisor
  private let begun = Moments.now
  private var look: Look?
  private var timeout: Moments.Moment?
  private var next: Moments.Moment?
  private var isReady = false
  /// How many looks in turn have said otherwise than `isReady`.
  private var turn = 0

  init(_ instance: Instance, _ probe: ReadinessProbe, _ supervisor: Supervisor) {
    self.instance = instance
    self.probe = probe
    self.supervisor = supervisor
  }

  func begin() throws(SysError) {
    switch probe.way {
    // The keeper has been asked before the instance was made.
    case .log: return
    case .exec, .tcp: try lookNow()
    }
  }

  func end() throws(SysError) {
    if let next { supervisor.moments.takeBack(next) }
    next = nil
    try endLook()
  }

  // MARK: One look

  private func lookNow() throws(SysError) {
    next = nil
    do throws(SetUpFailure) {
      switch probe.way {
      case .log: return
      case .tcp(let port): look = try connect(port)
      case .exec(let command):
        let process = supervisor.capsule.plan.processes[instance.process].running(command)
        look = .command(
          try ProcessRun.begin(process, streams: .null, by: supervisor) { [unowned self] news throws(SysError) in
            try hear(news)
          })
      }
    } catch {
      return try finish(false)
    }
    timeout = try supervisor.moments.after(probe.timeout) { [unowned self] () throws(SysError) in
      timeout = nil
      try finish(false)
    }
  }

  private func connect(_ port: UInt16) throws(SetUpFailure) -> Look {
    let connection = try supervisor.sandbox.beginConnect(port: port)
    return try SetUpFailure.catching(.joining, "wait for it") { () throws(SysError) in
      let watch = try supervisor.loop.watch(connection.number) { [unowned self] _ throws(SysError) in
        try finish(try connection.result())
      }
      return .connection(connection, watch)
    }
  }

  private func hear(_ news: ProcessRun.News) throws(SysError) {
    switch news {
    case .running: return
    case .failed, .late: try finish(false)
    case .ended(let ending, let tree):
      try supervisor.bury(tree)
      try finish(ending == .exited(code: 0))
    }
  }

  private func endLook() throws(SysError) {
    if let timeout { supervisor.moments.takeBack(timeout) }
    timeout = nil
    let ended = look
    look = nil
    switch ended {
    case nil: return
    case .command(let run): try run.abandon()
    case .connection(let connection, let watch):
      try supervisor.loop.remove(watch)
      try connection.abandon()
    }
  }

  // MARK: What it says

  private func finish(_ isWell: Bool) throws(SysError) {
    try endLook()
    next = try supervisor.moments.after(probe.interval) { [unowned self] () throws(SysError) in try lookNow() }
    guard isWell != isReady else {
      turn = 0
      return
    }
    if !isWell, Moments.now < begun + probe.startPeriod { return }
    turn += 1
    guard turn >= probe.threshold else { return }
    turn = 0
    isReady = isWell
    try supervisor.handle(isWell ? .ready(instance) : .unready(instance))
  }
}

extension Supervisor {
  func beginProbe(_ instance: Instance) throws(SysError) {
    guard let probe = capsule.graph.nodes[instance.process].readiness else { return }
    let run = ProbeRun(instance, probe, self)
    probes[instance.process] = run
    try run.begin()
  }

  func endProbe(_ instance: Instance) throws(SysError) {
    guard let run = probes[instance.process], run.instance == instance else { return }
    probes[instance.process] = nil
    try run.end()
  }
}
