/// What a tree of processes uses, and has used.
package struct TreeUsage: Hashable, Sendable {
  /// Time of the processor, by those that have ended as well.
  package var cpuMicroseconds: UInt64 = 0
  package var memoryBytes: UInt64 = 0
  /// From and to disks; nil where that cannot be known.
  package var readBytes: UInt64?
  package var writtenBytes: UInt64?
  /// Why it cannot be known.
  package var whyNoIO: String?
  package var processes = 0
  /// How many were killed for lack of memory; only control groups tell.
  package var outOfMemoryKills = 0

  package init() {}

  /// What was used does not become less: it was counted where it cannot be seen any more.
  func notBelow(_ before: TreeUsage) -> TreeUsage {
    var usage = self
    usage.cpuMicroseconds = max(cpuMicroseconds, before.cpuMicroseconds)
    if let readBytes { usage.readBytes = max(readBytes, before.readBytes ?? 0) }
    if let writtenBytes { usage.writtenBytes = max(writtenBytes, before.writtenBytes ?? 0) }
    return usage
  }
}
