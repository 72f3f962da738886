internal import CLinux

/// A moment to come that can be waited for together with other things. timerfd_create(2)
package struct Timer: ~Copyable {
  private let descriptor: Descriptor

  /// A timer that is not set.
  package init() throws(SysError) {
    descriptor = Descriptor(owning: try check(.timerfd_create, "") { cl_timer_descriptor() })
  }

  /// Sets it, whatever it was set to. timerfd_settime(2)
  package func set(milliseconds: UInt64) throws(SysError) {
    try check(.timerfd_settime, "\(milliseconds) ms") { cl_set_timer(descriptor.number, milliseconds) }
  }

  /// Whether its moment has come since the last time that this was asked. read(2)
  package func hasCome() throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.read, "a timer") { cl_read_timer(descriptor.number) }
      return true
    } catch let error where error.errno == .tryAgain {
      return false
    }
  }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }

  /// Becomes readable when the moment has come.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }
}
