internal import Linux

/// A process that is on its way into a sandbox, as whoever has begun it sees it. Nothing here waits, but for what is about to end.
final class JoinProgress {
  /// A process that has become its program.
  final class Joined {
    let process: ChildProcess
    /// Until it is handed on.
    fileprivate(set) var terminal: MadeTerminal?

    init(_ process: consuming ChildProcess, _ terminal: MadeTerminal?) {
      self.process = process
      self.terminal = terminal
    }

    func takeTerminal() -> MadeTerminal? {
      defer { terminal = nil }
      return terminal
    }
  }

  private let helper: ChildProcess
  private var hasHelperEnded = false
  private var isHelperReaped = false
  private let waiting: WaitSet
  /// Nil when nothing more is wanted of it.
  private var reports: MessageSocket?
  /// What the helper has made.
  private var made: ChildProcess?
  private var terminal: MadeTerminal?
  private var failure: SetUpFailure?

  static func make(
    _ helper: consuming ChildProcess, _ reports: consuming MessageSocket
  ) throws(SetUpFailure) -> JoinProgress {
    let waiting: WaitSet
    do throws(SysError) {
      waiting = try waitSet(reports, helper)
    } catch {
      reports.close()
      let failure = SetUpFailure(stage: .joining, step: JoinStart.step, error: error)
      try Self.catching { () throws(SysError) in try Self.end(helper) }
      throw failure
    }
    return JoinProgress(helper, reports, waiting)
  }

  private static func waitSet(
    _ reports: borrowing MessageSocket, _ helper: borrowing ChildProcess
  ) throws(SysError) -> WaitSet {
    let waiting = try WaitSet()
    try waiting.add(reports.keptNumber)
    // It may end without a word; then what it has made would wait for ever, and hold its end of the socket open.
    try waiting.add(helper.keptNumber)
    return waiting
  }

  private init(
    _ helper: consuming ChildProcess, _ reports: consuming MessageSocket, _ waiting: consuming WaitSet
  ) {
    self.helper = helper
    self.reports = consume reports
    self.waiting = waiting
  }

  /// Becomes readable when `advance` has something to do.
  var number: DescriptorNumber { waiting.keptNumber }

  /// What it is known by among the children of this process, as long as it is under way.
  var id: CInt { helper.id }

  /// Goes on as far as that is possible now; nil when there is more to come. Whatever goes wrong, nothing of it stays: PID 1 could
  /// not end before its parent here has reaped it.
  func advance() throws(SetUpFailure) -> Joined? {
    do throws(SetUpFailure) {
      guard try hear() else { return nil }
      if let failure { throw failure }
      reports = nil
      // It has nothing left to do when its end of the socket is closed. Before the process is handed over: it must not stay where
      // this fails.
      try Self.catching { () throws(SysError) in try reapHelper() }
      guard let process = made.take() else { throw Self.failure("the helper ended without a process") }
      return Joined(process, terminal)
    } catch {
      try Self.catching { () throws(SysError) in try abandon() }
      throw error
    }
  }

  /// The same to its end.
  func finish() throws(SetUpFailure) -> Joined {
    while true {
      if let joined = try advance() { return joined }
      do throws(SysError) {
        try waiting.wait()
      } catch {
        try Self.catching { () throws(SysError) in try abandon() }
        throw SetUpFailure(stage: .joining, step: JoinStart.step, error: error)
      }
    }
  }

  /// Kills and reaps whatever there is of it.
  func abandon() throws(SysError) {
    // A process that nobody here knows waits for an answer, and ends by this.
    reports = nil
    try made?.killAndReap()
    made = nil
    guard !isHelperReaped else { return }
    try noteHelperEnd()
    isHelperReaped = true
    try Self.end(helper)
  }

  /// Ends the helper, and a process that it has made which nobody here knows. That one would end by itself, unless somebody in the
  /// sandbox has stopped it; so it is killed by its group, whose number is nobody else's as long as the helper is not reaped.
  private static func end(_ helper: borrowing ChildProcess) throws(SysError) {
    try helper.send(.kill)
    // Until then it could still make one.
    try helper.waitForEnd()
    try helper.sendToGroup(.kill)
    try helper.killAndReap()
    try reapGroup(of: helper.id)
  }

  private func reapHelper() throws(SysError) {
    guard !isHelperReaped else { return }
    try noteHelperEnd()
    try helper.wait()
    isHelperReaped = true
  }

  /// It has ended, or is about to: that is no news any more.
  private func noteHelperEnd() throws(SysError) {
    guard !hasHelperEnded else { return }
    try waiting.remove(helper.keptNumber)
    hasHelperEnded = true
  }

  /// Takes what the helper makes, lets it go on, and listens to it; true when nobody holds the other end any more.
  private func hear() throws(SetUpFailure) -> Bool {
    try Self.catching { () throws(SysError) in
      if !hasHelperEnded, try helper.hasEnded() { try noteHelperEnd() }
    }
    while true {
      switch try receive() {
      case .message(let message): try take(message)
      // Whatever a helper that has ended had said is there by now.
      case .nothing where hasHelperEnded && made == nil: throw Self.failure("the helper ended without a word")
      case .nothing: return false
      case .end: return true
      }
    }
  }

  private func receive() throws(SetUpFailure) -> MessageSocket.Arrival {
    do throws(SysError) {
      guard let received = try reports?.receiveNow() else {
        preconditionFailure("news of a process that is not under way")
      }
      return received
    } catch {
      throw SetUpFailure(stage: .joining, step: JoinStart.step, error: error)
    }
  }

  private func take(_ received: consuming MessageSocket.Message) throws(SetUpFailure) {
    var message = received
    switch Report(message: message.bytes) {
    case .joined(let id):
      guard let open = message.open.take() else { throw Self.lostDescriptor }
      made = ChildProcess(id: id, received: open)
      try letGoOn()
    case .terminal:
      guard let open = message.open.take() else { throw Self.lostDescriptor }
      do throws(SysError) {
        terminal = try MadeTerminal(PseudoTerminal(received: open))
      } catch {
        throw SetUpFailure(stage: .joining, step: ProgramTerminal.step, error: error)
      }
    // Of the helper: what it has made, if anything, still waits.
    case .failed(let reported) where made == nil: throw reported
    case .failed(let reported): failure = reported
    case .ready, .ended, .listening, .stopped, nil: return
    }
  }

  private func letGoOn() throws(SetUpFailure) {
    do throws(SysError) {
      try reports?.send([InitProcess.goAhead])
    } catch let error where error.errno == .brokenPipe {
      // What it has said of that, if anything, comes next.
      failure = Self.failure("it was killed before it could become its program")
    } catch {
      // It ends by this.
      failure = SetUpFailure(stage: .joining, step: JoinStart.step, error: error)
      try Self.catching { () throws(SysError) in try reports?.endSending() }
    }
  }

  private static var lostDescriptor: SetUpFailure {
    SetUpFailure(
      stage: .joining, step: JoinStart.step,
      error: SysError(.recv, "a descriptor of the process was lost", .tooManyFiles))
  }

  private static func failure(_ words: String) -> SetUpFailure {
    SetUpFailure(stage: .joining, step: JoinStart.step, error: SysError(.recv, words, .noChild))
  }

  private static func catching(_ body: () throws(SysError) -> Void) throws(SetUpFailure) {
    try SetUpFailure.catching(.joining, JoinStart.step, body)
  }
}
