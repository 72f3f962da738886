import Linux
import Planning
import Testing

@testable import Sandbox

@Suite struct GroupSettingTests {
  private static var all: GroupLimits {
    var limits = GroupLimits()
    limits.cpuQuota = 80_000
    limits.cpuWeight = 50
    limits.processors = "0-1"
    limits.memoryMax = 64 << 20
    limits.memoryHigh = 48 << 20
    limits.swapMax = 0
    limits.killsTogether = true
    limits.pidsMax = 20
    limits.diskWeight = 10
    limits.diskMax = [.init(device: "/dev/loop0", readBytes: nil, writeBytes: 1 << 20, reads: 100, writes: nil)]
    return limits
  }

  @Test func `each limit is a line of version 2`() throws {
    let lines = try GroupSetting.unified(Self.all) { _ in "7:0" }
    #expect(
      lines.map { "\($0.file) \($0.value)" } == [
        "cpu.max 80000 100000", "cpu.weight 50", "cpuset.cpus 0-1", "memory.max 67108864", "memory.high 50331648",
        "memory.swap.max 0", "memory.oom.group 1", "pids.max 20", "io.weight default 10",
        "io.max 7:0 wbps=1048576 riops=100",
      ])
    #expect(Set(lines.map(\.limit)) == Set(LimitName.allCases), "a limit that is not written is not held")
    #expect(
      lines.filter(\.mayBeMissing).map(\.file) == ["memory.swap.max"], "no swap can be had without that file either")
  }

  @Test func `version 1 holds the five that it is used for, in the order that it takes`() {
    let lines = GroupSetting.old(Self.all)
    #expect(
      lines.map { "\($0.file) \($0.value)" } == [
        "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 80000", "cpu.shares 512", "memory.limit_in_bytes 67108864",
        "memory.memsw.limit_in_bytes 67108864", "pids.max 20",
      ])
    #expect(Set(lines.map(\.limit)) == Set(LimitName.allCases.filter(\.isHeldByOldControllers)))
  }

  @Test func `swap space of version 1 is counted with the memory`() {
    var limits = GroupLimits()
    limits.memoryMax = 64 << 20
    limits.swapMax = 1 << 20
    #expect(GroupSetting.old(limits).map(\.value) == ["67108864", "68157440"])
    limits.swapMax = nil
    #expect(GroupSetting.old(limits).map(\.file) == ["memory.limit_in_bytes"])
  }

  @Test func `what is no disk is refused`() {
    var limits = GroupLimits()
    limits.diskMax = [.init(device: "/dev/null", readBytes: 1, writeBytes: nil, reads: nil, writes: nil)]
    #expect(throws: SysError(.open, "/dev/null", .noBlockDevice)) { try GroupSetting.unified(limits) }
  }
}
