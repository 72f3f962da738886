import Linux
import Planning
import Supervision

/// Random numbers that are the same for the same seed.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ count: Int) -> Int { Int(next() >> 33) % count }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// A small world around a graph, which answers late and in any order, and watches what the graph does.
struct ModelWorld {
  /// What really is the case with the last instance of a process, whatever the graph has been told.
  private struct Body {
    var generation = 0
    var isStarted = false, isFailed = false
    var hasLeader = false, hasRest = false
    var isKilled = false
    var isReady = false
    // What the graph has heard of it.
    var heardUp = false, heardReady = false, heardEnd = false, heardEmpty = false, heardFailure = false
    var lastEnding: Ending?

    /// Whether the graph may take it for gone.
    var isGone: Bool { generation == 0 || heardFailure || heardEnd && heardEmpty }
  }

  let nodes: [ProcessNode]
  private(set) var machine: GraphMachine
  private var dice: Dice
  private var now: UInt64 = 0
  private var bodies: [Body]
  /// The one that is heard of for the first time by the news of its end.
  private var brief: Int?
  /// What has happened and is not told yet, in the order of each instance.
  private var news: [GraphEvent] = []
  private var begins = 0, settlings = 0
  private var isIdle = true
  /// When each was started again by its rule since somebody did something by hand.
  private var restarts: [[UInt64]]
  private var counted: [Int]
  /// Whether things only go well from now on.
  private var isKind = false
  private(set) var problems: [String] = []

  init(seed: UInt64) {
    dice = Dice(seed)
    nodes = Self.nodes(&dice)
    machine = GraphMachine(ProcessGraph(nodes: nodes), seed: seed)
    bodies = Array(repeating: Body(), count: nodes.count)
    restarts = Array(repeating: [], count: nodes.count)
    counted = Array(repeating: 0, count: nodes.count)
  }

  private static func nodes(_ dice: inout Dice) -> [ProcessNode] {
    (0..<(2 + dice.below(4))).map { process in
      var node = ProcessNode(name: "p\(process)")
      for other in 0..<process where dice.chance(40) {
        let conditions: [ProcessDependency.Condition] = [.started, .ready, .completed, .completedOK]
        node.dependencies.append(
          ProcessDependency(
            process: other, condition: conditions[dice.below(4)],
            timeout: dice.chance(40) ? UInt64(dice.below(3000)) : nil, isRequired: dice.chance(75)))
      }
      node.restart.policy = [.never, .always, .onFailure][dice.below(3)]
      node.restart.successCodes = dice.chance(20) ? [3] : []
      node.restart.delay = UInt64([0, 0, 100][dice.below(3)])
      node.restart.backoff = UInt64([0, 50, 400][dice.below(3)])
      node.restart.cap = 1000
      node.restart.limit = dice.below(5)
      node.restart.window = UInt64([0, 500, 5000][dice.below(3)])
      node.restart.resetAfter = .max
      node.stop.timeout = UInt64([0, 100, 1000][dice.below(3)])
      if dice.chance(10) { node.stop.signal = 9 }
      if dice.chance(40) {
        node.readiness = ReadinessProbe(dice.chance(50) ? .tcp(1) : .log("up"))
        if dice.chance(30) { node.readiness?.deadline = UInt64(dice.below(2000)) }
      }
      node.isOneshot = dice.chance(20)
      if dice.chance(35) { node.group = "g" }
      return node
    }
  }

  /// Some steps of what can happen, then everything must come to rest.
  mutating func run(steps: Int) {
    tell(.begin)
    for _ in 0..<steps where problems.isEmpty { step() }
    if dice.chance(50) {
      endByStop()
    } else {
      comeToRest()
    }
  }

  private mutating func step() {
    switch dice.below(20) {
    case 0..<9: if !tellNews() { happen() }
    case 9..<14: happen()
    case 14..<18: pass()
    default: byHand()
    }
  }

  private mutating func byHand() {
    let chosen = (0..<(1 + dice.below(2))).map { _ in dice.below(nodes.count) }
    let some = dice.chance(30) ? nil : Array(Set(chosen)).sorted()
    for process in some ?? Array(nodes.indices) { restarts[process] = [] }
    // The budget of a group is one.
    if let some, some.contains(where: { nodes[$0].group != nil }) {
      for process in nodes.indices where nodes[process].group != nil { restarts[process] = [] }
    }
    switch dice.below(9) {
    case 0, 1: tell(.stop(some))
    case 2, 3: tell(.start(some))
    case 4, 5, 6: tell(.restart(some))
    case 7: tell(.kill(some))
    default: tell(.begin)
    }
  }

  private mutating func pass() {
    guard let next = machine.nextMoment else { return now += UInt64(dice.below(300)) }
    if dice.chance(60) { now = max(now, next) } else { now += UInt64(dice.below(200)) }
    tell(.moment)
  }
}

