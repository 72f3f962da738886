internal import Linux
internal import Planning
internal import Sandbox

// What is told of it.
extension Supervisor {
  func status() -> CapsuleStatus {
    var status = CapsuleStatus(
      name: capsule.name, capsule: capsule.id ?? "", version: capsule.version, supervisor: CurrentProcess.id,
      started: startedAt, tier: capsule.plan.tier.rawValue, policyHash: capsule.policyHash,
      tracking: sandbox.tracking == .groups ? .cgroup : .mark, processes: lives.indices.map(measured))
    status.logTrouble = trouble
    status.provides = capsule.provides
    status.isForeground = capsule.isForeground
    status.isEnding = isEnding
    return status
  }

  /// With what it uses, which has to be looked up.
  private func measured(_ process: Int) -> ProcessStatus {
    var status = status(of: process)
    if let life = lives[process], let tree = life.tree {
      do throws(SysError) {
        try measure(tree, life, &status)
      } catch {
        // It goes on, whatever becomes of who looks at it.
        status.ioHidden = "\(error.call.rawValue) of its figures fails: \(error.errno.meaning)"
      }
    }
    return status
  }

  func status(of process: Int) -> ProcessStatus {
    let known = machine.status(of: process)
    var status = ProcessStatus(name: capsule.graph.nodes[process].name, state: known.state)
    status.generation = generations[process]
    status.restarts = known.restarts
    status.manualRestarts = known.manualRestarts
    status.ending = known.ending
    status.reason = reason(of: process, known)
    status.blockedBy = known.blockedBy.map { block in
      let name = capsule.graph.nodes[block.process].name
      return block.condition.map { "\(name) (\($0.rawValue))" } ?? name
    }
    if let backoff = known.backoff {
      status.backoff = ProcessBackoff(
        attempt: backoff.attempt, limit: backoff.limit,
        milliseconds: Int(backoff.until - min(backoff.until, Moments.now)))
    }
    if capsule.graph.nodes[process].readiness != nil { status.health = health(known.state) }
    guard let life = lives[process] else { return status }
    status.pid = life.process?.id
    if let begun = life.begun { status.uptimeMilliseconds = Int(Moments.now - begun) }
    return status
  }

  /// With what its last end does not tell by itself, as long as nothing has come after it.
  private func reason(of process: Int, _ known: NodeStatus) -> String? {
    let own = known.reason ?? known.problem
    guard lives[process]?.process == nil, let last = deaths[process].last?.reason else { return own }
    return own.map { "\($0); \(last)" } ?? last
  }

  private func health(_ state: ProcessState) -> ProcessHealth {
    switch state {
    case .ready: .healthy
    case .unhealthy: .unhealthy
    case .pending, .blocked, .starting, .running, .stopping, .backoff, .completed, .failed, .disabled: .unknown
    }
  }

  private func measure(_ tree: ProcessTree, _ life: InstanceLife, _ status: inout ProcessStatus) throws(SysError) {
    let usage = try tree.usage()
    let now = Moments.now
    let before = life.sample ?? UsageSample(at: life.begun ?? now, cpuMicroseconds: 0)
    if now > before.at, usage.cpuMicroseconds >= before.cpuMicroseconds {
      status.cpuPercent = Double(usage.cpuMicroseconds - before.cpuMicroseconds) / Double(now - before.at) / 10
    }
    // Looked at twice in a moment, the second look would tell of nothing.
    if now >= before.at + Self.shortestSample || life.sample == nil {
      life.sample = UsageSample(at: now, cpuMicroseconds: usage.cpuMicroseconds)
    }
    status.memoryBytes = Int(clamping: usage.memoryBytes)
    status.readBytes = usage.readBytes.map { Int(clamping: $0) }
    status.writtenBytes = usage.writtenBytes.map { Int(clamping: $0) }
    status.ioHidden = usage.whyNoIO
    status.processCount = usage.processes
  }

  private static let shortestSample: UInt64 = 200

  func tellChange(_ process: Int) throws(SysError) {
    control?.tell(.process(status(of: process)))
    if let manager { try manager.show(words) }
  }
}
