internal import Linux
internal import Sandbox

/// One instance of a process, from its making to the end of its last process.
final class InstanceLife {
  enum Phase {
    case joining(PendingJoin)
    case running(JoinedProcess)
    /// Its first process has ended, and others may go on.
    case ended(ProcessTree)
  }

  let instance: Instance
  var phase: Phase
  /// Of the phase: it moves on when this is ready.
  var watch: EventLoop.Watch?
  /// When it is given up, on its way to its program.
  var deadline: Moments.Moment?
  /// When it has become its program, in milliseconds of `Moments`.
  var begun: UInt64?
  /// What was used when it was looked at last.
  var sample: UsageSample?

  init(_ instance: Instance, _ pending: PendingJoin) {
    self.instance = instance
    phase = .joining(pending)
  }

  /// All its processes; nil while there is none.
  var tree: ProcessTree? {
    switch phase {
    case .joining: nil
    case .running(let process): process.tree
    case .ended(let tree): tree
    }
  }

  var processID: CInt? {
    if case .running(let process) = phase { process.id } else { nil }
  }
}

/// What a process had used of the processor at a moment.
struct UsageSample {
  let at: UInt64
  let cpuMicroseconds: UInt64
}