// What happens in the world.
extension ModelWorld {
  /// Something happens to one process that is there.
  private mutating func happen() {
    let process = dice.below(nodes.count)
    let instance = Instance(process: process, generation: bodies[process].generation)
    guard instance.generation > 0, !bodies[process].isFailed else { return }
    guard bodies[process].isStarted else {
      if bodies[process].isKilled || !isKind && dice.chance(15) {
        bodies[process].isFailed = true
        return news.append(.spawnFailed(instance, "no such file"))
      }
      bodies[process].isStarted = true
      bodies[process].hasLeader = true
      bodies[process].hasRest = dice.chance(30)
      return news.append(.spawned(instance))
    }
    if bodies[process].hasLeader, !bodies[process].isReady, nodes[process].readiness != nil, isKind || dice.chance(60) {
      bodies[process].isReady = true
      return news.append(.ready(instance))
    }
    // The last word on it came before an earlier one, and is said again.
    if isKind, bodies[process].hasLeader, bodies[process].isReady, machine.status(of: process).state != .ready {
      if dice.chance(50) { return news.append(.ready(instance)) }
    }
    if bodies[process].hasLeader, bodies[process].isReady, !isKind, dice.chance(10) {
      bodies[process].isReady = false
      return news.append(.unready(instance))
    }
    if bodies[process].hasLeader,
      bodies[process].isKilled || !isKind && dice.chance(50) || isKind && nodes[process].isOneshot
    {
      return end(instance)
    }
    if bodies[process].hasRest, bodies[process].isKilled || dice.chance(30) {
      bodies[process].hasRest = false
      if !bodies[process].hasLeader { news.append(.emptied(instance)) }
    }
  }

  private mutating func end(_ instance: Instance) {
    bodies[instance.process].hasLeader = false
    let endings: [Ending] = [
      .exited(code: 0), .exited(code: 1), .exited(code: 3), .exited(code: 125), .killed(signal: 11),
    ]
    news.append(.ended(instance, isKind ? endings[0] : endings[dice.below(endings.count)]))
    if !bodies[instance.process].hasRest { news.append(.emptied(instance)) }
  }

  /// Tells one of the things that have happened, not always the first one; false when there is none.
  private mutating func tellNews() -> Bool {
    guard !news.isEmpty else { return false }
    let event = news.remove(at: dice.below(min(news.count, 4)))
    tell(event)
    if dice.chance(5) { tell(event) }
    return true
  }
}

// What the graph is told, and what it does.
extension ModelWorld {
  private mutating func tell(_ event: GraphEvent) {
    if case .begin = event { begins += 1 }
    brief = nil
    note(event)
    for action in machine.handle(event, at: now) { check(action, event) }
    checkStates()
  }

  private mutating func note(_ event: GraphEvent) {
    func isPresent(_ instance: Instance) -> Bool { bodies[instance.process].generation == instance.generation }
    switch event {
    case .spawned(let instance) where isPresent(instance): bodies[instance.process].heardUp = true
    case .spawnFailed(let instance, _) where isPresent(instance):
      if !bodies[instance.process].heardUp { bodies[instance.process].heardFailure = true }
      bodies[instance.process].lastEnding = nil
    case .ready(let instance) where isPresent(instance): bodies[instance.process].heardReady = true
    case .unready(let instance) where isPresent(instance): bodies[instance.process].heardReady = false
    case .ended(let instance, let ending) where isPresent(instance):
      brief = bodies[instance.process].heardUp ? nil : instance.process
      bodies[instance.process].heardUp = true
      bodies[instance.process].heardEnd = true
      bodies[instance.process].lastEnding = ending
    case .emptied(let instance) where isPresent(instance): bodies[instance.process].heardEmpty = true
    default: break
    }
  }

  private mutating func check(_ action: GraphAction, _ event: GraphEvent) {
    switch action {
    case .spawn(let instance): checkSpawn(instance, event)
    case .signal(let instance, _):
      present(instance, "signalled")
      if !bodies[instance.process].heardUp { problems.append("\(instance) is signalled before it is its program") }
      if dice.chance(60), bodies[instance.process].hasLeader { end(instance) }
    case .signalRest(let instance, _):
      present(instance, "signalled")
      if bodies[instance.process].hasLeader {
        problems.append("the rest of \(instance) is signalled beside its leader")
      }
    case .kill(let instance):
      present(instance, "killed")
      // Before there is anything, there is nothing to be killed.
      if bodies[instance.process].isStarted || dice.chance(50) { bodies[instance.process].isKilled = true }
    case .beginProbe(let instance):
      // A log is watched from before the start.
      if bodies[instance.process].generation + 1 != instance.generation { present(instance, "probed") }
    case .endProbe(let instance):
      if bodies[instance.process].generation != instance.generation { problems.append("\(instance) is not probed") }
    case .changed: break
    case .settled: settlings += 1
    case .idle:
      isIdle = true
      if bodies.contains(where: { !$0.isGone }) { problems.append("idle, and something is there") }
    }
  }

  private mutating func present(_ instance: Instance, _ what: String) {
    let body = bodies[instance.process]
    if body.generation != instance.generation || body.isGone { problems.append("\(instance) is \(what) and not there") }
  }

