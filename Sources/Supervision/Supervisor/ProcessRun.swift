internal import Linux
internal import Planning
internal import Sandbox

/// A process of the sandbox from the beginning of its making until it is reaped. The loop moves it on, and nobody waits for it.
final class ProcessRun {
  enum News {
    /// It never becomes its program, and nothing of it is left.
    case failed(SetUpFailure)
    /// The same, as it has taken too long.
    case late
    case running(JoinedProcess)
    /// What has come from it may go on.
    case ended(Ending, ProcessTree)
  }

  typealias Body = (News) throws(SysError) -> Void

  private enum Phase {
    case joining(PendingJoin)
    case running(JoinedProcess)
    case over
  }

  private var phase: Phase
  private unowned let supervisor: Supervisor
  /// Nil when nobody wants to hear of it any more.
  private var tell: Body?
  private var watch: EventLoop.Watch?
  /// When it is given up on its way to its program, and later when it is looked at again.
  private var moment: Moments.Moment?
  /// How often it could not be reaped although it has ended.
  private var tracedLooks = 0

  private static let tracedInterval: UInt64 = 20
  private static let mostTracedLooks = 50

  /// Generation 0 is for what runs beside the processes of the plan; of those the graph says when they are given up.
  static func begin(
    _ process: PlannedProcess, generation: Int = 0, streams: JoinStreams, by supervisor: Supervisor,
    _ tell: @escaping Body
  ) throws(SetUpFailure) -> ProcessRun {
    let pending = try supervisor.sandbox.begin(process, generation: generation, streams: streams)
    let run = ProcessRun(pending, supervisor, tell)
    do throws(SysError) {
      try run.attend(pending.number)
      if generation == 0 {
        run.moment = try supervisor.moments.after(GraphMachine.longestStart) { [run] () throws(SysError) in
          try run.giveUp()
        }
      }
    } catch {
      // It is on its way already, and cannot be waited for.
      try SetUpFailure.catching(.joining, "end it") { () throws(SysError) in try run.abandon() }
      throw SetUpFailure(stage: .joining, step: "wait for it", error: error)
    }
    return run
  }

  private init(_ pending: PendingJoin, _ supervisor: Supervisor, _ tell: @escaping Body) {
    phase = .joining(pending)
    self.supervisor = supervisor
    self.tell = tell
  }

  /// Nil as long as it is not its program, and when it is reaped.
  var process: JoinedProcess? {
    if case .running(let process) = phase { process } else { nil }
  }

  /// Kills all of it; nothing more is heard of it. What cannot be reaped yet is reaped later.
  func abandon() throws(SysError) {
    tell = nil
    switch phase {
    case .joining(let pending):
      try stopWaiting()
      phase = .over
      try pending.abandon()
    case .running(let process):
      try process.tree.kill()
      try process.send(.kill)
    case .over: return
    }
  }

  private func giveUp() throws(SysError) {
    moment = nil
    guard case .joining(let pending) = phase else { return }
    try stopWaiting()
    try pending.abandon()
    try end(.late)
  }

  private func attend(_ number: DescriptorNumber) throws(SysError) {
    // Whatever becomes of who has begun it, it has to be reaped.
    watch = try supervisor.loop.watch(number) { [self] _ throws(SysError) in try advance() }
  }

  private func advance() throws(SysError) {
    switch phase {
    case .joining(let pending): try advance(pending)
    case .running(let process): try reap(process)
    case .over: return
    }
  }

  private func advance(_ pending: PendingJoin) throws(SysError) {
    let made: JoinedProcess?
    do throws(SetUpFailure) {
      made = try pending.advance()
    } catch {
      try stopWaiting()
      return try end(.failed(error))
    }
    guard let process = made else { return }
    try stopWaiting()
    phase = .running(process)
    try attend(process.number)
    try tell?(.running(process))
  }

  private func reap(_ process: JoinedProcess) throws(SysError) {
    try stopWaiting()
    guard let ending = try process.reapNow() else { return try reapLater(process) }
    if tell == nil { try supervisor.bury(process.tree) }
    try end(.ended(ending, process.tree))
  }

  /// It has ended, and somebody inside who traces it has not let go of it. Who does not at all is one of its own, most likely.
  private func reapLater(_ process: JoinedProcess) throws(SysError) {
    tracedLooks += 1
    if tracedLooks >= Self.mostTracedLooks { try process.tree.kill() }
    moment = try supervisor.moments.after(Self.tracedInterval) { [self] () throws(SysError) in try reap(process) }
  }

  private func end(_ news: News) throws(SysError) {
    phase = .over
    let tell = tell
    self.tell = nil
    try tell?(news)
  }

  private func stopWaiting() throws(SysError) {
    if let moment { supervisor.moments.takeBack(moment) }
    moment = nil
    guard let watch else { return }
    self.watch = nil
    try supervisor.loop.remove(watch)
  }
}
