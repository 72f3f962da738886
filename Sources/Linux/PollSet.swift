internal import CLinux

/// A few descriptors that are waited for together. poll(2)
package struct PollSet {
  private var set = cl_poll_set()

  package init() {}

  /// The place of one descriptor in the set.
  package struct Entry: Sendable {
    let index: CInt
  }

  /// What a descriptor is waited for.
  package enum Interest: Sendable {
    /// Not even its end.
    case nothing
    case reading, writing, both
  }

  /// Adds one that is waited for until it is readable or at its end.
  mutating func add(_ descriptor: borrowing Descriptor) -> Entry {
    let index = cl_poll_add(&set, descriptor.number)
    precondition(index >= 0, "more descriptors than a poll set holds")
    return Entry(index: index)
  }

  /// From now on waits for something else of one.
  package mutating func expect(_ interest: Interest, of entry: Entry) {
    let events =
      switch interest {
      case .nothing: Int16(0)
      case .reading: cl_poll_readable
      case .writing: cl_poll_writable
      case .both: cl_poll_readable | cl_poll_writable
      }
    cl_poll_expect(&set, entry.index, events)
  }

  /// Waits until at least one is ready.
  package mutating func wait() throws(SysError) {
    try check(.poll, "") { cl_poll_wait(&set) }
  }

  /// From now on this one is not waited for, and never ready.
  package mutating func remove(_ entry: Entry) { cl_poll_remove(&set, entry.index) }

  /// Whether the last `wait` found something to read, and not only the end.
  package mutating func isReadable(_ entry: Entry) -> Bool { cl_poll_is_readable(&set, entry.index) == 1 }

  /// Whether the last `wait` found something of what was waited for, or the end.
  package mutating func isReady(_ entry: Entry) -> Bool { cl_poll_is_ready(&set, entry.index) == 1 }
}
