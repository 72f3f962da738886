internal import Linux
internal import ManifestFormat
package import Planning

/// The processes of a capsule over time: which are to run, to wait, to end, and to be started again. It does nothing itself: events go
/// in, actions come out. It knows no clock and no descriptor, and the same events at the same moments give the same actions.
///
/// What it may rely on: each `spawn` is answered by `spawned` or `spawnFailed`, after which nothing of that instance is left; each
/// instance that was spawned by `ended` and `emptied`, in any order and also before `spawned`.
package struct GraphMachine {
  let nodes: [ProcessNode]
  /// Those that depend on a process, by its place.
  let dependents: [[Int]]
  /// Whether it matters for the whole that this one can be had: nobody depends on it, or somebody who cannot do without.
  private let isNeeded: [Bool]
  var groups: ProcessGroups

  var lives: [NodeLife]
  var ledgers: [RestartLedger]
  var random: Jitter
  /// The moment of the present event.
  var now: UInt64 = 0
  var actions: [GraphAction] = []

  private var moments = MomentQueue()
  private var tally = StandingTally()
  /// Processes that changed in this event, each once, and those of them whose dependents have not been looked at.
  private var changed: [Int] = []
  private var isChanged: [Bool]
  private var unseen: [Int] = []
  /// How many starts of all have not come to their end.
  private var unsettled = 0
  private var wasIdle = true

  package init(_ graph: ProcessGraph, seed: UInt64) {
    nodes = graph.nodes
    let groups = ProcessGroups(graph.nodes)
    self.groups = groups
    lives = Array(repeating: NodeLife(), count: nodes.count)
    isChanged = Array(repeating: false, count: nodes.count)
    ledgers = graph.nodes.indices.map { RestartLedger(groups.ledgerRules(of: $0, graph.nodes)) }
    random = Jitter(seed: seed)
    var dependents: [[Int]] = Array(repeating: [], count: nodes.count)
    var isOptional = Array(repeating: false, count: nodes.count)
    var isRequired = isOptional
    for (process, node) in nodes.enumerated() {
      for dependency in node.dependencies {
        dependents[dependency.process].append(process)
        if dependency.isRequired {
          isRequired[dependency.process] = true
        } else {
          isOptional[dependency.process] = true
        }
      }
    }
    self.dependents = dependents
    isNeeded = nodes.indices.map { isRequired[$0] || !isOptional[$0] }
    tally.add(Standing(), times: nodes.count)
  }

  /// The next moment at which `moment` is to be told; nil when nothing waits for time alone.
  package var nextMoment: UInt64? { moments.first?.moment }

  /// Takes an event in, and returns what is to be done. Moments never go back.
  package mutating func handle(_ event: GraphEvent, at now: UInt64) -> [GraphAction] {
    self.now = max(self.now, now)
    actions = []
    take(event)
    lookAtDependents()
    conclude()
    return actions
  }

  private mutating func take(_ event: GraphEvent) {
    switch event {
    case .begin:
      unsettled += 1
      wasIdle = false
      start(Array(nodes.indices), alsoCompleted: true)
    case .spawned(let instance): if isPresent(instance) { spawned(instance.process) }
    case .spawnFailed(let instance, let problem): if isPresent(instance) { spawnFailed(instance.process, problem) }
    case .ready(let instance): if isPresent(instance) { ready(instance.process) }
    case .unready(let instance): if isPresent(instance) { unready(instance.process) }
    case .ended(let instance, let ending): if isPresent(instance) { ended(instance.process, ending) }
    case .emptied(let instance): if isPresent(instance) { emptied(instance.process) }
    case .moment: fireMoments()
    case .stop(let processes): stop(processes ?? Array(nodes.indices))
    case .start(let processes): start(processes ?? Array(nodes.indices), alsoCompleted: processes != nil)
    case .restart(let processes): restart(processes ?? Array(nodes.indices))
    case .kill(let processes): kill(processes ?? Array(nodes.indices))
    }
  }

  private func isPresent(_ instance: Instance) -> Bool {
    lives.indices.contains(instance.process) && lives[instance.process].generation == instance.generation
      && lives[instance.process].stage != .none
  }

  private mutating func fireMoments() {
    while let first = moments.first, first.moment <= now {
      moments.removeFirst()
      guard lives[first.process].timer == first.moment else { continue }
      lives[first.process].timer = .max
      fire(first.process)
      lookAtDependents()
    }
  }

  private mutating func fire(_ process: Int) {
    switch lives[process].state {
    case .blocked: consider(process)
    case .backoff:
      if lives[process].waitsForGroup { releaseGroup(of: process) } else { consider(process) }
    case .stopping: killNow(process)
    case .running: overdue(process)
    case .starting: giveUpStart(process)
    case .pending, .ready, .unhealthy, .completed, .failed, .disabled: break
    }
  }

  private mutating func conclude() {
    for process in changed {
      isChanged[process] = false
      actions.append(.changed(process: process))
    }
    changed.removeAll(keepingCapacity: true)
    while let first = moments.first, lives[first.process].timer != first.moment { moments.removeFirst() }
    if unsettled > 0, tally.missing > 0 || tally.underWay == 0 {
      for _ in 0..<unsettled { actions.append(.settled(isWhole: tally.missing == 0)) }
      unsettled = 0
    }
    let isIdle = tally.active == 0
    if isIdle, !wasIdle { actions.append(.idle) }
    wasIdle = isIdle
  }
}

