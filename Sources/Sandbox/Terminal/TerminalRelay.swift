package import Linux

/// Stands between the caller's terminal, or what is there in its place, and the private one of a program: passes on what is
/// typed and shown, and how large the window is.
///
/// The caller's terminal lets everything through meanwhile. It is set back when this value is let go of, if not before.
package final class TerminalRelay {
  private let caller: CallerStreams
  private var phase = Phase.waiting
  private var typed = RelayFlow(capacity: RelayEnd.portion)
  private var shown = RelayFlow(capacity: 8 * RelayEnd.portion)
  private var endOfInput = EndOfInput()
  private let timer: Timer
  private var entries: Entries?

  /// Whether there is a private terminal.
  private enum Phase {
    case waiting
    case running(MadeTerminal)
    case hungUp
  }

  private struct Entries {
    let input, output, timer: PollSet.Entry
    var terminal: PollSet.Entry?
  }

  init(_ caller: CallerStreams) throws(SysError) {
    self.caller = caller
    timer = try Timer()
  }

  /// For the standard streams of this process, which may be replaced from now on.
  package static func ofCaller() throws(SetUpFailure) -> TerminalRelay {
    try SetUpFailure.catching(.joining, "look at the standard streams") { () throws(SysError) in
      try TerminalRelay(try CallerStreams())
    }
  }

  /// Whether somebody can press keys.
  package var hasKeyboard: Bool { caller.keyboard != nil }

  /// Connects the private terminal, which was made with the size that the caller's had.
  package func begin(_ terminal: consuming PseudoTerminal) throws(SysError) {
    try begin(try MadeTerminal(terminal))
  }

  func begin(_ terminal: MadeTerminal) throws(SysError) {
    phase = .running(terminal)
    try takeKeyboard()
  }

  /// Whether this signal to the launcher is the terminal's business alone.
  package func keeps(_ signal: Signal) throws(SysError) -> Bool {
    switch signal {
    case .windowChange:
      try resize()
      return true
    case .continue:
      caller.keyboard?.forget()
      try takeKeyboard()
      return false
    default: return false
    }
  }

  /// Stops this process as the program has been by this signal, with the terminal as it was, and comes back when it goes on. True
  /// when nobody could have told it to, so that nobody will tell the program either.
  @discardableResult
  package func suspend(_ signal: Signal) throws(SysError) -> Bool {
    // Nobody has pressed a key; a program that stops itself waits for another one inside.
    guard hasKeyboard else { return signal != .stop }
    try showBeforeStop()
    try caller.keyboard?.restore()
    try Signal.stopAsByTerminal()
    let isTold = try Signal.continue.isPending()
    try takeKeyboard()
    return !isTold
  }

  private static let millisecondsBeforeStop: UInt64 = 200

  /// What the program has done to the screen before it stopped belongs in front of what the shell shows.
  private func showBeforeStop() throws(SysError) {
    let patience = try Timer()
    try patience.set(milliseconds: Self.millisecondsBeforeStop)
    var polling = PollSet()
    let end = patience.watch(in: &polling)
    let output = caller.output.watch(in: &polling)
    polling.expect(.writing, of: output)
    var left = Self.mostLeft
    while try takeWhatIsThere(atMost: &left) {
      try polling.wait()
      if polling.isReady(end) { return }
      if polling.isReady(output) { try shown.drain(to: caller.output) }
    }
  }

  /// More than a terminal keeps that nobody reads from.
  private static let mostLeft = 1 << 20

  /// Shows what those have left who wrote, once they are gone. A signal that ends programs ends this too. Whoever is still there and
  /// goes on writing keeps nobody here: what was written before comes first, and after so much there can be nothing left of it.
  package func finish(_ signals: borrowing SignalQueue) throws(SysError) {
    var polling = PollSet()
    let signal = signals.watch(in: &polling)
    let output = caller.output.watch(in: &polling)
    polling.expect(.writing, of: output)
    var left = Self.mostLeft
    while try takeWhatIsThere(atMost: &left) {
      try polling.wait()
      if polling.isReady(signal), try Self.isTimeToGo(signals) { return }
      if polling.isReady(output) { try shown.drain(to: caller.output) }
    }
  }

  /// Takes up what was written: what cannot be read at once will not come. Returns whether there is something to be shown.
  private func takeWhatIsThere(atMost left: inout Int) throws(SysError) -> Bool {
    guard case .running(let terminal) = phase else { return false }
    while left > 0, shown.wantsMore, case .bytes(let count) = try shown.fill(from: terminal.end.relayEnd) {
      left -= count
    }
    return shown.hasSomething
  }

  private static func isTimeToGo(_ signals: borrowing SignalQueue) throws(SysError) -> Bool {
    var isIt = false
    while let arrival = try signals.next() {
      switch arrival.signal {
      case .hangUp, .interrupt, .quit, .terminate: isIt = true
      default: continue
      }
    }
    return isIt
  }

  /// Makes the caller's terminal what it was.
  package func end() throws(SysError) { try caller.keyboard?.restore() }
}

