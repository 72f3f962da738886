internal import Linux
internal import ManifestFormat
internal import Planning

// From wanted to running.
extension GraphMachine {
  /// What may be hoped of a dependency.
  private enum Prospect {
    case met
    /// It may still come, until that moment.
    case open(until: UInt64)
    case hopeless(String)
  }

  /// Whether a dependent is waiting for what may have changed about a process.
  func concerns(_ process: Int, _ dependent: Int) -> Bool {
    let life = lives[dependent]
    switch life.state {
    case .blocked:
      if let blocker = life.blocker, nodes[dependent].dependencies[blocker].process == process { return true }
      let state = lives[process].state
      return state == .failed || state == .disabled || state == .completed
    case .failed:
      guard let lacking = life.lacking else { return false }
      let dependency = nodes[dependent].dependencies[lacking]
      return dependency.process == process && isMet(dependency.condition, process)
    case .pending, .starting, .running, .ready, .unhealthy, .stopping, .backoff, .completed, .disabled: return false
    }
  }

  /// Starts a process of which nothing is there, or lets it wait for others, or gives it up for want of them.
  mutating func consider(_ process: Int) {
    precondition(lives[process].stage == .none, "a second one would run beside the first")
    if lives[process].state != .blocked { lives[process].blockedSince = now }
    var deadline = UInt64.max
    var blocker: Int?
    for (number, dependency) in nodes[process].dependencies.enumerated() {
      switch prospect(dependency, waitingSince: lives[process].blockedSince) {
      case .met: continue
      case .open(let until):
        deadline = min(deadline, until)
        if blocker == nil { blocker = number }
      case .hopeless(let reason):
        if dependency.isRequired { return giveUp(process, for: number, reason) }
      }
    }
    if let blocker { block(process, by: blocker, until: deadline) } else { spawn(process) }
  }

  private func prospect(_ dependency: ProcessDependency, waitingSince since: UInt64) -> Prospect {
    let other = lives[dependency.process]
    if isMet(dependency.condition, dependency.process) { return .met }
    let name = nodes[dependency.process].name
    switch other.state {
    case .pending where !other.isWanted: return .hopeless("dependency \(name) is not started")
    case .disabled: return .hopeless("dependency \(name) was \(other.reason ?? "stopped")")
    case .failed: return .hopeless("dependency \(name) failed")
    case .completed: return .hopeless("dependency \(name) has ended")
    case .pending, .blocked, .starting, .running, .ready, .unhealthy, .stopping, .backoff: break
    }
    guard let timeout = dependency.timeout else { return .open(until: .max) }
    let (until, overflows) = since.addingReportingOverflow(timeout)
    guard !overflows, now >= until else { return .open(until: overflows ? .max : until) }
    let missed =
      switch dependency.condition {
      case .started: "started"
      case .ready: "ready"
      case .completed, .completedOK: "completed"
      }
    return .hopeless("dependency \(name) not \(missed) in \(TimeSpan.text(.milliseconds(timeout)))")
  }

  private func isMet(_ condition: ProcessDependency.Condition, _ process: Int) -> Bool {
    let life = lives[process]
    let node = nodes[process]
    switch (condition, life.state) {
    case (.started, .running), (.started, .ready), (.started, .unhealthy), (.started, .completed): return true
    case (.ready, .ready): return true
    case (.ready, .running): return node.readiness == nil && !node.isOneshot
    // What has ended serves nobody, unless that is what it was for, or nobody could ever tell.
    case (.ready, .completed): return node.isOneshot || node.readiness == nil
    case (.completedOK, .completed): return true
    case (.completed, .completed), (.completed, .failed): return life.hasRunItsCourse
    case (.started, _), (.ready, _), (.completed, _), (.completedOK, _): return false
    }
  }

  private mutating func block(_ process: Int, by blocker: Int, until deadline: UInt64) {
    if lives[process].state != .blocked || lives[process].blocker != blocker {
      change(process) {
        $0.state = .blocked
        $0.blocker = blocker
        $0.lacking = nil
        $0.reason = nil
      }
    }
    setTimer(process, deadline)
  }

