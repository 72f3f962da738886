internal import CLinux

/// A number that a process passes on to all that it makes, and that none of them can give to another but by giving it up: it stands in
/// the limit RLIMIT_LOCKS, which Linux has not used since 2.4.25, and which may be lowered and never raised. getrlimit(2)
package struct ProcessMark: Hashable, Sendable {
  package let value: UInt64

  package init(value: UInt64) { self.value = value }

  /// Fewer would be told apart by chance alone.
  private static let leastRoom: UInt64 = 1 << 40
  private static let most: UInt64 = 1 << 62

  /// A mark that nobody else has, or can guess. EPERM where the limit of this process leaves no room for one.
  package static func unique() throws(SysError) -> ProcessMark {
    var highest: UInt64 = 0
    try check(.prlimit, "locks") { cl_highest_mark(&highest) }
    let room = min(highest, most)
    guard room >= leastRoom else { throw SysError(.setrlimit, "locks", .notPermitted) }
    var number: UInt64 = 0
    for byte in try randomBytes(8) { number = number << 8 | UInt64(byte) }
    // In the upper half, so that no limit that anybody means as one is taken for it.
    return ProcessMark(value: room / 2 + number % (room / 2))
  }

  /// Puts it on the calling process, for all that come from it. setrlimit(2)
  package func put() throws(SysError) {
    try check(.setrlimit, "locks") { cl_put_mark(value) }
  }

  /// Whether the process of this number has it now; one that is gone has not. prlimit(2)
  package func isOn(_ id: CInt) throws(SysError) -> Bool {
    var mark: UInt64 = 0
    do throws(SysError) {
      try check(.prlimit, "process \(id)") { cl_mark_of(id, &mark) }
      return mark == value
    } catch let error where error.errno == .noSuchProcess || error.errno == .notPermitted {
      // Somebody else's by now.
      return false
    }
  }
}

/// The list of processes, walked for those that have marks. proc(5)
package struct ProcessList: ~Copyable {
  private let folder: Descriptor

  package init() throws(SysError) { folder = try Descriptor.open("/proc", .folder) }

  package var keptNumber: DescriptorNumber { folder.keptNumber }

  /// Processes that have a mark at this moment, by their numbers. prlimit(2)
  package func marked() throws(SysError) -> [(id: CInt, mark: ProcessMark)] {
    var capacity = 512
    while true {
      var found = [cl_marked](repeating: cl_marked(), count: capacity)
      let count = Int(try check(.getdents, "/proc") { cl_marked_processes(folder.number, &found, CInt(capacity)) })
      if count <= capacity { return found[..<count].map { ($0.id, ProcessMark(value: $0.mark)) } }
      capacity = count * 2
    }
  }
}
