import Linux
import Planning
import Supervision

// What the graph is told, and what it does.
extension ModelWorld {
  mutating func tell(_ event: GraphEvent) {
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
      if bodies[instance.process].isStarted || bodies[instance.process].isStuck || dice.chance(50) {
        bodies[instance.process].isKilled = true
      }
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
    bodies[process].isStuck = !isKind && dice.chance(5)
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
      if status.state == .starting, (machine.nextMoment ?? .max) > status.since + GraphMachine.longestStart {
        problems.append("\(process) may take for ever to start")
      }
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
