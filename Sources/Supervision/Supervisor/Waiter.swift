internal import Diagnostics
internal import Linux

/// A request that is answered when its processes have come as far as it wants them.
final class Waiter {
  enum Goal {
    /// None of it runs, and none is going to; those are the instances that shall end.
    case stopped(last: [Int])
    /// The same, and then the request goes on: it is told, and answered when what it has asked for is over.
    case stoodAside(last: [Int])
    /// Another instance than before has become its program, or cannot.
    case restarted(after: [Int])
    /// Whatever ran is gone.
    case gone([Instance?])
  }

  let call: ControlCall
  let processes: [Int]
  let goal: Goal
  /// Taken back when it is answered.
  var reminder: Moments.Moment?

  init(_ call: ControlCall, _ processes: [Int], _ goal: Goal) {
    self.call = call
    self.processes = processes
    self.goal = goal
  }

  /// Those that are not there yet.
  func laggards(_ supervisor: borrowing Supervisor) -> [Int] {
    processes.indices.filter { !hasArrived($0, supervisor) }.map { processes[$0] }
  }

  /// Why it never will come as far, as somebody else has asked for the opposite meanwhile.
  func obstacle(_ supervisor: borrowing Supervisor) -> String? {
    for (index, process) in processes.enumerated() {
      let name = supervisor.capsule.graph.nodes[process].name
      switch goal {
      case .stopped(let last), .stoodAside(let last):
        if supervisor.generations[process] > last[index] { return "\(name) was started again meanwhile" }
      case .restarted:
        if supervisor.machine.status(of: process).state == .disabled { return "\(name) was stopped meanwhile" }
      case .gone: continue
      }
    }
    return nil
  }

  private func hasArrived(_ index: Int, _ supervisor: borrowing Supervisor) -> Bool {
    let process = processes[index]
    let status = supervisor.machine.status(of: process)
    switch goal {
    case .stopped, .stoodAside:
      switch status.state {
      case .disabled, .failed, .completed: return supervisor.lives[process] == nil
      case .pending, .blocked, .starting, .running, .ready, .unhealthy, .stopping, .backoff: return false
      }
    case .restarted(let before):
      switch status.state {
      case .failed, .blocked, .backoff: return true
      case .running, .ready, .unhealthy, .completed: return supervisor.generations[process] > before[index]
      case .pending, .starting, .stopping, .disabled: return false
      }
    case .gone(let before):
      return before[index] == nil || supervisor.lives[process]?.instance != before[index]
    }
  }
}

extension Supervisor {
  /// Answers a request now if it can be, or when it can.
  func wait(_ call: ControlCall, for processes: [Int], _ goal: Waiter.Goal) throws(SysError) {
    let waiter = Waiter(call, processes, goal)
    guard try !answer(waiter) else { return }
    waiters.append(waiter)
    try remind(waiter)
  }

  /// Whoever waits for long is told for whom.
  private func remind(_ waiter: Waiter) throws(SysError) {
    waiter.reminder = try moments.after(Self.patience) { [unowned self] () throws(SysError) in
      if waiter.call.isGone { return waiters.removeAll { $0 === waiter } }
      var blockers: [Blocker] = []
      for process in waiter.laggards(self) { try add(process, to: &blockers) }
      waiter.call.progress(blockedBy: blockers)
      try remind(waiter)
    }
  }

  private static let patience: UInt64 = 2000
  private static let mostBlockers = 20

  private func add(_ process: Int, to blockers: inout [Blocker]) throws(SysError) {
    let name = capsule.graph.nodes[process].name
    let ids = try lives[process]?.tree?.processes() ?? []
    if ids.isEmpty { blockers.append(Blocker(process: name)) }
    for id in ids.prefix(Self.mostBlockers) {
      blockers.append(Blocker(process: name, pid: id, command: Self.command(of: id)))
    }
  }

  /// What it is called; nil when it has just gone.
  private static func command(of id: CInt) -> String? {
    do throws(SysError) {
      let path = "/proc/\(id)/comm"
      return String(decoding: try Descriptor.open(path, .read).readAll(of: path, limit: 64), as: UTF8.self)
        .split(separator: "\n").first.map(String.init)
    } catch {
      return nil
    }
  }

  func answerWaiters() throws(SysError) {
    guard !waiters.isEmpty else { return }
    var left: [Waiter] = []
    for waiter in waiters {
      if try answer(waiter) {
        if let reminder = waiter.reminder { moments.takeBack(reminder) }
      } else {
        left.append(waiter)
      }
    }
    waiters = left
  }

  private func answer(_ waiter: Waiter) throws(SysError) -> Bool {
    if waiter.call.isGone { return true }
    if let obstacle = waiter.obstacle(self) {
      waiter.call.fail(ControlFailure.wrongState, obstacle)
      return true
    }
    guard waiter.laggards(self).isEmpty else { return false }
    if case .stoodAside = waiter.goal {
      waiter.call.progress(.object([.init("stood_aside", .bool(true))]))
      return true
    }
    waiter.call.reply(waiter.processes.map { status(of: $0) })
    return true
  }
}
