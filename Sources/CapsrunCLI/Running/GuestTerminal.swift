internal import Diagnostics
internal import Linux
internal import Sandbox
internal import Supervision

/// The caller's end of a command that runs elsewhere in a terminal of its own: the supervisor makes that, and hands it over.
struct GuestTerminal {
  let name: String

  /// What the terminal of a command is to be like.
  static var ofCaller: ExecRequest.Terminal {
    ExecRequest.Terminal(
      size: StandardStream.output.windowSize ?? StandardStream.input.windowSize ?? StandardStream.error.windowSize,
      isTypedInto: StandardStream.input.isTerminal, kind: TerminalOption.kind)
  }

  /// Asks for the command, and stays with it to its end; returns what the supervisor answers. The caller's terminal is as it was
  /// then. `sharesErrors` is whether the command's standard error is the caller's.
  func run(
    _ request: ExecRequest, sharesErrors: Bool, _ client: borrowing ControlClient
  ) throws(DiagnosticList) -> JSONValue {
    // Before the terminal is touched: nothing may end this process without setting it back.
    let signals = try reporting("block signals") { () throws(SysError) in try SignalQueue(of: Self.heard) }
    let relay: TerminalRelay
    do throws(SetUpFailure) {
      relay = try TerminalRelay.ofCaller()
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
    let end: End
    do throws(DiagnosticList) {
      let id = try asking(name) { () throws(ControlError) in
        try client.send(.exec(request), with: sharesErrors ? [StandardStream.error.keptNumber] : [])
      }
      end = try attend(relay, signals, client, id)
      try setBack(relay)
    } catch {
      // Before anything is said about it.
      try setBack(relay)
      throw error
    }
    switch end {
    case .answered(let result): return result
    case .interrupted(let signal):
      return .object([.init("exit_code", .integer(128 + Int64(signal.rawValue)))])
    }
  }

  private func setBack(_ relay: TerminalRelay) throws(DiagnosticList) {
    try reporting("set the terminal back") { () throws(SysError) in try relay.end() }
  }

  private enum End {
    case answered(JSONValue)
    /// By a signal from elsewhere; the command ends when the connection does.
    case interrupted(Signal)
  }

  private static var heard: SignalSet {
    SignalSet(.hangUp).adding(.interrupt).adding(.quit).adding(.terminate).adding(.continue).adding(.windowChange)
      .adding(.terminalStop).adding(.brokenPipe)
  }

  private func attend(
    _ relay: TerminalRelay, _ signals: borrowing SignalQueue, _ client: borrowing ControlClient, _ id: Int64
  ) throws(DiagnosticList) -> End {
    var polling = PollSet()
    let signal = signals.watch(in: &polling)
    let answer = client.watch(in: &polling)
    while true {
      relay.watch(in: &polling)
      try relaying { () throws(SysError) in try polling.wait() }
      if polling.isReady(signal), let ending = try relaying({ () throws(SysError) in try Self.hear(signals, relay) }) {
        return .interrupted(ending)
      }
      if polling.isReady(answer), let result = try hear(client, relay, id) {
        try relaying { () throws(SysError) in try relay.finish(signals) }
        return .answered(result)
      }
      try relaying { () throws(SysError) in try relay.handle(&polling) }
    }
  }

  private func relaying<Result>(_ body: () throws(SysError) -> Result) throws(DiagnosticList) -> Result {
    try reporting("pass on what is typed and shown", body)
  }

  /// Returns the signal that ends this process, if one has come.
  private static func hear(_ signals: borrowing SignalQueue, _ relay: TerminalRelay) throws(SysError) -> Signal? {
    while let arrival = try signals.next() {
      if try relay.keeps(arrival.signal) { continue }
      switch arrival.signal {
      // The command hears of it as it would at the caller's own terminal, and may have something to do yet.
      case .hangUp: try relay.hangUp()
      case .interrupt, .quit, .terminate: return arrival.signal
      case .terminalStop:
        guard relay.hasKeyboard else {
          try Signal.stop.raiseHere()
          continue
        }
        // The command goes on meanwhile, until its terminal takes no more.
        try relay.suspend(.terminalStop)
      default: continue
      }
    }
    return nil
  }

  private func begin(_ relay: TerminalRelay, _ received: consuming Descriptor?) throws(DiagnosticList) {
    guard let end = received.take() else { return }
    let terminal = PseudoTerminal(received: end)
    do throws(SysError) {
      try relay.begin(terminal)
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "take over the terminal of the command")])
    }
  }

  /// Hears what the supervisor says; returns its answer, if that has come.
  private func hear(
    _ client: borrowing ControlClient, _ relay: TerminalRelay, _ id: Int64
  ) throws(DiagnosticList) -> JSONValue? {
    try asking(name) { () throws(ControlError) in try client.wait() }
    while let incoming = try asking(name, { () throws(ControlError) in try client.next() }) {
      switch incoming {
      case .result(let answered, let result) where answered == id: return result
      case .failure(let failed, let failure) where failed == nil || failed == id:
        throw DiagnosticList([ControlError.refused(failure).diagnostic(of: name)])
      case .note("progress", _):
        try begin(relay, client.takeOpen())
      case .note, .result, .failure: continue
      }
    }
    return nil
  }
}
