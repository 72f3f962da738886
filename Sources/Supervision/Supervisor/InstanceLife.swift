internal import Linux
internal import Sandbox

/// One instance of a process, from its making to the end of its last process.
final class InstanceLife {
  let instance: Instance
  private let run: ProcessRun
  /// What goes on of it when its first process has ended.
  var rest: ProcessTree?
  /// Of the rest: it may have ended when this is ready.
  var watch: EventLoop.Watch?
  /// When it has become its program, in milliseconds of `Moments`.
  var begun: UInt64?
  /// What was used when it was looked at last.
  var sample: UsageSample?

  init(_ instance: Instance, _ run: ProcessRun) {
    self.instance = instance
    self.run = run
  }

  /// Its first process; nil as long as that is not its program, and when it has ended.
  var process: JoinedProcess? { run.process }

  /// All its processes; nil while there is none.
  var tree: ProcessTree? { rest ?? process?.tree }

  /// Ends it on its way to its program.
  func abandon() throws(SysError) { try run.abandon() }
}

/// What a process had used of the processor at a moment.
struct UsageSample {
  let at: UInt64
  let cpuMicroseconds: UInt64
}
