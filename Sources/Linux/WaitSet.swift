internal import CLinux

/// Several descriptors that are waited for as if they were one: this one is readable whenever one of them is ready. epoll(7)
package struct WaitSet: ~Copyable {
  /// What is waited for.
  package enum Interest: Sendable {
    case reading
    /// That a file of the kernel's tells something new, which is until it is read again.
    case news
  }

  private let descriptor: Descriptor

  /// epoll_create1(2)
  package init() throws(SysError) {
    descriptor = Descriptor(owning: try check(.epoll_create, "") { cl_epoll_create() })
  }

  /// Adds one, which must stay open until it is removed or this set is gone. epoll_ctl(2)
  package func add(_ number: DescriptorNumber, for interest: Interest = .reading) throws(SysError) {
    let events = interest == .reading ? cl_epoll_readable : cl_epoll_urgent
    try check(.epoll_ctl, "") { cl_epoll_add(descriptor.number, number.value, events, 0) }
  }

  /// epoll_ctl(2)
  package func remove(_ number: DescriptorNumber) throws(SysError) {
    try check(.epoll_ctl, "") { cl_epoll_remove(descriptor.number, number.value) }
  }

  /// Waits until one of them is ready. epoll_wait(2)
  package func wait() throws(SysError) {
    var ready = cl_ready()
    try check(.epoll_wait, "") { cl_epoll_wait(descriptor.number, &ready, 1) }
  }

  /// Whether one of them is ready now. poll(2)
  package func isReady() throws(SysError) -> Bool {
    try check(.poll, "") { cl_wait_readable(descriptor.number, 0) } == 1
  }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}
