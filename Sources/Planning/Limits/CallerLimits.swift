package import ManifestFormat

/// Limits that whoever starts something adds to those of its manifest.
package struct CallerLimits: Hashable, Sendable {
  package var memory: MemoryAmount?
  package var cpuQuota: CPUQuota?
  package var pids: Int?

  package init() {}

  var isEmpty: Bool { memory == nil && cpuQuota == nil && pids == nil }

  /// The limits of both together; what a manifest limits cannot be raised here.
  func limits(below manifest: Manifest.Resources?, memoryOfMachine: UInt64) throws(PlanError) -> GroupLimits? {
    var resources = manifest ?? Manifest.Resources()
    let allowed = GroupLimits(resources, memoryOfMachine: memoryOfMachine)
    resources.memoryMax = memory ?? resources.memoryMax
    resources.cpuQuota = cpuQuota ?? resources.cpuQuota
    resources.pidsMax = pids ?? resources.pidsMax
    let asked = GroupLimits(resources, memoryOfMachine: memoryOfMachine)
    try check(.memoryMax, asked?.memoryMax, allowed?.memoryMax) { MemoryAmount.bytes($0).text }
    try check(.cpuQuota, asked?.cpuQuota, allowed?.cpuQuota) { CPUQuota(microsecondsPerPeriod: $0).text }
    try check(.pidsMax, asked?.pidsMax, allowed?.pidsMax) { String($0) }
    return asked
  }

  private func check<Number: Comparable>(
    _ name: LimitName, _ asked: Number?, _ allowed: Number?, _ text: (Number) -> String
  ) throws(PlanError) {
    guard let asked, let allowed, asked > allowed else { return }
    throw .raisedLimit(name, asked: text(asked), allowed: text(allowed))
  }
}
