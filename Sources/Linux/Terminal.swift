internal import Glibc

/// The terminal that this process was started from, wherever its standard streams lead. tty(4)
package struct Terminal: ~Copyable {
  private static let path = "/dev/tty"
  private let descriptor: Descriptor

  /// Throws ENXIO when there is none.
  package static func open() throws(SysError) -> Terminal {
    Terminal(descriptor: try Descriptor.open(path, .readAndWrite))
  }

  private init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Whatever would end or stop this process: the terminal shall show again what is typed before it does.
  private static let ending = SignalSet(.hangUp).adding(.interrupt).adding(.quit).adding(.terminate).adding(
    .terminalStop)

  /// Whether a line is shown while it is typed.
  package enum Echo: Sendable {
    case shown, hidden
  }

  /// Asks for a line that is not shown while it is typed, and returns how much of it was read, with its end if there was
  /// room for it; 0 at the end of the input. termios(3)
  package func readHiddenLine(
    _ prompt: String, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SysError) -> Int {
    try readLine(prompt, .hidden, into: buffer)
  }

  /// Asks for a line, and returns as much as `readHiddenLine`. termios(3)
  package func readLine(
    _ prompt: String, _ echo: Echo, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SysError) -> Int {
    while true {
      let mask = try SignalMask.current()
      let signals = try SignalQueue(of: Self.ending)
      let result: Result<Input, SysError>
      do throws(SysError) {
        result = .success(try ask(prompt, echo, into: buffer, signals))
      } catch {
        result = .failure(error)
      }
      try mask.restore()
      switch try result.get() {
      case .line(let count): return count
      // It may have stopped this process, which goes on now, or be ignored by it: then it is asked again.
      case .signal(let signal): try signal.raiseHere()
      }
    }
  }

  private enum Input {
    case line(Int)
    case signal(Signal)

    /// Whether a line was typed to its end, so that the terminal has begun the next one where it shows what is typed.
    func isWhole(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
      if case .line(let count) = self { count > 0 && buffer[count - 1] == UInt8(ascii: "\n") } else { false }
    }
  }

  private func ask(
    _ prompt: String, _ echo: Echo, into buffer: UnsafeMutableRawBufferPointer, _ signals: borrowing SignalQueue
  ) throws(SysError) -> Input {
    var before = termios()
    try check(.ioctl, Self.path) { tcgetattr(descriptor.number, &before) }
    var asking = before
    asking.c_lflag |= tcflag_t(ICANON | ISIG | ECHO)
    if echo == .hidden { asking.c_lflag &= ~tcflag_t(ECHO) }
    let result: Result<Input, SysError>
    do throws(SysError) {
      // What was typed before the question is no answer to it.
      try check(.ioctl, Self.path) { tcsetattr(descriptor.number, TCSAFLUSH, &asking) }
      try descriptor.write(Array(prompt.utf8), to: Self.path)
      result = .success(try wait(for: buffer, signals))
    } catch {
      result = .failure(error)
    }
    try check(.ioctl, Self.path) { tcsetattr(descriptor.number, TCSAFLUSH, &before) }
    let input = try result.get()
    if echo == .hidden || !input.isWhole(buffer) { try descriptor.write([UInt8(ascii: "\n")], to: Self.path) }
    return input
  }

  private func wait(
    for buffer: UnsafeMutableRawBufferPointer, _ signals: borrowing SignalQueue
  ) throws(SysError) -> Input {
    while true {
      var polling = PollSet()
      let arrival = signals.watch(in: &polling)
      let input = polling.add(descriptor)
      try polling.wait()
      if polling.isReady(arrival), let arrived = try signals.next() { return .signal(arrived.signal) }
      if polling.isReady(input) { return .line(try descriptor.read(into: buffer, of: Self.path)) }
    }
  }
}

/// The signals that this process does not receive for now. sigprocmask(2)
struct SignalMask {
  private let signals: sigset_t

  static func current() throws(SysError) -> SignalMask {
    var signals = sigset_t()
    try check(.sigprocmask, "") { sigprocmask(SIG_SETMASK, nil, &signals) }
    return SignalMask(signals: signals)
  }

  func restore() throws(SysError) {
    var signals = signals
    try check(.sigprocmask, "") { sigprocmask(SIG_SETMASK, &signals, nil) }
  }
}