  private mutating func checkSpawn(_ instance: Instance, _ event: GraphEvent) {
    let process = instance.process
    if !bodies[process].isGone { problems.append("two generations of \(process) at \(event)") }
    if instance.generation != bodies[process].generation + 1 { problems.append("\(instance) is not the next one") }
    for dependency in nodes[process].dependencies where dependency.isRequired {
      if !isMet(dependency) { problems.append("\(instance) is spawned without its dependency at \(event)") }
    }
    let ending = bodies[process].lastEnding
    bodies[process] = Body(generation: instance.generation)
    bodies[process].lastEnding = ending
    isIdle = false
  }

  private func isMet(_ dependency: ProcessDependency) -> Bool {
    let body = bodies[dependency.process]
    let node = nodes[dependency.process]
    let isUp = body.heardUp && !body.heardEnd || brief == dependency.process
    let endedWell: Bool =
      switch body.lastEnding {
      case .exited(let code)?: body.isGone && (code == 0 || node.restart.successCodes.contains(code))
      case .killed?, nil: false
      }
    switch dependency.condition {
    case .started: return isUp || endedWell
    case .ready: return endedWell || isUp && (node.readiness == nil || body.heardReady)
    case .completed: return body.isGone && body.lastEnding != nil
    case .completedOK: return endedWell
    }
  }

  private mutating func checkStates() {
    for process in nodes.indices {
      let status = machine.status(of: process)
      if (status.instance != nil) == bodies[process].isGone { problems.append("\(process): an instance, or none") }
      if status.state == .blocked { checkBlocked(process, status) }
      if status.state == .backoff, let until = status.backoff?.until, until != .max, until > now {
        if (machine.nextMoment ?? .max) > until {
          problems.append("\(process) waits for a moment that is not asked for")
        }
      }
      if status.restarts > counted[process] {
        counted[process] = status.restarts
        countRestart(process)
      }
    }
    if settlings > begins { problems.append("settled more often than begun") }
  }

  private mutating func checkBlocked(_ process: Int, _ status: NodeStatus) {
    guard let block = status.blockedBy, let condition = block.condition else {
      return problems.append("\(process) is blocked by nothing")
    }
    let dependency = nodes[process].dependencies.first { $0.process == block.process && $0.condition == condition }
    switch machine.status(of: block.process).state {
    case .failed, .disabled, .completed, .pending: problems.append("\(process) waits for one that never comes")
    default: break
    }
    if let timeout = dependency?.timeout, (machine.nextMoment ?? .max) > status.since + timeout, timeout > 0 {
      problems.append("\(process) waits longer than it may")
    }
  }

  /// Each decision to start again counts for some time; what follows of the last one may come later.
  private mutating func countRestart(_ process: Int) {
    restarts[process].append(now)
    let rule = nodes[process].restart
    let recent = restarts[process].count { rule.window == 0 || now - $0 < rule.window }
    if recent > rule.limit + 1 { problems.append("\(process) is started again too often: \(restarts[process])") }
  }
}

// The end.
extension ModelWorld {
  /// After a stop of all, and with an environment that answers, nothing is left.
  private mutating func endByStop() {
    tell(.stop(nil))
    settle { $0.bodies.allSatisfy(\.isGone) && $0.news.isEmpty }
    if !isIdle { problems.append("it never became idle") }
    if machine.nextMoment != nil { problems.append("it waits for a moment although nothing is left") }
    for process in nodes.indices {
      switch machine.status(of: process).state {
      case .disabled, .completed, .failed: break
      default: problems.append("\(process) is \(machine.status(of: process).state) after a stop")
      }
    }
    if settlings != begins { problems.append("begun \(begins) times, settled \(settlings) times") }
  }

  /// When nothing goes wrong any more, every wait ends.
  private mutating func comeToRest() {
    isKind = true
    settle { world in
      world.news.isEmpty
        && world.nodes.indices.allSatisfy { process in
          let status = world.machine.status(of: process)
          return switch status.state {
          case .running: !world.nodes[process].isOneshot && world.nodes[process].readiness == nil
          case .ready: !world.nodes[process].isOneshot
          // What waits for the end of something that does not end waits as long as it was told to.
          case .blocked:
            status.blockedBy.map { $0.condition == .completed || $0.condition == .completedOK } ?? false
              || status.blockedBy.map { world.machine.status(of: $0.process).state == .blocked } ?? false
          case .completed, .failed, .disabled, .unhealthy: true
          case .pending, .starting, .stopping, .backoff: false
          }
        }
    }
  }

  private mutating func settle(_ isOver: (ModelWorld) -> Bool) {
    for _ in 0..<20_000 where problems.isEmpty {
      if isOver(self) { return }
      if dice.chance(70), tellNews() { continue }
      if dice.chance(70) { happen() } else { pass() }
    }
    if problems.isEmpty {
      problems.append("it does not come to rest: \(nodes.indices.map { machine.status(of: $0).state.rawValue })")
    }
  }
}
