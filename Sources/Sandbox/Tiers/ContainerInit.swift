package import Linux

/// PID 1 of a container: the kernel gives it all orphans to reap, and no signal that it does not handle.
///
/// What capsrun does otherwise, it does in a child, so that orphans of others are never mistaken for its own children.
package enum ContainerInit {
  /// Goes on in a child, where nil is returned; in PID 1 returns how the child ended, once it has. When PID 1 ends too, the
  /// kernel ends whatever is left in the container.
  package static func split() throws(SysError) -> Ending? {
    try SignalQueue.stopIgnoringChildren()
    // Before the clone, so that no signal is lost in between.
    let signals = try SignalQueue(of: Launcher.forwarded.adding(.child).adding(.brokenPipe))
    guard let child = try ChildProcess.clone(into: []) else {
      try SignalQueue.resetAll()
      return nil
    }
    try StandardStream.leaveInputAndOutput()
    return try attend(child, signals)
  }

  private static func attend(
    _ child: borrowing ChildProcess, _ signals: borrowing SignalQueue
  ) throws(SysError) -> Ending {
    var polling = PollSet()
    let entry = signals.watch(in: &polling)
    while true {
      try polling.wait()
      guard polling.isReady(entry) else { continue }
      while let arrival = try signals.next() {
        switch arrival.signal {
        case .child:
          // There is one until that one has ended.
          while let change = try reapAnyChild() {
            if case .ended(child.id, let ending) = change { return ending }
          }
        case .brokenPipe: continue
        default: try child.send(arrival.signal)
        }
      }
    }
  }
}