// What every change goes through.
extension GraphMachine {
  func instance(_ process: Int) -> Instance { Instance(process: process, generation: lives[process].generation) }

  /// A moment in the future; what does not fit is never.
  func moment(in span: UInt64) -> UInt64 {
    let (sum, overflows) = now.addingReportingOverflow(span)
    return overflows ? .max : sum
  }

  mutating func setTimer(_ process: Int, _ moment: UInt64) {
    guard lives[process].timer != moment else { return }
    lives[process].timer = moment
    if moment != .max { moments.add(moment, for: process) }
  }

  /// Changes what others see of a process, or depend on.
  mutating func change(_ process: Int, _ change: (inout NodeLife) -> Void) {
    tally.remove(standing(of: process))
    let state = lives[process].state
    change(&lives[process])
    if lives[process].state != state { lives[process].since = now }
    tally.add(standing(of: process))
    // Also when all is over again at the end of this event.
    if standing(of: process).isActive { wasIdle = false }
    unseen.append(process)
    if !isChanged[process] {
      isChanged[process] = true
      changed.append(process)
    }
  }

  /// Whoever waits for a process that changed is looked at again, and whoever waits for those.
  mutating func lookAtDependents() {
    var next = 0
    while next < unseen.count {
      let process = unseen[next]
      next += 1
      for dependent in dependents[process] where concerns(process, dependent) { consider(dependent) }
    }
    unseen.removeAll(keepingCapacity: true)
  }

  /// Why a start of all cannot become whole for want of this one; nil where that has another reason, or none.
  package func shortcoming(of process: Int) -> String? {
    guard standing(of: process).isMissing else { return nil }
    return switch lives[process].state {
    case .running: "not ready in \(TimeSpan.text(.milliseconds(ReadinessProbe.patience)))"
    case .completed: "it ended before it was ready"
    case .failed, .disabled: lives[process].reason ?? ""
    case .pending, .blocked, .starting, .ready, .unhealthy, .stopping, .backoff: nil
    }
  }

  private func standing(of process: Int) -> Standing {
    let life = lives[process]
    let hasProbe = nodes[process].readiness != nil
    let isOneshot = nodes[process].isOneshot
    return switch life.state {
    case .pending: Standing(isActive: life.isWanted)
    case .blocked, .starting, .stopping, .backoff: Standing(isActive: true)
    case .running:
      Standing(isActive: true, hasArrived: !hasProbe && !isOneshot, isMissing: life.isLate && isNeeded[process])
    case .ready, .unhealthy: Standing(isActive: true, hasArrived: !isOneshot)
    case .completed: Standing(hasArrived: true, isMissing: hasProbe && !isOneshot && !life.wasReady)
    case .failed: Standing(hasArrived: true, isMissing: isNeeded[process])
    case .disabled: Standing(hasArrived: true, isMissing: true)
    }
  }
}

/// The groups in which all are started again when one is.
struct ProcessGroups {
  private(set) var members: [[Int]] = []
  private(set) var names: [String] = []
  /// When the next start of each may be.
  var moments: [UInt64] = []
  private var numbers: [Int?]

  init(_ nodes: [ProcessNode]) {
    numbers = []
    var known: [String: Int] = [:]
    for (process, node) in nodes.enumerated() {
      let number = node.group.map { known[$0] ?? known.count }
      numbers.append(number)
      guard let number, let name = node.group else { continue }
      if number == members.count {
        known[name] = number
        members.append([])
        names.append(name)
        moments.append(0)
      }
      members[number].append(process)
    }
  }

  func number(of process: Int) -> Int? { numbers[process] }

  /// The rules for which the ledger of a process counts.
  func ledgerRules(of process: Int, _ nodes: [ProcessNode]) -> [RestartRule] {
    guard let group = numbers[process] else { return [nodes[process].restart] }
    return members[group][0] == process ? members[group].map { nodes[$0].restart } : []
  }

  /// The process whose ledger counts for this one: that of a whole group is its first one's.
  func ledger(of process: Int) -> Int { numbers[process].map { members[$0][0] } ?? process }
}
