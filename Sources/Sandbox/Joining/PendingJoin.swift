package import Linux

/// A process that is on its way into a supervised sandbox.
package final class PendingJoin {
  private let progress: JoinProgress
  private let sandbox: SupervisedSandbox
  private let tree: ProcessTree

  init(_ progress: JoinProgress, _ tree: ProcessTree, in sandbox: SupervisedSandbox) {
    self.progress = progress
    self.tree = tree
    self.sandbox = sandbox
  }

  /// Becomes readable when `advance` has something to do.
  package var number: DescriptorNumber { progress.number }

  var id: CInt { progress.id }

  /// Goes on without waiting; nil when there is more to come. What fails is gone then, with all that there was of it.
  package func advance() throws(SetUpFailure) -> JoinedProcess? {
    do throws(SetUpFailure) {
      guard let joined = try progress.advance() else { return nil }
      sandbox.forget(self)
      return sandbox.take(JoinedProcess(joined, tree, in: sandbox))
    } catch {
      sandbox.forget(self)
      switch catching({ () throws(SysError) in try tree.remove() }) {
      case .success, .failure: throw error
      }
    }
  }

  /// Kills and reaps whatever there is of it.
  package func abandon() throws(SysError) {
    sandbox.forget(self)
    try progress.abandon()
    // It may have become its program just now, and have made others.
    try tree.kill()
    try tree.remove()
  }
}

/// A process in a supervised sandbox that has become its program.
package final class JoinedProcess {
  private let joined: JoinProgress.Joined
  private let sandbox: SupervisedSandbox
  private var isReaped = false
  /// All that comes from it, which may live on without it.
  package let tree: ProcessTree

  init(_ joined: JoinProgress.Joined, _ tree: ProcessTree, in sandbox: SupervisedSandbox) {
    self.joined = joined
    self.tree = tree
    self.sandbox = sandbox
  }

  /// Its number outside; it is nobody else's until it is reaped.
  package var id: CInt { joined.process.id }

  /// Becomes readable when it has ended.
  package var number: DescriptorNumber { joined.process.keptNumber }

  /// Its private terminal; nil without one, or when it was taken.
  package var terminal: MadeTerminal? { joined.terminal }

  /// The same, for somebody else to hold: it hangs up when he lets go of it.
  package func takeTerminal() -> MadeTerminal? { joined.takeTerminal() }

  /// Sends a signal to it alone; one that has ended already is no error.
  package func send(_ signal: Signal) throws(SysError) {
    if !isReaped { try joined.process.send(signal) }
  }

  /// The same to its process group as well, where the signal is one that a terminal sends.
  package func pass(_ signal: Signal) throws(SysError) {
    if !isReaped { try joined.process.pass(signal) }
  }

  /// Reaps it; to be called once, when `number` is readable, as it waits for that.
  package func reap() throws(SysError) -> (Ending, ProcessUsage) {
    var usage = ProcessUsage()
    let ending = try joined.process.wait(&usage)
    isReaped = true
    sandbox.forget(self)
    return (ending, usage)
  }

  /// Reaps it without waiting; nil when that cannot be done now. Also when `number` is readable: whoever traces it, as its own
  /// child may, has to let go of it first. ptrace(2)
  package func reapNow() throws(SysError) -> Ending? {
    guard let ending = try joined.process.waitIfReapable() else { return nil }
    isReaped = true
    sandbox.forget(self)
    return ending
  }

  func killAndReap() throws(SysError) {
    try joined.process.killAndReap()
    isReaped = true
  }
}
