internal import Linux
internal import Planning

// From running to what follows.
extension GraphMachine {
  /// One that never becomes its program leaves nothing behind.
  mutating func spawnFailed(_ process: Int, _ problem: String) {
    guard lives[process].stage == .starting else { return }
    endProbe(process)
    let problem = lives[process].overdue ?? problem
    lives[process].problem = problem
    lives[process].ending = nil
    if lives[process].next == .rule { decide(process, isClean: false, isFinal: false, problem) }
    gone(process)
  }

  mutating func ended(_ process: Int, _ ending: Ending) {
    guard lives[process].stage != .ended else { return }
    if lives[process].stage == .starting {
      // The news of its start comes later than that of its end: whoever waited for it to be started has waited long enough.
      lives[process].stage = .up
      lives[process].startedAt = now
      if lives[process].stopStep == .none {
        change(process) { $0.state = .running }
        if lives[process].isReadyEarly { ready(process) }
        lookAtDependents()
      }
    }
    endProbe(process)
    lives[process].stage = .ended
    lives[process].ending = ending
    lives[process].problem = nil
    if lives[process].next == .rule { decide(process, ending) }
    if lives[process].isEmptied { return gone(process) }
    // The others of one that was asked to end are asked as well, and have the rest of its time.
    if lives[process].stopStep == .asked {
      actions.append(.signalRest(instance(process), Signal(rawValue: nodes[process].stop.signal)))
    } else {
      killNow(process)
    }
    if lives[process].state != .stopping { change(process) { $0.state = .stopping } }
  }

  mutating func emptied(_ process: Int) {
    lives[process].isEmptied = true
    if lives[process].stage == .ended { gone(process) }
  }

  /// Ends every process of the present instance, once.
  mutating func killNow(_ process: Int) {
    guard lives[process].stopStep != .killed else { return }
    lives[process].stopStep = .killed
    setTimer(process, .max)
    actions.append(.kill(instance(process)))
  }

  /// Nothing of the present instance is left: only now another one may be made.
  private mutating func gone(_ process: Int) {
    let next = lives[process].next
    lives[process].stage = .none
    lives[process].next = .rule
    lives[process].stopStep = .none
    lives[process].overdue = nil
    setTimer(process, .max)
    proceedStop(process)
    switch next {
    case .rule: preconditionFailure("what ends is decided upon before it is gone")
    case .start(let moment): startAgain(process, at: moment)
    case .group: joinGroupWait(process)
    case .finish(let state, let reason): finish(process, state, reason)
    }
    releaseGroup(of: process)
  }

  mutating func finish(_ process: Int, _ state: ProcessState, _ reason: String?) {
    setTimer(process, .max)
    change(process) {
      $0.state = state
      $0.reason = reason
      ($0.blocker, $0.lacking, $0.waitsForGroup) = (nil, nil, false)
    }
  }

  private mutating func startAgain(_ process: Int, at moment: UInt64) {
    guard moment > now else { return consider(process) }
    change(process) {
      $0.state = .backoff
      $0.reason = nil
    }
    setTimer(process, moment)
  }
}

// The restart rule.
extension GraphMachine {
  /// With this exit code a program says that it is of no use to start it again.
  private static let finalCode: CInt = 125

  private mutating func decide(_ process: Int, _ ending: Ending) {
    if let overdue = lives[process].overdue {
      return decide(process, isClean: false, isFinal: false, overdue)
    }
    switch ending {
    case .exited(let code):
      let isClean = code == 0 || nodes[process].restart.successCodes.contains(code)
      decide(process, isClean: isClean, isFinal: code == Self.finalCode, "exit \(code)")
    case .killed(let signal): decide(process, isClean: false, isFinal: false, "signal \(signal)")
    }
  }

  /// What follows when the present instance is gone; the wait counts from now.
  private mutating func decide(_ process: Int, isClean: Bool, isFinal: Bool, _ reason: String) {
    let rule = nodes[process].restart
    let ledger = groups.ledger(of: process)
    if let startedAt = lives[process].startedAt, now - startedAt >= rule.resetAfter { ledgers[ledger].reset() }
    if isClean, isFinal || rule.policy != .always || nodes[process].isOneshot {
      return lives[process].next = .finish(.completed, nil)
    }
    guard !isFinal, rule.policy != .never else { return lives[process].next = .finish(.failed, reason) }
    guard let wait = ledgers[ledger].enter(at: now, rule, &random) else { return exhaust(process) }
    lives[process].cause = .rule
    lives[process].next = .start(at: moment(in: wait))
    if let group = groups.number(of: process) { restartGroup(group, for: process, at: moment(in: wait)) }
  }

  /// It was started again too often; a group that shall run as a whole then does not run at all.
  private mutating func exhaust(_ process: Int) {
    lives[process].next = .finish(.failed, "start-limit")
    guard let group = groups.number(of: process) else { return }
    let reason = "group \(groups.names[group]) failed with \(nodes[process].name)"
    let others = groups.members[group].filter { $0 != process }
    for other in others where lives[other].stage == .none {
      switch lives[other].state {
      case .blocked, .backoff: finish(other, .failed, reason)
      case .pending, .starting, .running, .ready, .unhealthy, .stopping, .completed, .failed, .disabled: break
      }
    }
    let running = others.filter { isLeftToRule($0) && lives[$0].next != .finish(.completed, nil) }
    stopInOrder(running, among: groups.members[group]) { _ in .finish(.failed, reason) }
  }

  /// Whether something of a process is there that nobody has decided upon by hand, and that is not over for good.
  private func isLeftToRule(_ process: Int) -> Bool {
    let life = lives[process]
    guard life.stage != .none else { return false }
    switch life.next {
    case .rule, .group, .finish(.completed, _): return true
    case .start: return life.cause != .hand
    case .finish: return false
    }
  }
}

// Groups in which all are started again when one is.
extension GraphMachine {
  private mutating func restartGroup(_ group: Int, for process: Int, at moment: UInt64) {
    groups.moments[group] = moment
    lives[process].next = .group
    var running: [Int] = []
    for other in groups.members[group] where other != process {
      if isLeftToRule(other) {
        running.append(other)
      } else if lives[other].stage == .none {
        switch lives[other].state {
        case .completed, .backoff: joinGroupWait(other)
        case .pending, .blocked, .starting, .running, .ready, .unhealthy, .stopping, .failed, .disabled: break
        }
      }
    }
    stopInOrder(running, among: groups.members[group]) { _ in .group }
  }

  private mutating func joinGroupWait(_ process: Int) {
    guard let group = groups.number(of: process) else { preconditionFailure("it belongs to no group") }
    change(process) {
      $0.state = .backoff
      $0.reason = nil
      $0.waitsForGroup = true
    }
    let moment = groups.moments[group]
    setTimer(process, moment > now ? moment : .max)
  }

  /// Starts those that wait for their group, as soon as all of it has ended and its wait is over.
  mutating func releaseGroup(of process: Int) {
    guard let group = groups.number(of: process), now >= groups.moments[group] else { return }
    let members = groups.members[group]
    guard !members.contains(where: { lives[$0].stage != .none && lives[$0].next == .group }) else { return }
    let waiting = members.filter { lives[$0].waitsForGroup }
    for member in waiting {
      setTimer(member, .max)
      change(member) {
        $0.state = .pending
        $0.isWanted = true
        $0.waitsForGroup = false
      }
    }
    for member in waiting { consider(member) }
  }
}
