internal import CLinux

/// A few descriptors that are waited for together. poll(2)
package struct PollSet {
  private var set = cl_poll_set()

  package init() {}

  /// The place of one descriptor in the set.
  package struct Entry: Sendable {
    let index: CInt
  }

  mutating func add(_ descriptor: borrowing Descriptor) -> Entry {
    let index = cl_poll_add(&set, descriptor.number)
    precondition(index >= 0, "more descriptors than a poll set holds")
    return Entry(index: index)
  }

  /// Waits until at least one is readable or at its end.
  package mutating func wait() throws(SysError) {
    try check(.poll, "") { cl_poll_wait(&set) }
  }

  /// From now on this one is not waited for, and never ready.
  package mutating func remove(_ entry: Entry) { cl_poll_remove(&set, entry.index) }

  /// Whether the last `wait` found something to read, and not only the end.
  package mutating func isReadable(_ entry: Entry) -> Bool { cl_poll_is_readable(&set, entry.index) == 1 }

  /// Whether the last `wait` found something to read, or the end.
  package mutating func isReady(_ entry: Entry) -> Bool { cl_poll_is_ready(&set, entry.index) == 1 }
}
