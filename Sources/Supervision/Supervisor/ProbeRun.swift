internal import Linux
internal import Planning
internal import Sandbox

/// Finds out again and again whether one instance can be used.
final class ProbeRun {
  private enum Look {
    case command(PendingJoin)
    case running(JoinedProcess)
    case connection(PendingConnect)
  }

  let instance: Instance
  private let probe: ReadinessProbe
  private unowned let supervisor: Supervisor
  private let begun = Moments.now
  private var look: Look?
  private var watch: EventLoop.Watch?
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
    let number: DescriptorNumber
    do throws(SetUpFailure) {
      switch probe.way {
      case .log: return
      case .tcp(let port):
        let connection = try supervisor.sandbox.beginConnect(port: port)
        look = .connection(connection)
        number = connection.number
      case .exec(let command):
        let process = supervisor.capsule.plan.processes[instance.process].running(command)
        let streams = JoinStreams(input: nil, output: nil, errors: nil)
        let pending = try supervisor.sandbox.begin(process, generation: 0, streams: streams)
        look = .command(pending)
        number = pending.number
      }
    } catch {
      return try finish(false)
    }
    try attend(number)
    timeout = try supervisor.moments.after(probe.timeout) { [unowned self] () throws(SysError) in
      timeout = nil
      try finish(false)
    }
  }

  private func attend(_ number: DescriptorNumber) throws(SysError) {
    watch = try supervisor.loop.watch(number) { [unowned self] _ throws(SysError) in try advance() }
  }

  private func advance() throws(SysError) {
    switch look {
    case nil: return
    case .connection(let connection): try finish(try connection.result())
    case .running(let process):
      try stopWatching()
      let (ending, _) = try process.reap()
      look = nil
      try supervisor.bury(process.tree)
      try finish(ending == .exited(code: 0))
    case .command(let pending):
      let made: JoinedProcess?
      do throws(SetUpFailure) {
        made = try pending.advance()
      } catch {
        try stopWatching()
        look = nil
        return try finish(false)
      }
      guard let process = made else { return }
      try stopWatching()
      look = .running(process)
      try attend(process.number)
    }
  }

  private func stopWatching() throws(SysError) {
    guard let watch else { return }
    self.watch = nil
    try supervisor.loop.remove(watch)
  }

  private func endLook() throws(SysError) {
    if let timeout { supervisor.moments.takeBack(timeout) }
    timeout = nil
    try stopWatching()
    let ended = look
    look = nil
    switch ended {
    case nil: return
    case .command(let pending): try pending.abandon()
    case .connection(let connection): try connection.abandon()
    case .running(let process):
      try process.tree.kill()
      try process.send(.kill)
      let (_, _) = try process.reap()
      try supervisor.bury(process.tree)
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