// The loop.
extension TerminalRelay {
  /// To be called before each wait, as what is waited for depends on what there is room for.
  package func watch(in polling: inout PollSet) {
    var entries =
      self.entries
      ?? Entries(
        input: caller.input.watch(in: &polling), output: caller.output.watch(in: &polling),
        timer: timer.watch(in: &polling))
    if case .running(let terminal) = phase {
      let entry = entries.terminal ?? terminal.end.watch(in: &polling)
      entries.terminal = entry
      polling.expect(.init(reading: shown.wantsMore, writing: typed.hasSomething), of: entry)
      polling.expect(typed.wantsMore && mayRead ? .reading : .nothing, of: entries.input)
    } else {
      // Its number may be something else's by now.
      if let entry = entries.terminal { polling.expect(.nothing, of: entry) }
      polling.expect(.nothing, of: entries.input)
    }
    polling.expect(shown.hasSomething ? .writing : .nothing, of: entries.output)
    self.entries = entries
  }

  /// To be called after each wait.
  package func handle(_ polling: inout PollSet) throws(SysError) {
    guard let entries else { return }
    if polling.isReady(entries.timer), try timer.hasCome() { try lookAgain() }
    if polling.isReady(entries.input) { try read() }
    if case .running(let terminal) = phase, let entry = entries.terminal {
      if typed.hasSomething, polling.isReady(entry) { try typed.drain(to: terminal.end.relayEnd) }
      if shown.wantsMore, polling.isReady(entry) { try shown.fill(from: terminal.end.relayEnd) }
    }
    if polling.isReady(entries.output) {
      try shown.drain(to: caller.output)
      // A program that writes to nobody would be told so by a pipe; a terminal can only hang up.
      if shown.isRefused { try hangUp() }
    }
  }

  private func read() throws(SysError) {
    guard case .running = phase, mayRead, try typed.fill(from: caller.input) == .end else { return }
    if hasKeyboard { try hangUp() } else { try lookAgain() }
  }

  /// The caller's terminal is gone, or whoever reads the output: so is the program's terminal. The kernel tells it by SIGHUP.
  package func hangUp() throws(SysError) {
    phase = .hungUp
    try caller.keyboard?.restore()
  }

  /// What nobody tells: that the caller's shell has put this process into the foreground, or that the end of the input was
  /// read.
  private func lookAgain() throws(SysError) {
    guard case .running(let terminal) = phase else { return }
    if hasKeyboard { return try takeKeyboard() }
    guard typed.isAtEnd else { return }
    if typed.isEmpty, try !terminal.device.hasInput() {
      guard typed.add(try terminal.device.settings().endOfInput) else { return }
    }
    try timer.set(milliseconds: endOfInput.milliseconds())
  }

  /// Whether what can be read is meant for the program.
  private var mayRead: Bool { caller.keyboard?.isPassingThrough ?? true }

  private static let millisecondsUntilNextLook: UInt64 = 250

  /// Lets everything through that is typed, if this process is the one to read it. In the background the caller's shell has
  /// its terminal to itself.
  private func takeKeyboard() throws(SysError) {
    guard case .running = phase, hasKeyboard else { return try resize() }
    guard caller.keyboard?.isForeground == true else {
      return try timer.set(milliseconds: Self.millisecondsUntilNextLook)
    }
    guard try caller.keyboard?.passThrough() == true else { return try hangUp() }
    try resize()
  }

  private func resize() throws(SysError) {
    guard case .running(let terminal) = phase, let size = caller.windowSize else { return }
    try terminal.end.resize(to: size)
  }
}

extension PollSet.Interest {
  init(reading: Bool, writing: Bool) {
    self =
      switch (reading, writing) {
      case (true, true): .both
      case (true, false): .reading
      case (false, true): .writing
      case (false, false): .nothing
      }
  }
}
