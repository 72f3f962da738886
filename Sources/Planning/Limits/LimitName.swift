/// A limit that a control group holds, by its key in a manifest.
package enum LimitName: String, Codable, Hashable, Sendable, CaseIterable {
  case cpuQuota = "cpu_quota"
  case cpuWeight = "cpu_weight"
  case processors = "cpus"
  case memoryMax = "memory_max"
  case memoryHigh = "memory_high"
  case swapMax = "swap_max"
  case killsTogether = "oom_group"
  case pidsMax = "pids_max"
  case diskWeight = "io_weight"
  case diskMax = "io_max"

  /// What of the kernel holds it.
  package var controller: Controller {
    switch self {
    case .cpuQuota, .cpuWeight: .cpu
    case .processors: .cpuset
    case .memoryMax, .memoryHigh, .swapMax, .killsTogether: .memory
    case .pidsMax: .pids
    case .diskWeight, .diskMax: .io
    }
  }

  /// Whether the controllers of version 1 hold it too, as far as capsrun uses them.
  package var isHeldByOldControllers: Bool {
    switch self {
    case .cpuQuota, .cpuWeight, .memoryMax, .swapMax, .pidsMax: true
    case .processors, .memoryHigh, .killsTogether, .diskWeight, .diskMax: false
    }
  }
}

/// A part of the kernel that holds limits of control groups, by its name there.
package enum Controller: String, Codable, Hashable, Sendable, CaseIterable {
  case cpu, cpuset, io, memory, pids
}
