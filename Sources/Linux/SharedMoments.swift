internal import CLinux

/// Moments that this process and its children write down in memory that they share, also when they have become other programs
/// since. mmap(2)
package struct SharedMoments {
  private let memory: OpaquePointer

  package init() throws(SysError) {
    guard let memory = cl_moments_make() else { throw SysError(.mmap, "moments", .noMemory) }
    self.memory = memory
  }

  /// Writes down that `what` has happened. clock_gettime(2)
  package func add(_ what: UInt32) { cl_moments_add(memory, what) }

  /// What has happened, in the order in which it was written down, with the nanoseconds since some moment.
  package var all: [(what: UInt32, nanoseconds: UInt64)] {
    var result: [(what: UInt32, nanoseconds: UInt64)] = []
    for index in 0..<cl_moments_count(memory) {
      result.append((cl_moments_what(memory, index), cl_moments_time(memory, index)))
    }
    return result
  }
}
