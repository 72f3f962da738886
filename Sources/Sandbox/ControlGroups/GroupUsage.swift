internal import Linux

/// What the processes of a run have used together, as far as the kernel has counted it.
package struct GroupUsage: Hashable, Sendable {
  /// In bytes.
  package var peakMemory: UInt64?
  /// Processor time, in microseconds.
  package var processorTime: UInt64?
  /// How often, and how long in microseconds, they had to wait as their processor time was used up.
  package var throttledPeriods: UInt64?
  package var throttledTime: UInt64?
  /// How many processes were killed for lack of memory.
  package var killedForMemory: UInt64 = 0
  /// How often no further process could be made.
  package var refusedProcesses: UInt64 = 0
  /// How long some of them waited for something, in microseconds, by what it was; where the kernel counts that.
  package var waited: Waiting?

  package struct Waiting: Hashable, Sendable {
    package var processor: UInt64?
    package var memory: UInt64?
    package var disks: UInt64?
  }

  package init() {}
}

extension GroupUsage {
  /// Adds what version 2 tells of the whole.
  mutating func add(unified whole: borrowing ControlGroup) throws(SysError) {
    peakMemory = try whole.number(in: "memory.peak") ?? peakMemory
    processorTime = try whole.number(of: "usage_usec", in: "cpu.stat")
    // A kill counts for all groups above.
    killedForMemory += try whole.number(of: "oom_kill", in: "memory.events") ?? 0
    let waiting = Waiting(
      processor: try whole.pressure("cpu.pressure"), memory: try whole.pressure("memory.pressure"),
      disks: try whole.pressure("io.pressure"))
    waited = waiting == Waiting() ? nil : waiting
    try add(unifiedPart: whole)
  }

  /// Adds what it tells of one process, where it tells that of each group by itself: how long it had to wait. A refusal counts for
  /// the groups above from Linux 6.11 on.
  mutating func add(unifiedPart group: borrowing ControlGroup) throws(SysError) {
    throttledPeriods = Self.most(throttledPeriods, try group.number(of: "nr_throttled", in: "cpu.stat"))
    throttledTime = Self.most(throttledTime, try group.number(of: "throttled_usec", in: "cpu.stat"))
    refusedProcesses = Self.most(refusedProcesses, try group.number(of: "max", in: "pids.events")) ?? 0
  }

  /// Adds what version 1 tells, of the whole or of one process: each group counts its kills for itself alone.
  mutating func add(old group: borrowing ControlGroup) throws(SysError) {
    peakMemory = Self.most(peakMemory, try group.number(in: "memory.max_usage_in_bytes"))
    throttledPeriods = Self.most(throttledPeriods, try group.number(of: "nr_throttled", in: "cpu.stat"))
    throttledTime = Self.most(throttledTime, try group.number(of: "throttled_time", in: "cpu.stat").map { $0 / 1000 })
    killedForMemory += try group.number(of: "oom_kill", in: "memory.oom_control") ?? 0
    refusedProcesses = Self.most(refusedProcesses, try group.number(of: "max", in: "pids.events")) ?? 0
  }

  private static func most(_ numbers: UInt64?...) -> UInt64? { numbers.compactMap { $0 }.max() }
}

extension ControlGroup {
  /// Of a line such as `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`.
  fileprivate func pressure(_ file: String) throws(SysError) -> UInt64? {
    let text: String?
    do throws(SysError) {
      text = try read(file)
    } catch {
      // Counted by no kernel that was not told to (EOPNOTSUPP), which is no failure of the run.
      return nil
    }
    guard let line = (text ?? "").split(separator: "\n").first(where: { $0.hasPrefix("some ") }) else { return nil }
    return line.split(separator: " ").first { $0.hasPrefix("total=") }.flatMap { UInt64($0.dropFirst(6)) }
  }
}
