internal import CLinux
internal import Glibc

/// The listener of a seccomp filter: other processes' calls wait until it has answered them. seccomp_unotify(2)
///
/// It belongs to the program outside; nothing inside has it, or it could answer in this one's place. When it is closed, calls
/// that wait or would wait end with ENOSYS: refused, whatever becomes of the listener.
package struct FilterListener: ~Copyable {
  private let descriptor: Descriptor

  /// Takes over what `CurrentProcess.install(filter:allowsFutex:handingListenerTo:as:)` has sent.
  package init(received descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// A system call that waits for its answer.
  package struct Call: Hashable, Sendable {
    let id: UInt64
    /// The thread that makes it, in this process's pid namespace. It is that thread only as long as the call waits.
    package let thread: CInt
    package let number: UInt32
    package let architecture: UInt32
    /// All six; what the call does not take is whatever stood in the registers.
    package let arguments: [UInt64]

    init(_ raw: cl_notification) {
      id = raw.id
      thread = CInt(truncatingIfNeeded: raw.thread)
      number = raw.number
      architecture = raw.architecture
      let all = raw.arguments
      arguments = [all.0, all.1, all.2, all.3, all.4, all.5]
    }
  }

  /// The next call; nil when its thread is gone or was interrupted meanwhile. SECCOMP_IOCTL_NOTIF_RECV
  ///
  /// Waits when there is none, so only after `watch` found one.
  package func receive() throws(SysError) -> Call? {
    var raw = cl_notification()
    do throws(SysError) {
      try check(.ioctl, "a call to answer") { cl_notification_receive(descriptor.number, &raw) }
      return Call(raw)
    } catch let error where error.errno == .noSuchFile || error.errno == .notConnected {
      return nil
    }
  }

  /// Ends a call with an error, without letting it happen; nil makes it look as if it had. SECCOMP_IOCTL_NOTIF_SEND
  package func refuse(_ call: Call, with error: Errno?) throws(SysError) {
    do throws(SysError) {
      try check(.ioctl, "the answer to a call") {
        cl_notification_refuse(descriptor.number, call.id, error?.rawValue ?? 0)
      }
    } catch let error where error.errno == .noSuchFile {
      return
    }
  }

  /// Whether a call still waits. What was read of its thread before, by number, was read of that thread and of no other that
  /// got its number since. SECCOMP_IOCTL_NOTIF_ID_VALID
  package func isWaiting(_ call: Call) -> Bool { cl_notification_is_valid(descriptor.number, call.id) == 0 }

  /// Becomes readable when a call waits, and when nobody is left who could make one.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }
}

/// The memory of other processes, to look at.
package enum ForeignMemory {
  /// Text that ends with a NUL, or as much of it as there is room for or can be read; nil when nothing can. process_vm_readv(2)
  package static func text(at address: UInt64, of thread: CInt, limit: Int) -> (bytes: [UInt8], isWhole: Bool)? {
    var isWhole: CInt = 0
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let read = buffer.withMemoryRebound(to: CChar.self) {
        cl_read_foreign_text(thread, address, $0.baseAddress, limit, &isWhole)
      }
      failed = read < 0
      count = max(0, read)
    }
    return failed ? nil : (bytes, isWhole == 1)
  }
}
