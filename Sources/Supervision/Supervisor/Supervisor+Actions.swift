internal import Linux
internal import Planning
internal import Sandbox

// What the machine says is to be done.
extension Supervisor {
  func perform(_ action: GraphAction) throws(SysError) {
    switch action {
    case .spawn(let instance): try spawn(instance)
    case .signal(let instance, let signal): try send(signal, to: instance)
    case .signalRest(let instance, let signal): try life(instance)?.tree?.send(signal)
    case .kill(let instance): try kill(instance)
    case .beginProbe(let instance): try beginProbe(instance)
    case .endProbe(let instance): try endProbe(instance)
    case .changed(let process): try tellChange(process)
    case .settled(let isWhole): try settle(isWhole: isWhole)
    case .idle: becomeIdle()
    }
  }

  /// The present life of a process, if it is this instance.
  func life(_ instance: Instance) -> InstanceLife? {
    guard let life = lives[instance.process], life.instance == instance else { return nil }
    return life
  }

  // MARK: The beginning of a life

  private func spawn(_ instance: Instance) throws(SysError) {
    precondition(lives[instance.process] == nil, "two lives of one process")
    let process = capsule.plan.processes[instance.process]
    generations[instance.process] = instance.generation
    do throws(SetUpFailure) {
      let run = try ProcessRun.begin(
        process, generation: instance.generation, streams: try output(of: instance), by: self
      ) { [unowned self] news throws(SysError) in try hear(news, of: instance) }
      lives[instance.process] = InstanceLife(instance, run)
    } catch {
      // Not at once, as the machine is still at work.
      try handle(.spawnFailed(instance, capsule.describe(error, process).text))
    }
  }

  private func output(of instance: Instance) throws(SetUpFailure) -> JoinStreams {
    try SetUpFailure.catching(.joining, "open its output") { () throws(SysError) in
      let pipes = try keeper.open(process: instance.process, generation: instance.generation)
      if case .log(let text) = capsule.graph.nodes[instance.process].readiness?.way {
        try keeper.expect(text, of: instance.process, generation: instance.generation)
      }
      try giveAway(pipes)
      return JoinStreams(input: nil, output: try pipes.output.duplicate(), errors: try pipes.errors.duplicate())
    }
  }

  /// A program that opens its output anew, as /dev/stdout, needs the right to; a pipe of root's is shut to it.
  private func giveAway(_ pipes: OutputPipes) throws(SysError) {
    let identity = capsule.plan.identity
    guard identity.launcher == .root else { return }
    try pipes.output.setOwner(user: identity.hostUser, group: identity.hostGroup, "its standard output")
    try pipes.errors.setOwner(user: identity.hostUser, group: identity.hostGroup, "its standard error")
  }

  private func hear(_ news: ProcessRun.News, of instance: Instance) throws(SysError) {
    guard let life = life(instance) else { return }
    switch news {
    case .failed(let failure):
      try fail(life, capsule.describe(failure, capsule.plan.processes[instance.process]).text)
    case .late: try fail(life, Self.wasLate)
    case .running:
      life.begun = Moments.now
      try handle(.spawned(instance))
    case .ended(let ending, let tree):
      life.rest = tree
      note(ending, try Self.reason(of: ending, tree), of: life)
      try handle(.ended(instance, ending))
      try lookForRest(life)
    }
  }

  static let wasLate = "it did not become its program in \(GraphMachine.longestStart / 1000)s"

  /// Nothing of it is there, and nothing will be.
  private func fail(_ life: InstanceLife, _ reason: String) throws(SysError) {
    lives[life.instance.process] = nil
    try handle(.spawnFailed(life.instance, reason))
  }

  // MARK: Its end

  /// What an ending does not tell by itself.
  private static func reason(of ending: Ending, _ tree: ProcessTree) throws(SysError) -> String? {
    guard ending.exitCode != 0, try tree.outOfMemoryKills() > 0 else { return nil }
    return "oom: killed for lack of memory"
  }

  private func note(_ ending: Ending, _ reason: String?, of life: InstanceLife) {
    let process = life.instance.process
    let now = Clock.millisecondsOfCalendar
    let ran = life.begun.map { Int(Moments.now - $0) } ?? 0
    deaths[process].append(
      ProcessLife(
        process: capsule.graph.nodes[process].name, generation: life.instance.generation, started: now - ran,
        ended: now, ending: ending, reason: reason))
    if deaths[process].count > Self.longestHistory { deaths[process].removeFirst() }
  }

  private static let longestHistory = 100

  /// What it has started may go on; its life is over with the last of them.
  private func lookForRest(_ life: InstanceLife) throws(SysError) {
    guard let tree = life.rest, self.life(life.instance) === life else { return }
    if try tree.isEmpty() {
      if let watch = life.watch { try loop.remove(watch) }
      life.watch = nil
      lives[life.instance.process] = nil
      try tree.remove()
      try keeper.end(process: life.instance.process, generation: life.instance.generation)
      return try handle(.emptied(life.instance))
    }
    if let changes = try tree.changes {
      guard life.watch == nil else { return }
      life.watch = try loop.watch(changes) { [unowned self] _ throws(SysError) in try lookForRest(life) }
    } else {
      try moments.after(Self.restInterval) { [unowned self] () throws(SysError) in try lookForRest(life) }
    }
  }

  /// Where the kernel does not say when the last one has ended.
  private static let restInterval: UInt64 = 20

  /// Ends what something has left behind that is over, and lets go of it when the last of it is gone.
  func bury(_ tree: ProcessTree) throws(SysError) {
    if try tree.isEmpty() { return try tree.remove() }
    try tree.kill()
    try moments.after(Self.restInterval) { [unowned self] () throws(SysError) in try bury(tree) }
  }

  private func send(_ signal: Signal, to instance: Instance) throws(SysError) {
    guard let process = life(instance)?.process else { return }
    try process.send(signal)
    // One that is stopped would never get it.
    if signal != .kill, signal != .stop { try process.send(.continue) }
  }

  private func kill(_ instance: Instance) throws(SysError) {
    guard let life = life(instance) else { return }
    if let tree = life.tree { return try tree.kill() }
    try life.abandon()
    try fail(life, "it was killed before it became its program")
  }

  private func becomeIdle() {
    guard capsule.isForeground || isEnding else { return }
    endSoon(isEnding ? 0 : codeOfAll)
  }

  /// Of those that came to their end by themselves: that of the first that failed.
  private var codeOfAll: CInt {
    let failed = lives.indices.filter { machine.status(of: $0).state == .failed }
    // One that never ran is behind those for want of which it did not.
    guard let first = failed.min(by: { endOfLast($0) < endOfLast($1) }) else { return 0 }
    guard let ending = machine.status(of: first).ending, ending.exitCode != 0 else { return 1 }
    return ending.exitCode
  }

  private func endOfLast(_ process: Int) -> Int { deaths[process].last?.ended ?? .max }
}
