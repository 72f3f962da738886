package import Linux
internal import Planning
package import Sandbox

/// Runs the processes of a capsule as its graph says, until all of it is stopped: one loop, which never waits for anything else.
///
/// What is to be done is decided by `GraphMachine` alone; here its actions are carried out and the machine hears of what happens.
package final class Supervisor {
  /// How far a start has come, for whoever waits for it.
  package enum Stage {
    /// Each process that waits for no other one has become its program.
    case up
    /// Every process has come as far as it shall.
    case settled
    /// It cannot come that far: the process, why, and whether it has run at all.
    case failed(process: String, reason: String, hasRun: Bool)
  }

  var capsule: SupervisedCapsule
  let loop: EventLoop
  let moments: Moments
  let sandbox: SupervisedSandbox
  let keeper: KeeperLink
  var machine: GraphMachine
  /// By process: its present instance, as long as there is something of it.
  var lives: [InstanceLife?]
  /// The latest one of each.
  var generations: [Int]
  var deaths: [[ProcessLife]]
  var probes: [ProbeRun?]
  var control: ControlServer?
  /// Nil where nobody asks to be told.
  package var manager: ServiceManager?
  /// Whether anybody can find it.
  package var isReachable: (() throws(SysError) -> Bool)?
  /// Set where it is to take the place of another one: until it has, it ends with whoever waits for that.
  package var succession: Succession?
  /// While it stands aside for another version.
  var standAside: StandAside?
  /// Why logs cannot be written now, as far as the keeper has said.
  var trouble: String?
  /// Requests that are answered later.
  var waiters: [Waiter] = []
  let startedAt = Clock.millisecondsOfCalendar
  let begun = Moments.now
  /// Whether all of it ends as soon as nothing runs any more.
  var isEnding = false
  /// What failed while somebody outside was answered, who has nothing to do with it.
  private var lost: SysError?
  /// How the supervisor itself shall end; nil as long as it goes on.
  private var exitCode: CInt?
  /// What has gone that it cannot go on without.
  private var loss: String?
  /// Of who waits for the start; nil when nobody does.
  private var starterWatch: EventLoop.Watch?
  private let tell: (Supervisor, Stage) throws(SysError) -> Void
  private var isUp = false
  private var hasSettled = false

  private var events: [GraphEvent] = []
  private var isHandling = false
  private var nextMoment: (at: UInt64, moment: Moments.Moment)?

  /// Sets the sandbox up, and makes the keeper, which ends after this one.
  package init(
    _ capsule: SupervisedCapsule, keeping duty: (SupervisedSandbox) -> KeeperDuty, kept: [DescriptorNumber],
    tell: @escaping (Supervisor, Stage) throws(SysError) -> Void
  ) throws(SupervisionError) {
    let loop = try SupervisionError.catching("make a loop of events") { () throws(SysError) in try EventLoop() }
    let sandbox: SupervisedSandbox
    do throws(SetUpFailure) {
      sandbox = try SupervisedSandbox.start(capsule.plan, at: capsule.place)
    } catch {
      throw .setUp(error)
    }
    do throws(SysError) {
      moments = try Moments(on: loop)
      keeper = try KeeperLink.start(duty(sandbox), loop: loop, kept: kept + sandbox.tidyingNumbers)
    } catch {
      try SupervisionError.catching("end the sandbox") { () throws(SysError) in try sandbox.end() }
      throw .system("make the keeper of its logs", error)
    }
    self.sandbox = sandbox
    self.capsule = capsule
    self.loop = loop
    self.tell = tell
    let graph = capsule.graph
    machine = GraphMachine(graph, seed: UInt64(Clock.microseconds))
    lives = Array(repeating: nil, count: graph.nodes.count)
    generations = Array(repeating: 0, count: graph.nodes.count)
    deaths = Array(repeating: [], count: graph.nodes.count)
    probes = Array(repeating: nil, count: graph.nodes.count)
  }

  /// Begins, and stays until all of it has ended; returns the exit code.
  package func run(
    signals: SupervisorSignals, starter: DescriptorNumber?, control: (Supervisor) throws(SysError) -> ControlServer
  ) throws(SupervisionError) -> CInt {
    do throws(SysError) {
      self.control = try control(self)
      try watch(signals, starter)
      try manager?.begin(moments)
      try lookAfterFolder()
      try handle(.begin)
      while exitCode == nil, lost == nil, loss == nil { try loop.turn() }
      if let lost { throw lost }
    } catch {
      // Whatever it was: nothing that nobody looks after may go on.
      try SupervisionError.catching("end what it supervises") { () throws(SysError) in try end() }
      throw .system("supervise \(capsule.name)", error)
    }
    try SupervisionError.catching("end what it supervises") { () throws(SysError) in try end() }
    if let loss { throw .lost("\(capsule.name) has ended: \(loss)") }
    return exitCode ?? 0
  }

  /// For what is called from where nothing can be thrown: the loop ends with this turn where it fails.
  func guarding(_ body: () throws(SysError) -> Void) {
    do throws(SysError) {
      try body()
    } catch {
      lost = lost ?? error
    }
  }

  /// Whom nobody can ask any more, as its folder has been removed, must not go on: another one could be started beside it.
  private func lookAfterFolder() throws(SysError) {
    guard let isReachable else { return }
    try moments.after(Self.lookInterval) { [unowned self] () throws(SysError) in
      guard !isEnding else { return }
      if try isReachable() { try lookAfterFolder() } else { try stopAll() }
    }
  }

  private static let lookInterval: UInt64 = 2000

  // MARK: What happens

  /// Tells the machine, and does what it says; what happens meanwhile comes after.
  func handle(_ event: GraphEvent) throws(SysError) {
    events.append(event)
    guard !isHandling else { return }
    isHandling = true
    defer { isHandling = false }
    while !events.isEmpty {
      let next = events.removeFirst()
      for action in machine.handle(next, at: Moments.now) { try perform(action) }
      if case .spawnFailed(let instance, let reason) = next, !isUp { try fail(instance.process, reason, hasRun: false) }
      if events.isEmpty { try noticeUp() }
    }
    try setMoment()
    try answerWaiters()
    if isEnding, lives.allSatisfy({ $0 == nil }) { endSoon(0) }
  }

  private func setMoment() throws(SysError) {
    guard nextMoment?.at != machine.nextMoment else { return }
    if let set = nextMoment { moments.takeBack(set.moment) }
    nextMoment = try machine.nextMoment.map { at throws(SysError) in
      let moment = try moments.at(at) { [unowned self] () throws(SysError) in
        nextMoment = nil
        try handle(.moment)
      }
      return (at, moment)
    }
  }

  private func watch(_ signals: SupervisorSignals, _ starter: DescriptorNumber?) throws(SysError) {
    _ = try loop.watch(signals.number) { [unowned self] _ throws(SysError) in
      while try signals.next() { try isEnding ? killAll() : stopAll() }
    }
    if let starter {
      // Whoever waits for the start has been interrupted.
      starterWatch = try loop.watch(starter) { [unowned self] _ throws(SysError) in
        try letGo()
        if !hasSettled || !isUp || succession != nil { try stopAll() }
      }
    }
    _ = try loop.watch(sandbox.initNumber) { [unowned self] _ throws(SysError) in
      // None could be started again there.
      loss = "PID 1 of its sandbox is gone, and with it all that ran there"
    }
    _ = try loop.watch(keeper.number) { [unowned self] _ throws(SysError) in try hearKeeper() }
  }

  /// Nobody waits for the start any more.
  package func letGo() throws(SysError) {
    guard let watch = starterWatch else { return }
    starterWatch = nil
    try loop.remove(watch)
  }

  private func hearKeeper() throws(SysError) {
    while let word = try keeper.next() {
      switch word {
      case .seen(let process, let generation):
        try handle(.ready(Instance(process: process, generation: generation)))
      case .trouble(let text): trouble = text
      case .recovered: trouble = nil
      case .gone:
        loss = "the keeper of its logs is gone, and nobody would take what its processes write"
        return
      }
    }
  }

  // MARK: Its beginning and its end

  private func noticeUp() throws(SysError) {
    guard !isUp else { return }
    for process in lives.indices {
      switch machine.status(of: process).state {
      case .pending, .starting: return
      case .blocked, .running, .ready, .unhealthy, .stopping, .backoff, .completed, .failed, .disabled: continue
      }
    }
    isUp = true
    try tell(self, .up)
  }

  func settle(isWhole: Bool) throws(SysError) {
    guard !hasSettled else { return }
    if isWhole {
      hasSettled = true
      return try tell(self, .settled)
    }
    let missing = lives.indices.filter { machine.shortcoming(of: $0) != nil }
    func first(_ state: ProcessState) -> Int? { missing.first { machine.status(of: $0).state == state } }
    if let process = first(.failed) {
      try fail(process, machine.shortcoming(of: process) ?? "", hasRun: !deaths[process].isEmpty)
    } else if let process = first(.completed) ?? first(.running) ?? (isStoppedAsAWhole ? nil : first(.disabled)) {
      // Whoever waits for more than its beginning would wait for ever.
      try fail(process, machine.shortcoming(of: process) ?? "", hasRun: true)
    }
    hasSettled = true
  }

  /// Whoever has stopped all of it tells what comes of it.
  private var isStoppedAsAWhole: Bool { isEnding || standAside != nil }

  /// This start will not become whole.
  private func fail(_ process: Int, _ reason: String, hasRun: Bool) throws(SysError) {
    guard !hasSettled else { return }
    hasSettled = true
    try tell(self, .failed(process: capsule.graph.nodes[process].name, reason: reason, hasRun: hasRun))
  }

  /// All of it is stopped, in order, and then the supervisor ends.
  package func stopAll() throws(SysError) {
    if !isEnding { control?.tell(.ending) }
    isEnding = true
    try manager?.beginStopping()
    try handle(.stop(nil))
  }

  /// The same without asking anybody.
  package func killAll() throws(SysError) {
    isEnding = true
    try handle(.kill(nil))
  }

  /// The loop ends with this turn.
  func endSoon(_ code: CInt) {
    if exitCode == nil { exitCode = code }
  }

  /// Whatever is still there, ends. Whatever becomes of one step, the others have to be done.
  private func end() throws(SysError) {
    var failure: SysError?
    func attempt(_ step: () throws(SysError) -> Void) {
      do throws(SysError) { try step() } catch { failure = failure ?? error }
    }
    attempt { () throws(SysError) in try manager?.beginStopping() }
    attempt { () throws(SysError) in try sandbox.end() }
    control?.close()
    attempt { () throws(SysError) in try keeper.finish() }
    if let failure { throw failure }
  }
}
