import Linux
import Testing

@testable import Sandbox

@Suite struct GroupUsageTests {
  private func usage(_ files: [String: String], _ leaf: [String: String], isUnified: Bool) throws -> GroupUsage {
    let folder = try GroupFolder()
    try folder.group("whole", files)
    try folder.group("whole/leaf", leaf)
    var usage = GroupUsage()
    let whole = try ControlGroup.open(folder("whole"))
    let part = try whole.open(child: "leaf")
    if isUnified {
      try usage.add(unified: whole)
      try usage.add(unifiedPart: part)
    } else {
      try usage.add(old: whole)
      try usage.add(old: part)
    }
    return usage
  }

  @Test func `what version 2 has counted is read`() throws {
    let used = try usage(
      [
        "memory.peak": "67108864\n", "memory.events": "low 0\noom 1\noom_kill 1\n", "pids.events": "max 0\n",
        "cpu.stat": "usage_usec 650000\nuser_usec 600000\nnr_periods 33\nnr_throttled 30\nthrottled_usec 2400000\n",
        "memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=710661\nfull avg10=0.00 total=5\n",
      ], ["cpu.stat": "nr_throttled 32\nthrottled_usec 100\n", "pids.events": "max 94\n"], isUnified: true)
    #expect(used.peakMemory == 67_108_864 && used.processorTime == 650_000)
    #expect(used.throttledPeriods == 32 && used.throttledTime == 2_400_000)
    #expect(used.killedForMemory == 1 && used.refusedProcesses == 94)
    #expect(used.waited?.memory == 710_661 && used.waited?.processor == nil)
  }

  @Test func `what version 1 has counted is read, each group for itself`() throws {
    let used = try usage(
      [
        "memory.max_usage_in_bytes": "4096\n", "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
        "cpu.stat": "nr_periods 3\nnr_throttled 2\nthrottled_time 5000000\n", "pids.events": "max 1\n",
      ], ["memory.oom_control": "oom_kill 2\n", "pids.events": "max 7\n"], isUnified: false)
    #expect(used.peakMemory == 4096 && used.killedForMemory == 3 && used.refusedProcesses == 7)
    #expect(used.throttledPeriods == 2 && used.throttledTime == 5000)
  }

  @Test func `without files nothing is claimed`() throws {
    for isUnified in [true, false] { #expect(try usage([:], [:], isUnified: isUnified) == GroupUsage()) }
  }
}
