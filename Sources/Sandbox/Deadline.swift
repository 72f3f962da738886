internal import Linux

/// How long a sandbox may run: at the end of that time its program is asked to end, and a little later all of it is killed.
final class Deadline {
  /// What has been done already.
  enum Stage {
    case asked, killed
  }

  /// For whatever a program does when it is asked to end.
  static let graceMilliseconds: UInt64 = 5000

  private let timer: Timer
  private(set) var passed: Stage?

  /// Begins to count.
  init(milliseconds: UInt64) throws(SysError) {
    timer = try Timer()
    try timer.set(milliseconds: milliseconds)
  }

  func watch(in polling: inout PollSet) -> PollSet.Entry { timer.watch(in: &polling) }

  /// To be called when it is ready. `process` is PID 1, which passes what it gets to its program and takes all with it when it
  /// is killed, or a program that has joined, whose end is that of the run. One that must not be `killed` is told otherwise.
  func handle(_ process: borrowing ChildProcess, isKilled: Bool = true) throws(SysError) {
    guard try timer.hasCome() else { return }
    switch passed {
    case nil:
      passed = .asked
      try process.send(.terminate)
      // One that is stopped would never get it.
      try process.send(.continue)
      try timer.set(milliseconds: Self.graceMilliseconds)
    case .asked, .killed:
      passed = .killed
      if isKilled { try process.send(.kill) }
    }
  }
}
