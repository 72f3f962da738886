import Linux
import Planning
import Supervision

/// A small world around a graph, which answers late and in any order, and watches what the graph does.
struct ModelWorld {
  /// What really is the case with the last instance of a process, whatever the graph has been told.
  struct Body {
    var generation = 0
    var isStarted = false, isFailed = false
    var hasLeader = false, hasRest = false
    var isKilled = false
    var isReady = false
    /// Whether it never becomes its program.
    var isStuck = false
    // What the graph has heard of it.
    var heardUp = false, heardReady = false, heardEnd = false, heardEmpty = false, heardFailure = false
    var lastEnding: Ending?

    /// Whether the graph may take it for gone.
    var isGone: Bool { generation == 0 || heardFailure || heardEnd && heardEmpty }
  }

  let nodes: [ProcessNode]
  var machine: GraphMachine
  var dice: Dice
  var now: UInt64 = 0
  var bodies: [Body]
  /// The one that is heard of for the first time by the news of its end.
  var brief: Int?
  /// What has happened and is not told yet, in the order of each instance.
  var news: [GraphEvent] = []
  var begins = 0, settlings = 0
  var isIdle = true
  /// When each was started again by its rule since somebody did something by hand.
  var restarts: [[UInt64]]
  var counted: [Int]
  /// Whether things only go well from now on.
  var isKind = false
  var problems: [String] = []

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
    default:
      // All of them, whoever was chosen.
      restarts = Array(repeating: [], count: nodes.count)
      tell(.begin)
    }
  }

  mutating func pass() {
    guard let next = machine.nextMoment else { return now += UInt64(dice.below(300)) }
    if dice.chance(60) { now = max(now, next) } else { now += UInt64(dice.below(200)) }
    tell(.moment)
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
