package import Linux

/// A short-lived child that looks whether something listens at a port of a sandbox's loopback interface.
package final class PendingConnect {
  private let child: ChildProcess
  private let sandbox: SupervisedSandbox
  private var isReaped = false

  init(_ child: consuming ChildProcess, in sandbox: SupervisedSandbox) {
    self.child = child
    self.sandbox = sandbox
  }

  static func make(
    _ namespaces: borrowing HeldNamespaces, port: UInt16, in sandbox: SupervisedSandbox
  ) throws(SysError) -> PendingConnect {
    guard let child = try ChildProcess.clone(into: []) else { look(namespaces, port) }
    return PendingConnect(child, in: sandbox)
  }

  /// In the child, which nobody inside can see.
  private static func look(_ namespaces: borrowing HeldNamespaces, _ port: UInt16) -> Never {
    do throws(SysError) {
      try Descriptor.closeAll(except: KeptDescriptors(namespaces.keptNumbers))
      try namespaces.enterNetwork()
      try CurrentProcess.giveUpCapabilities()
      // Whoever lets nobody in could keep it waiting for minutes, long after its maker is gone. Not before, as a change of what a
      // process may do takes it back.
      try Descendants.endWithParent()
      CurrentProcess.exit(isListenedTo(port: port) ? 0 : 1)
    } catch {
      CurrentProcess.exit(2)
    }
  }

  var id: CInt { child.id }

  /// Becomes readable when it knows.
  package var number: DescriptorNumber { child.keptNumber }

  /// What it has found, for which it waits; to be called once.
  package func result() throws(SysError) -> Bool {
    sandbox.forget(self)
    isReaped = true
    return try child.wait() == .exited(code: 0)
  }

  /// Ends the look.
  package func abandon() throws(SysError) {
    sandbox.forget(self)
    if !isReaped { try child.killAndReap() }
    isReaped = true
  }
}
