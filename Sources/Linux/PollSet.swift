internal import Glibc

/// A few descriptors that are waited for together. poll(2)
package struct PollSet {
  private var entries: [pollfd] = []

  package init() {}

  /// The place of one descriptor in the set.
  package struct Entry: Sendable {
    let index: Int
  }

  mutating func add(_ descriptor: borrowing Descriptor) -> Entry {
    entries.append(pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0))
    return Entry(index: entries.count - 1)
  }

  /// Waits until at least one is readable or at its end.
  package mutating func wait() throws(SysError) {
    let count = nfds_t(entries.count)
    try check(.poll, "") { entries.withUnsafeMutableBufferPointer { poll($0.baseAddress, count, -1) } }
  }

  /// Whether the last `wait` found something to read, or the end.
  package func isReady(_ entry: Entry) -> Bool { entries[entry.index].revents != 0 }
}
