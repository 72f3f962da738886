internal import CLinux

/// Any process, held by a descriptor so that no other one can be taken for it. pidfd_open(2)
package struct ProcessHandle: ~Copyable {
  package let id: CInt
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor, id: CInt) {
    self.id = id
    self.descriptor = descriptor
  }

  /// Takes hold of whoever has this number now; nil when nobody has.
  package static func open(_ id: CInt) throws(SysError) -> ProcessHandle? {
    do throws(SysError) {
      let number = try check(.pidfd_open, "process \(id)") { cl_pidfd_open(id) }
      return ProcessHandle(Descriptor(owning: number), id: id)
    } catch let error where error.errno == .noSuchProcess {
      return nil
    }
  }

  /// Sends a signal; to one that has ended already is no error. pidfd_send_signal(2)
  package func send(_ signal: Signal) throws(SysError) {
    do throws(SysError) {
      try check(.pidfd_send_signal, "\(signal)") { cl_pidfd_send_signal(descriptor.number, signal.rawValue) }
    } catch let error where error.errno == .noSuchProcess {
      return
    }
  }

  /// Whether it has ended, reaped or not. poll(2)
  package func hasEnded() throws(SysError) -> Bool {
    try check(.poll, "process \(id)") { cl_wait_readable(descriptor.number, 0) } == 1
  }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}
