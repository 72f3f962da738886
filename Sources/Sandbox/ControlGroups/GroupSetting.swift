internal import Linux
internal import Planning

/// One limit as a line in a file of a control group.
struct GroupSetting: Hashable {
  let limit: LimitName
  let file: String
  let value: String
  /// Whether it may be left out where the kernel has no such file.
  var mayBeMissing = false

  /// The lines of version 2.
  static func unified(
    _ limits: GroupLimits, _ device: (String) throws(SysError) -> String = GroupSetting.diskNumber
  ) throws(SysError) -> [GroupSetting] {
    var lines: [GroupSetting] = []
    if let quota = limits.cpuQuota {
      lines.append(.init(limit: .cpuQuota, file: "cpu.max", value: "\(quota) \(GroupLimits.period)"))
    }
    if let weight = limits.cpuWeight { lines.append(.init(limit: .cpuWeight, file: "cpu.weight", value: "\(weight)")) }
    if let list = limits.processors { lines.append(.init(limit: .processors, file: "cpuset.cpus", value: list)) }
    if let bytes = limits.memoryMax { lines.append(.init(limit: .memoryMax, file: "memory.max", value: "\(bytes)")) }
    if let bytes = limits.memoryHigh { lines.append(.init(limit: .memoryHigh, file: "memory.high", value: "\(bytes)")) }
    if let bytes = limits.swapMax {
      // A kernel that swaps nothing out for groups has no such file, and then there is nothing to be kept from.
      lines.append(.init(limit: .swapMax, file: "memory.swap.max", value: "\(bytes)", mayBeMissing: bytes == 0))
    }
    if let together = limits.killsTogether {
      lines.append(.init(limit: .killsTogether, file: "memory.oom.group", value: together ? "1" : "0"))
    }
    if let count = limits.pidsMax { lines.append(.init(limit: .pidsMax, file: "pids.max", value: "\(count)")) }
    if let weight = limits.diskWeight {
      lines.append(.init(limit: .diskWeight, file: "io.weight", value: "default \(weight)"))
    }
    for disk in limits.diskMax ?? [] {
      lines.append(.init(limit: .diskMax, file: "io.max", value: "\(try device(disk.device)) \(disk.line)"))
    }
    return lines
  }

  /// The lines of version 1, in the order in which it takes them.
  static func old(_ limits: GroupLimits) -> [GroupSetting] {
    var lines: [GroupSetting] = []
    if let quota = limits.cpuQuota {
      lines.append(.init(limit: .cpuQuota, file: "cpu.cfs_period_us", value: "\(GroupLimits.period)"))
      lines.append(.init(limit: .cpuQuota, file: "cpu.cfs_quota_us", value: "\(quota)"))
    }
    if let weight = limits.cpuWeight {
      // What is 100 there was 1024 here, and 2 is the least.
      lines.append(.init(limit: .cpuWeight, file: "cpu.shares", value: "\(max(2, weight * 1024 / 100))"))
    }
    if let bytes = limits.memoryMax {
      lines.append(.init(limit: .memoryMax, file: "memory.limit_in_bytes", value: "\(bytes)"))
      if let swap = limits.swapMax {
        let both = bytes.addingReportingOverflow(swap)
        lines.append(
          .init(
            limit: .swapMax, file: "memory.memsw.limit_in_bytes",
            value: "\(both.overflow ? UInt64(Int64.max) : min(both.partialValue, UInt64(Int64.max)))",
            mayBeMissing: swap == 0))
      }
    }
    if let count = limits.pidsMax { lines.append(.init(limit: .pidsMax, file: "pids.max", value: "\(count)")) }
    return lines
  }

  /// The number by which the kernel knows a disk.
  private static func diskNumber(_ path: String) throws(SysError) -> String {
    let status = try Descriptor.open(path, .place).status(of: path)
    guard status.kind == .blockDevice else { throw SysError(.open, path, .noBlockDevice) }
    return "\(status.deviceNumber.major):\(status.deviceNumber.minor)"
  }
}

extension GroupLimits.DiskLimit {
  fileprivate var line: String {
    var parts: [String] = []
    if let readBytes { parts.append("rbps=\(readBytes)") }
    if let writeBytes { parts.append("wbps=\(writeBytes)") }
    if let reads { parts.append("riops=\(reads)") }
    if let writes { parts.append("wiops=\(writes)") }
    return parts.joined(separator: " ")
  }
}
