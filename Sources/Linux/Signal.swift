internal import CLinux
internal import Glibc

/// A signal by its number.
package struct Signal: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: CInt
  package init(rawValue: CInt) { self.rawValue = rawValue }

  /// Written out: what is derived is called from other modules by a table that each start would have to set up.
  package static func == (one: Signal, other: Signal) -> Bool { one.rawValue == other.rawValue }

  package static let hangUp = Signal(rawValue: SIGHUP)
  package static let interrupt = Signal(rawValue: SIGINT)
  package static let quit = Signal(rawValue: SIGQUIT)
  package static let brokenPipe = Signal(rawValue: SIGPIPE)
  package static let kill = Signal(rawValue: SIGKILL)
  package static let user1 = Signal(rawValue: SIGUSR1)
  package static let user2 = Signal(rawValue: SIGUSR2)
  package static let terminate = Signal(rawValue: SIGTERM)
  package static let child = Signal(rawValue: SIGCHLD)
  package static let `continue` = Signal(rawValue: SIGCONT)
  package static let stop = Signal(rawValue: SIGSTOP)
  package static let terminalStop = Signal(rawValue: SIGTSTP)
  package static let outOfProcessorTime = Signal(rawValue: SIGXCPU)
  package static let badSystemCall = Signal(rawValue: SIGSYS)
  package static let terminalOutput = Signal(rawValue: SIGTTOU)
  package static let windowChange = Signal(rawValue: SIGWINCH)

  package var description: String { "signal \(rawValue)" }

  /// Sends this signal to every other process of this pid namespace; only for its PID 1. kill(2)
  package func sendToAllOthers() throws(SysError) {
    precondition(getpid() == 1, "a signal to everybody from a process that is not PID 1 of a sandbox")
    do throws(SysError) {
      try check(.pidfd_send_signal, description) { Glibc.kill(-1, rawValue) }
    } catch let error where error.errno.rawValue == ESRCH {
      return
    }
  }

  /// Sends this signal to the calling process itself. kill(2)
  package func raiseHere() throws(SysError) {
    try check(.pidfd_send_signal, description) { Glibc.kill(getpid(), rawValue) }
  }

  /// Whether this signal, which is blocked, waits to be received. sigpending(2)
  package func isPending() throws(SysError) -> Bool {
    try check(.sigprocmask, description) { cl_is_pending(rawValue) } == 1
  }

  /// Stops the group of this process as a terminal does, and returns when this one goes on; at once where no shell watches the
  /// group, as it would stop for ever there. kill(2)
  package static func stopAsByTerminal() throws(SysError) {
    try check(.sigprocmask, "SIGTSTP") { cl_stop_as_by_terminal() }
  }
}

/// Some signals.
package struct SignalSet: Sendable {
  let bits: UInt64

  private init(bits: UInt64) { self.bits = bits }

  package init(_ signal: Signal) { bits = 1 << UInt64(signal.rawValue - 1) }

  package func adding(_ signal: Signal) -> SignalSet { SignalSet(bits: bits | SignalSet(signal).bits) }
}

/// The signals of this process as a queue to read instead of handlers. signalfd(2)
package struct SignalQueue: ~Copyable {
  /// One signal that has arrived.
  package struct Arrival: Sendable {
    package let signal: Signal
    /// Whether it came from outside this pid namespace (or from the kernel), and not from a process inside.
    package let isFromOutside: Bool
  }

  private let descriptor: Descriptor

  /// Blocks these signals and queues them from now on.
  package init(of signals: SignalSet) throws(SysError) {
    descriptor = Descriptor(owning: try check(.signalfd, "") { cl_signal_descriptor(signals.bits) })
  }

  /// The next signal, or nil when none is pending.
  package func next() throws(SysError) -> Arrival? {
    var signal = cl_signal()
    do throws(SysError) {
      try check(.read, "the signal queue") { cl_read_signal(descriptor.number, &signal) }
      return Arrival(signal: Signal(rawValue: signal.number), isFromOutside: signal.sender == 0)
    } catch let error where error.errno == .tryAgain {
      return nil
    }
  }

  /// Becomes readable when a signal has arrived.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }

  /// Default handlers and an empty mask, which a program that is about to be executed expects.
  package static func resetAll() throws(SysError) {
    try check(.sigprocmask, "") { cl_reset_signals() }
  }

  /// Undoes an ignored SIGCHLD that the caller may have passed on: with it, no child could be waited for.
  package static func stopIgnoringChildren() throws(SysError) {
    try check(.sigprocmask, "SIGCHLD") { cl_default_signal(SIGCHLD) }
  }
}
