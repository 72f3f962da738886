package import Linux

/// The signals that ask a supervisor to end. They are blocked from its making on, so that none is lost.
package final class SupervisorSignals {
  private let queue: SignalQueue

  package init() throws(SysError) {
    queue = try SignalQueue(of: SignalSet(.terminate).adding(.interrupt).adding(.hangUp).adding(.brokenPipe))
  }

  var number: DescriptorNumber { queue.keptNumber }

  /// Whether one has come that asks for the end. SIGPIPE does not: the kernel sends it to whoever writes to one that is gone.
  func next() throws(SysError) -> Bool {
    while let arrival = try queue.next() {
      if arrival.signal != .brokenPipe { return true }
    }
    return false
  }
}
