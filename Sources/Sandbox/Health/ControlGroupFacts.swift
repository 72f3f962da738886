/// The control groups of this machine, and what the caller may do with them.
package struct ControlGroupFacts: Hashable, Sendable {
  /// A folder of the unified hierarchy.
  package struct Group: Hashable, Sendable {
    package var path: String
    package var controllers: FileReading
    package var isWritable: Bool
    /// Whether another cgroup is above it, in the caller's view or outside of it.
    package var hasParent: Bool

    package init(path: String, controllers: FileReading, isWritable: Bool, hasParent: Bool) {
      self.path = path
      self.controllers = controllers
      self.isWritable = isWritable
      self.hasParent = hasParent
    }
  }

  /// nil when the mounts cannot be read.
  package var hierarchies: [ControlGroupHierarchy]?
  /// The topmost folder of the unified hierarchy that is visible, and the caller's own.
  package var top: Group?
  package var own: Group?
  /// The old hierarchies that the caller may write to.
  package var writableOld: [String] = []
  package var isRoot = false
  package var surroundings = Surroundings()
  package var session = UserSession()

  package init(hierarchies: [ControlGroupHierarchy]?) { self.hierarchies = hierarchies }

  package static let needed = ["cpu", "memory", "pids"]

  private var unified: ControlGroupHierarchy? { hierarchies?.first { $0.isUnified } }

  /// Those of the needed controllers that are on the old hierarchies.
  var oldControllers: [String] { controllers { _ in true } }

  var writableOldControllers: [String] { controllers { writableOld.contains($0) } }

  private func controllers(where isMeant: (String) -> Bool) -> [String] {
    let mounted = (hierarchies ?? []).filter { !$0.isUnified && isMeant($0.path) }.flatMap(\.controllers)
    return Self.needed.filter { mounted.contains($0) }
  }

  private var hasOld: Bool { hierarchies?.contains { !$0.isUnified } == true }

  /// `v2`, `hybrid` or `v1`; nil when none is mounted, or none can be seen.
  package var version: String? {
    guard unified != nil else { return hasOld ? "v1" : nil }
    return hasOld ? "hybrid" : "v2"
  }

  /// Whether the unified hierarchy has all that limits need.
  package var hasLimits: Bool {
    guard let top else { return false }
    return Self.needed.allSatisfy { top.controllers.words.contains($0) }
  }

  package var verdict: Verdict {
    guard hierarchies != nil else { return .unknown("/proc/self/mountinfo cannot be read") }
    guard let version else {
      return .missing(
        "none is mounted",
        fix: surroundings.isConfined ? surroundings.wayOut : "as root: mount -t cgroup2 none /sys/fs/cgroup")
    }
    let old = oldControllers.isEmpty ? "" : ", v1 has \(oldControllers.joined(separator: " "))"
    guard unified != nil else { return .degraded("v1\(old)", fix: Self.unify) }
    guard let top, top.controllers.problem == nil else {
      return .unknown("\(version), but cgroup.controllers \(top?.controllers.problem ?? "is out of sight")")
    }
    if hasLimits { return .ok("\(version) with \(top.controllers.words.joined(separator: " "))") }
    let lacking = Self.needed.filter { !top.controllers.words.contains($0) }.joined(separator: " ")
    return .degraded("\(version), without \(lacking) on v2\(old)", fix: remedy(lacking, top))
  }

  private static let unify = "boot with systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all"

  private func remedy(_ lacking: String, _ top: Group) -> String {
    if hasOld { return Self.unify }
    return top.hasParent
      ? "enable \(lacking) in cgroup.subtree_control of the cgroup above, outside of the container"
      : "remove cgroup_disable= from the kernel's command line (some boards need cgroup_enable=memory)"
  }
}

/// What may start processes in a delegated cgroup for an ordinary user.
package struct UserSession: Hashable, Sendable {
  package var hasBus = false
  package var hasSystemdRun = false
  package var isSystemdRunning = false
  /// What systemd has handed to the user's own manager.
  package var controllers = FileReading.absent
  package var user: UInt32 = 0

  package init() {}
}
