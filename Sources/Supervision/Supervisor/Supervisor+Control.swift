internal import Diagnostics
package import Linux
internal import Planning
internal import Sandbox

// What is asked of it from outside.
extension Supervisor {
  /// Listens at its socket from now on.
  package func open(_ folder: borrowing ClaimedRunFolder) throws(SysError) -> ControlServer {
    try ControlServer(
      in: folder, on: loop, snapshot: { [unowned self] in status() },
      answer: { [unowned self] request, call in
        guarding { () throws(SysError) in try answer(request, call) }
      })
  }

  private func answer(_ request: ControlRequest, _ call: ControlCall) throws(SysError) {
    if isEnding, request.starts {
      return call.fail(ControlFailure.wrongState, "all of \(capsule.name) is being stopped")
    }
    if standAside != nil, request.starts {
      return call.fail(ControlFailure.wrongState, "\(capsule.name) stands aside for another version of it")
    }
    switch request {
    case .status: call.reply(status().json)
    case .history(let name): answerHistory(name, call)
    case .stop(let names):
      guard let processes = find(names, call) else { return }
      let last = processes.map { generations[$0] }
      try handle(.stop(names == nil ? nil : processes))
      try wait(call, for: processes, .stopped(last: last))
    case .start(let names):
      guard let processes = find(names, call) else { return }
      try handle(.start(names == nil ? nil : processes))
      try wait(call, for: processes, .restarted(after: processes.map { _ in 0 }))
    case .restart(let names):
      guard let processes = find(names, call) else { return }
      let before = processes.map { generations[$0] }
      try handle(.restart(names == nil ? nil : processes))
      try wait(call, for: processes, .restarted(after: before))
    case .kill(let names, let number):
      guard let processes = find(names, call) else { return }
      guard number == Signal.kill.rawValue else { return try pass(Signal(rawValue: number), to: processes, call) }
      let before = processes.map { lives[$0]?.instance }
      try handle(.kill(names == nil ? nil : processes))
      try wait(call, for: processes, .gone(before))
    case .signal(let name, let number): try signal(name, number, call)
    case .exec(let request): try beginGuest(request, call)
    case .shutdown:
      let last = generations
      try stopAll()
      try wait(call, for: Array(lives.indices), .stopped(last: last))
    case .standAside: try standAside(call)
    case .resume: try resume(call)
    case .takeOver: try takeOver(call)
    }
  }

  /// The processes of these names, all of them where nil; an unknown one is answered.
  private func find(_ names: [String]?, _ call: ControlCall) -> [Int]? {
    guard let names else { return Array(lives.indices) }
    var found: [Int] = []
    for name in names {
      guard let process = find(name, call) else { return nil }
      if !found.contains(process) { found.append(process) }
    }
    return found
  }

  func find(_ name: String, _ call: ControlCall) -> Int? {
    if let process = capsule.graph.nodes.firstIndex(where: { $0.name == name }) { return process }
    call.fail(.unknown(process: name, known: capsule.graph.nodes.map(\.name)))
    return nil
  }

  private func signal(_ name: String, _ number: Int32, _ call: ControlCall) throws(SysError) {
    guard let process = find(name, call) else { return }
    guard let running = lives[process]?.process else {
      return call.fail(ControlFailure.wrongState, "\(name) does not run")
    }
    try running.send(Signal(rawValue: number))
    call.reply(.object([.init("pid", .integer(Int64(running.id)))]))
  }

  /// Another signal than SIGKILL: their rules hold as if they had ended by themselves.
  private func pass(_ signal: Signal, to processes: [Int], _ call: ControlCall) throws(SysError) {
    for process in processes {
      try lives[process]?.process?.pass(signal)
    }
    call.reply(processes.map { status(of: $0) })
  }

  private func answerHistory(_ name: String?, _ call: ControlCall) {
    guard let processes = find(name.map { [$0] }, call) else { return }
    call.reply(history: processes.flatMap { deaths[$0] }.sorted { ($0.started, $0.process) < ($1.started, $1.process) })
  }
}

extension ControlRequest {
  /// Whether something runs afterwards that did not before.
  fileprivate var starts: Bool {
    switch self {
    case .start, .restart, .exec, .standAside, .takeOver: true
    case .status, .history, .stop, .kill, .signal, .shutdown, .resume: false
    }
  }
}
