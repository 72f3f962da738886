package import Linux

/// What became of a sandbox in the foreground whose program has run.
package struct RunResult: Sendable {
  /// Why it ended, as far as it is known.
  package enum Cause: String, Sendable {
    case exit, signal
    /// Its group had no memory left.
    case oom
    /// Its group had as many processes as it may have.
    case pids
    /// It had run for as long as it may.
    case wall
    /// It had used as much time of the processor as it may.
    case cpu
    /// The filter of system calls ended it.
    case policy
    /// It was never started.
    case setup
  }

  package let ending: Ending
  package var cause: Cause
  package let usage: ProcessUsage
  /// From the making of PID 1 to its end.
  package let wallMicroseconds: Int
  /// What its control groups have counted; nil where it had none.
  package private(set) var groups: GroupUsage?
  /// Why its control groups are still there.
  package var leftover: SysError?
  /// What was refused; nil when nobody has written it down.
  package var denials: DenialList?

  init(_ ending: Ending, of passed: Deadline.Stage?, usage: ProcessUsage, wallMicroseconds: Int) {
    self.usage = usage
    self.wallMicroseconds = wallMicroseconds
    switch passed {
    case .asked:
      // Whatever it made of the signal: whoever waits for it must not take this for its own end.
      self.ending = .killed(signal: Signal.terminate.rawValue)
      cause = .wall
    case .killed:
      self.ending = .killed(signal: Signal.kill.rawValue)
      cause = .wall
    case nil:
      self.ending = ending
      cause = Cause(ending)
    }
  }
}

extension RunResult {
  /// Takes in what its groups have counted. Only what fits to its end is taken for the cause of it.
  mutating func judge(_ used: GroupUsage) {
    groups = used
    guard cause == .exit || cause == .signal else { return }
    switch ending {
    case .killed(Signal.kill.rawValue) where used.killedForMemory > 0: cause = .oom
    case .exited(0): return
    case .exited, .killed: if used.refusedProcesses > 0 { cause = .pids }
    }
  }
}

extension RunResult.Cause {
  init(_ ending: Ending) {
    switch ending {
    case .exited: self = .exit
    case .killed(Signal.outOfProcessorTime.rawValue): self = .cpu
    case .killed(Signal.badSystemCall.rawValue): self = .policy
    case .killed: self = .signal
    }
  }
}
