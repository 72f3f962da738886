internal import ManifestFormat

/// What a control group allows; nil is whatever holds around it.
package struct GroupLimits: Codable, Hashable, Sendable {
  /// Microseconds of processor time in each tenth of a second.
  package var cpuQuota: Int?
  package var cpuWeight: Int?
  package var processors: String?
  /// In bytes, as the next two.
  package var memoryMax: UInt64?
  package var memoryHigh: UInt64?
  package var swapMax: UInt64?
  package var killsTogether: Bool?
  package var pidsMax: Int?
  package var diskWeight: Int?
  /// By device node, in that order.
  package var diskMax: [DiskLimit]?

  /// Per second.
  package struct DiskLimit: Codable, Hashable, Sendable {
    package var device: String
    package var readBytes: UInt64?
    package var writeBytes: UInt64?
    package var reads: Int?
    package var writes: Int?

    package init(device: String, readBytes: UInt64?, writeBytes: UInt64?, reads: Int?, writes: Int?) {
      self.device = device
      self.readBytes = readBytes
      self.writeBytes = writeBytes
      self.reads = reads
      self.writes = writes
    }
  }

  package init() {}

  /// How long the time of `cpuQuota` is counted for, in microseconds.
  package static let period = CPUQuota.period

  /// The limits that are set, in the order of a manifest.
  package var names: [LimitName] { LimitName.allCases.filter { text(of: $0) != nil } }

  /// Its value as in a manifest; nil when it is not set.
  package func text(of name: LimitName) -> String? {
    switch name {
    case .cpuQuota: cpuQuota.map { CPUQuota(microsecondsPerPeriod: $0).text }
    case .cpuWeight: cpuWeight.map(String.init)
    case .processors: processors
    case .memoryMax: memoryMax.map { MemoryAmount.bytes($0).text }
    case .memoryHigh: memoryHigh.map { MemoryAmount.bytes($0).text }
    case .swapMax: swapMax.map { MemoryAmount.bytes($0).text }
    case .killsTogether: killsTogether.map(String.init)
    case .pidsMax: pidsMax.map(String.init)
    case .diskWeight: diskWeight.map(String.init)
    case .diskMax: diskMax.map { $0.map(\.text).joined(separator: "; ") }
    }
  }

  /// The same without what a controller holds, for a start that goes on without it on purpose.
  package func without(_ controller: Controller) -> GroupLimits {
    var rest = self
    switch controller {
    case .cpu: (rest.cpuQuota, rest.cpuWeight) = (nil, nil)
    case .cpuset: rest.processors = nil
    case .io: (rest.diskWeight, rest.diskMax) = (nil, nil)
    case .memory: (rest.memoryMax, rest.memoryHigh, rest.swapMax, rest.killsTogether) = (nil, nil, nil, nil)
    case .pids: rest.pidsMax = nil
    }
    return rest
  }
}

extension GroupLimits.DiskLimit {
  package var text: String {
    var parts = [device]
    for (key, bytes) in [("rbps", readBytes), ("wbps", writeBytes)] {
      if let bytes { parts.append("\(key)=\(MemoryAmount.bytes(bytes).text)") }
    }
    for (key, count) in [("riops", reads), ("wiops", writes)] {
      if let count { parts.append("\(key)=\(count)") }
    }
    return parts.joined(separator: " ")
  }
}

// From a manifest.
extension GroupLimits {
  /// The limits of a manifest on a machine with so much memory; nil when it sets none.
  init?(_ resources: Manifest.Resources, memoryOfMachine: UInt64) {
    func bytes(_ amount: MemoryAmount?) -> UInt64? {
      switch amount {
      case .bytes(let count): count
      case .percent(let percent): memoryOfMachine / 100 * UInt64(percent)
      case .unlimited, nil: nil
      }
    }
    cpuQuota = resources.cpuQuota?.microsecondsPerPeriod
    cpuWeight = resources.cpuWeight
    processors = resources.cpus
    memoryMax = bytes(resources.memoryMax)
    memoryHigh = bytes(resources.memoryHigh)
    // Memory that can be swapped out is not limited: without another word there is no swap space beside a limit.
    swapMax = resources.swapMax == nil && memoryMax != nil ? 0 : bytes(resources.swapMax)
    killsTogether = resources.killsTogether
    pidsMax = resources.pidsMax
    diskWeight = resources.ioWeight
    let disks = resources.ioMax.sorted { $0.key < $1.key }.map { device, limit in
      DiskLimit(
        device: device, readBytes: bytes(limit.readBytes), writeBytes: bytes(limit.writeBytes), reads: limit.reads,
        writes: limit.writes)
    }
    diskMax = disks.isEmpty ? nil : disks
    if names.isEmpty { return nil }
  }

  /// What one process of a capsule may: its own limits, and where it has none those of the whole, which programs look for in the
  /// group that they are in. A share is one among the processes, and so only its own.
  static func ofProcess(_ own: GroupLimits?, within whole: GroupLimits?) -> GroupLimits? {
    guard let whole else { return own }
    let own = own ?? GroupLimits()
    var limits = GroupLimits()
    limits.cpuQuota = least(own.cpuQuota, whole.cpuQuota)
    limits.cpuWeight = own.cpuWeight
    limits.processors = own.processors ?? whole.processors
    limits.memoryMax = least(own.memoryMax, whole.memoryMax)
    limits.memoryHigh = least(own.memoryHigh, whole.memoryHigh)
    limits.swapMax = least(own.swapMax, whole.swapMax)
    limits.killsTogether = own.killsTogether
    limits.pidsMax = least(own.pidsMax, whole.pidsMax)
    limits.diskWeight = own.diskWeight
    limits.diskMax = own.diskMax
    return limits.names.isEmpty ? nil : limits
  }

  /// The same for the limits of a manifest.
  static func ofProcess(
    _ resources: Manifest.Resources, within whole: GroupLimits?, memoryOfMachine: UInt64
  ) -> GroupLimits? {
    var own = GroupLimits(resources, memoryOfMachine: memoryOfMachine)
    // What its capsule says of swap space holds for it too, when it says nothing itself.
    if resources.swapMax == nil, whole?.swapMax != nil { own?.swapMax = nil }
    return ofProcess(own, within: whole)
  }

  private static func least<Number: Comparable>(_ own: Number?, _ whole: Number?) -> Number? {
    guard let own, let whole else { return own ?? whole }
    return min(own, whole)
  }
}