  private mutating func giveUp(_ process: Int, for dependency: Int, _ reason: String) {
    setTimer(process, .max)
    change(process) {
      $0.state = .failed
      $0.blocker = nil
      $0.lacking = dependency
      $0.reason = reason
    }
  }

  private mutating func spawn(_ process: Int) {
    setTimer(process, .max)
    releaseStop(process)
    let now = now
    change(process) {
      if $0.cause == .rule { $0.restarts += 1 }
      if $0.cause == .hand, $0.generation > 0 { $0.manualRestarts += 1 }
      $0.generation += 1
      $0.state = .starting
      $0.stage = .starting
      ($0.isEmptied, $0.isReadyEarly, $0.wasReady, $0.isLate, $0.overdue) = (false, false, false, false, nil)
      ($0.blocker, $0.lacking, $0.startedAt, $0.reason) = (nil, nil, nil, nil)
      ($0.stopStep, $0.next, $0.cause) = (.none, .rule, .uncounted)
      // Also where the last one could not be made, and it is started again at once.
      $0.since = now
    }
    // What it writes must be watched from its first line on.
    if case .log = nodes[process].readiness?.way { beginProbe(process) }
    actions.append(.spawn(instance(process)))
    setTimer(process, moment(in: Self.longestStart))
  }

  /// Far longer than the making of any process takes. Nothing says when it would become its program, should somebody inside have
  /// stopped it on its way.
  package static var longestStart: UInt64 { 30_000 }

  /// One that takes too long to become its program counts as failed.
  mutating func giveUpStart(_ process: Int) {
    lives[process].overdue = "not started in \(TimeSpan.text(.milliseconds(Self.longestStart)))"
    killNow(process)
    change(process) { $0.state = .stopping }
  }

  mutating func spawned(_ process: Int) {
    guard lives[process].stage == .starting else { return }
    lives[process].stage = .up
    lives[process].startedAt = now
    switch lives[process].stopStep {
    case .none: break
    case .waiting: return
    // Whoever was asked for before could not be told yet.
    case .asked: return actions.append(.signal(instance(process), signal(of: process)))
    case .killed: return actions.append(.kill(instance(process)))
    }
    setTimer(process, .max)
    change(process) { $0.state = .running }
    guard nodes[process].readiness != nil else { return }
    if lives[process].isReadyEarly { return ready(process) }
    if !lives[process].isProbing { beginProbe(process) }
    waitUntilReady(process)
  }

  private mutating func beginProbe(_ process: Int) {
    lives[process].isProbing = true
    actions.append(.beginProbe(instance(process)))
  }

  mutating func endProbe(_ process: Int) {
    guard lives[process].isProbing else { return }
    lives[process].isProbing = false
    actions.append(.endProbe(instance(process)))
  }
}

// Readiness.
extension GraphMachine {
  mutating func ready(_ process: Int) {
    guard lives[process].isUndisturbed else { return }
    guard lives[process].stage == .up else { return lives[process].isReadyEarly = true }
    guard lives[process].state != .ready else { return }
    setTimer(process, .max)
    change(process) {
      $0.state = .ready
      $0.wasReady = true
      $0.isLate = false
    }
  }

  mutating func unready(_ process: Int) {
    lives[process].isReadyEarly = false
    guard lives[process].isUndisturbed, lives[process].state == .ready else { return }
    change(process) { $0.state = .unhealthy }
  }

  private mutating func waitUntilReady(_ process: Int) {
    guard let probe = nodes[process].readiness, let startedAt = lives[process].startedAt else { return }
    let patience = lives[process].isLate ? UInt64.max : ReadinessProbe.patience
    let (moment, overflows) = startedAt.addingReportingOverflow(min(patience, probe.deadline ?? .max))
    setTimer(process, overflows ? .max : moment)
  }

  /// One that runs is still not ready: it is stopped when it has a deadline, and else whoever started it waits no longer.
  mutating func overdue(_ process: Int) {
    guard let startedAt = lives[process].startedAt, let probe = nodes[process].readiness else { return }
    if let deadline = probe.deadline, now - startedAt >= deadline {
      lives[process].overdue = "not ready in \(TimeSpan.text(.milliseconds(deadline)))"
      return stopInOrder([process], among: [process]) { _ in .rule }
    }
    change(process) { $0.isLate = true }
    waitUntilReady(process)
  }
}
