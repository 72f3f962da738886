internal import CLinux

/// Waits for any number of descriptors, and calls what belongs to each that is ready. epoll(7)
///
/// A call may add and remove others, also itself. What it throws ends `turn`.
package final class EventLoop {
  package typealias Body = (Readiness) throws(SysError) -> Void

  /// What has been found at a descriptor.
  package struct Readiness: Sendable {
    package let isReadable: Bool
    package let isWritable: Bool
    /// The other end is gone, or it has an error, which the next call for it tells.
    package let isAtEnd: Bool
  }

  /// One descriptor that is waited for.
  package struct Watch: Hashable, Sendable {
    fileprivate let id: UInt64
  }

  private struct Entry {
    let number: CInt
    let body: Body
  }

  private let descriptor: Descriptor
  private var entries: [UInt64: Entry] = [:]
  private var nextID: UInt64 = 1

  /// epoll_create1(2)
  package init() throws(SysError) {
    descriptor = Descriptor(owning: try check(.epoll_create, "") { cl_epoll_create() })
  }

  /// Waits for a descriptor, which must stay open until `remove`. epoll_ctl(2)
  package func watch(
    _ number: DescriptorNumber, for interest: PollSet.Interest = .reading, _ body: @escaping Body
  ) throws(SysError) -> Watch {
    let id = nextID
    nextID += 1
    try check(.epoll_ctl, "") { cl_epoll_add(descriptor.number, number.value, Self.events(interest), id) }
    entries[id] = Entry(number: number.value, body: body)
    return Watch(id: id)
  }

  /// From now on waits for something else of it; that the other end is gone is told also of one that is waited for with `nothing`.
  /// epoll_ctl(2)
  package func expect(_ interest: PollSet.Interest, of watch: Watch) throws(SysError) {
    guard let entry = entries[watch.id] else { preconditionFailure("a descriptor that is not waited for") }
    try check(.epoll_ctl, "") { cl_epoll_change(descriptor.number, entry.number, Self.events(interest), watch.id) }
  }

  /// To be called before the descriptor is closed. epoll_ctl(2)
  package func remove(_ watch: Watch) throws(SysError) {
    guard let entry = entries.removeValue(forKey: watch.id) else { return }
    try check(.epoll_ctl, "") { cl_epoll_remove(descriptor.number, entry.number) }
  }

  /// Waits until at least one is ready, and handles all that are. epoll_wait(2)
  package func turn() throws(SysError) {
    var ready = [cl_ready](repeating: cl_ready(), count: Self.mostAtATime)
    let count = try check(.epoll_wait, "") { cl_epoll_wait(descriptor.number, &ready, CInt(Self.mostAtATime)) }
    for found in ready[..<Int(count)] {
      // An earlier one may have removed it.
      guard let entry = entries[found.id] else { continue }
      try entry.body(
        Readiness(
          isReadable: found.events & cl_epoll_readable != 0, isWritable: found.events & cl_epoll_writable != 0,
          isAtEnd: found.events & cl_epoll_ended != 0))
    }
  }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }

  private static let mostAtATime = 64

  private static func events(_ interest: PollSet.Interest) -> UInt32 {
    switch interest {
    case .nothing: 0
    case .reading: cl_epoll_readable
    case .writing: cl_epoll_writable
    case .both: cl_epoll_readable | cl_epoll_writable
    }
  }
}
