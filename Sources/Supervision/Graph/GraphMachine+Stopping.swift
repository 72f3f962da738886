internal import Linux
internal import Planning

// What is asked for by hand; never followed by the restart rule.
extension GraphMachine {
  mutating func start(_ processes: [Int], alsoCompleted: Bool) {
    var fresh: [Int] = []
    for process in processes {
      if lives[process].stage != .none {
        startAfterEnd(process)
      } else if lives[process].state != .blocked, alsoCompleted || lives[process].state != .completed {
        fresh.append(process)
      }
    }
    startNow(fresh)
  }

  /// One that is just ending is started again after that; one that runs is left alone.
  private mutating func startAfterEnd(_ process: Int) {
    guard !lives[process].isUndisturbed, lives[process].next != .group else { return }
    lives[process].next = .start(at: 0)
    lives[process].cause = .hand
    ledgers[groups.ledger(of: process)].reset()
  }

  private mutating func startNow(_ processes: [Int]) {
    // All of them are wanted before the first is looked at, which may wait for the last.
    for process in processes {
      ledgers[groups.ledger(of: process)].reset()
      setTimer(process, .max)
      change(process) {
        $0.state = .pending
        $0.isWanted = true
        $0.cause = .hand
        ($0.reason, $0.lacking, $0.waitsForGroup) = (nil, nil, false)
      }
    }
    for process in processes where lives[process].state == .pending { consider(process) }
  }

  mutating func restart(_ processes: [Int]) {
    var fresh: [Int] = []
    var present: [Int] = []
    for process in processes {
      if lives[process].stage == .none {
        if lives[process].state != .blocked { fresh.append(process) }
      } else {
        present.append(process)
        lives[process].cause = .hand
        ledgers[groups.ledger(of: process)].reset()
      }
    }
    stopInOrder(present, among: processes) { _ in .start(at: 0) }
    startNow(fresh)
  }

  mutating func stop(_ processes: [Int]) {
    stopInOrder(processes.filter { lives[$0].stage != .none }, among: processes) { life in
      if case .finish = life.next { life.next } else { .finish(.disabled, "stopped") }
    }
    for process in processes { disable(process, "stopped") }
  }

  mutating func kill(_ processes: [Int]) {
    for process in processes {
      disable(process, "killed")
      guard lives[process].stage != .none else { continue }
      endProbe(process)
      lives[process].next = .finish(.disabled, "killed")
      killNow(process)
      if lives[process].state != .stopping { change(process) { $0.state = .stopping } }
    }
  }

  /// One of which nothing is there and which would be started some time is not started any more.
  private mutating func disable(_ process: Int, _ reason: String) {
    guard lives[process].stage == .none else { return }
    switch lives[process].state {
    case .pending, .blocked, .backoff: finish(process, .disabled, reason)
    case .failed where lives[process].lacking != nil: finish(process, .disabled, reason)
    case .starting, .running, .ready, .unhealthy, .stopping, .completed, .failed, .disabled: break
    }
  }
}

// How something is stopped.
extension GraphMachine {
  func signal(of process: Int) -> Signal { Signal(rawValue: nodes[process].stop.signal) }

  /// Asks these to end, and says what follows then. Each is asked when those among the others that depend on it have ended, also by
  /// way of some that are not there any more.
  mutating func stopInOrder(_ processes: [Int], among others: [Int], _ next: (NodeLife) -> NodeLife.Next) {
    for process in others where !lives[process].isStopBlocker {
      lives[process].isStopBlocker = true
      for dependency in nodes[process].dependencies { lives[dependency.process].stopBlockers += 1 }
    }
    for process in processes {
      lives[process].next = next(lives[process])
      guard lives[process].isUndisturbed else { continue }
      endProbe(process)
      setTimer(process, .max)
      change(process) {
        $0.stopStep = .waiting
        $0.state = .stopping
      }
    }
    for process in others { proceedStop(process) }
  }

  /// When it is its turn, asks it to end; or those on which it depended, when it has.
  mutating func proceedStop(_ process: Int) {
    guard lives[process].stopBlockers == 0 else { return }
    if lives[process].stage == .none { return releaseStop(process) }
    guard lives[process].stopStep == .waiting else { return }
    guard signal(of: process) != .kill else { return killNow(process) }
    lives[process].stopStep = .asked
    setTimer(process, moment(in: nodes[process].stop.timeout))
    // What is not its program yet is told as soon as it is.
    if lives[process].stage == .up { actions.append(.signal(instance(process), signal(of: process))) }
  }

  /// Nothing has to wait any more for the end of this one.
  mutating func releaseStop(_ process: Int) {
    guard lives[process].isStopBlocker else { return }
    lives[process].isStopBlocker = false
    for dependency in nodes[process].dependencies {
      lives[dependency.process].stopBlockers -= 1
      proceedStop(dependency.process)
    }
  }
}

extension GraphMachine {
  package func status(of process: Int) -> NodeStatus {
    let life = lives[process]
    let rule = nodes[process].restart
    let until =
      life.waitsForGroup ? groups.number(of: process).map { groups.moments[$0] } ?? now : life.timer
    return NodeStatus(
      state: life.state, instance: life.stage == .none ? nil : instance(process), blockedBy: block(of: process),
      restarts: life.restarts, manualRestarts: life.manualRestarts, ending: life.ending, problem: life.problem,
      reason: life.reason,
      backoff: life.state == .backoff
        ? NodeStatus.Backoff(
          attempt: ledgers[groups.ledger(of: process)].count(at: now, rule), limit: rule.limit, until: until) : nil,
      since: life.since, startedAt: life.stage == .none ? nil : life.startedAt)
  }

  private func block(of process: Int) -> NodeStatus.Block? {
    let life = lives[process]
    if life.state == .blocked, let blocker = life.blocker {
      let dependency = nodes[process].dependencies[blocker]
      return NodeStatus.Block(process: dependency.process, condition: dependency.condition)
    }
    guard life.stopStep == .waiting else { return nil }
    let blockers = dependents[process].filter { lives[$0].isStopBlocker }
    let blocker = blockers.first { lives[$0].stage != .none } ?? blockers.first
    return blocker.map { NodeStatus.Block(process: $0, condition: nil) }
  }
}
