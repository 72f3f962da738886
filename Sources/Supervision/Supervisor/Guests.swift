internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// Processes that somebody has started in the sandbox by hand: each lives as long as whoever asked for it stays.
struct Guests {
  fileprivate var present: [Guest] = []

  func abandon() throws(SysError) {
    for guest in present { try guest.end() }
  }
}

/// One of them.
private final class Guest {
  enum Phase {
    case joining(PendingJoin)
    case running(JoinedProcess)
  }

  let call: ControlCall
  let process: PlannedProcess
  var phase: Phase
  var watch: EventLoop.Watch?

  init(_ call: ControlCall, _ process: PlannedProcess, _ pending: PendingJoin) {
    self.call = call
    self.process = process
    phase = .joining(pending)
  }

  func end() throws(SysError) {
    switch phase {
    case .joining(let pending): try pending.abandon()
    case .running(let process):
      try process.tree.kill()
      try process.send(.kill)
      let (_, _) = try process.reap()
    }
  }
}

extension Supervisor {
  func beginGuest(_ request: ExecRequest, _ call: ControlCall) throws(SysError) {
    let name = request.process ?? capsule.graph.nodes[0].name
    guard let index = find(name, call) else { return }
    var process = capsule.plan.processes[index].running(request.arguments).adding(request.environment)
    if let folder = request.workingFolder { process.workingFolder = folder }
    if let kind = request.terminal?.kind, !process.environment.contains(where: { $0.utf8.starts(with: "TERM=".utf8) }) {
      process = process.adding(["TERM=" + kind])
    }
    let pending: PendingJoin
    do throws(SetUpFailure) {
      pending = try sandbox.begin(process, generation: 0, streams: call.takeStreams(request.terminal))
    } catch {
      return refuse(call, error, process)
    }
    let guest = Guest(call, process, pending)
    guests.present.append(guest)
    guest.watch = try loop.watch(pending.number) { [unowned self] _ throws(SysError) in try advance(guest) }
    call.onGone = { [unowned self] in guarding { () throws(SysError) in try dismiss(guest) } }
  }

  private func advance(_ guest: Guest) throws(SysError) {
    switch guest.phase {
    case .joining(let pending):
      let made: JoinedProcess?
      do throws(SetUpFailure) {
        made = try pending.advance()
      } catch {
        refuse(guest.call, error, guest.process)
        try stopWatching(guest)
        guests.present.removeAll { $0 === guest }
        return
      }
      guard let process = made else { return }
      try stopWatching(guest)
      guest.phase = .running(process)
      guest.watch = try loop.watch(process.number) { [unowned self] _ throws(SysError) in try advance(guest) }
      guest.call.progress(
        .object([.init("pid", .integer(Int64(process.id)))]), with: process.takeTerminal()?.toSend)
    case .running(let process):
      try stopWatching(guest)
      let (ending, _) = try process.reap()
      try bury(process.tree)
      guests.present.removeAll { $0 === guest }
      guest.call.reply(.object([.init("exit_code", .integer(Int64(ending.exitCode)))]))
    }
  }

  /// It has not become its program: with the exit code that a shell would give it.
  private func refuse(_ call: ControlCall, _ error: SetUpFailure, _ process: PlannedProcess) {
    let problem = capsule.describe(error, process)
    call.fail(
      ControlFailure.notStarted, problem.text,
      data: .object([.init("exit_code", .integer(Int64(problem.exitCode)))]))
  }

  /// Whoever asked for it has gone.
  private func dismiss(_ guest: Guest) throws(SysError) {
    switch guest.phase {
    // It is reaped when it has ended.
    case .running(let process): try process.tree.kill()
    case .joining: try leave(guest)
    }
  }

  private func leave(_ guest: Guest) throws(SysError) {
    try stopWatching(guest)
    try guest.end()
    guests.present.removeAll { $0 === guest }
  }

  private func stopWatching(_ guest: Guest) throws(SysError) {
    guard let watch = guest.watch else { return }
    guest.watch = nil
    try loop.remove(watch)
  }
}

extension ControlCall {
  /// Those that came with the request become the standard streams; what did not come is /dev/null.
  fileprivate func takeStreams(_ terminal: ExecRequest.Terminal?) -> JoinStreams {
    let received = takeDescriptors()
    func stream(_ index: Int) -> Descriptor? { index < received.count ? received[index].take() : nil }
    guard let terminal else { return JoinStreams(input: stream(0), output: stream(1), errors: stream(2)) }
    return JoinStreams(terminalOf: terminal.size, isTypedInto: terminal.isTypedInto, errors: stream(0))
  }
}

extension MadeTerminal {
  /// For the client, and for nobody else: it shall hang up when he lets go of it.
  fileprivate var toSend: OpenToSend { OpenToSend(end.keptNumber, keptBy: self) }
}
