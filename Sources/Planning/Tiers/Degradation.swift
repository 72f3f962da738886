package import ManifestFormat

/// A layer that a start can do without, when whoever starts it says so.
package enum Degradation: String, Codable, Hashable, Sendable, CaseIterable {
  /// The file rules of the kernel's security module.
  case landlock
  /// A process list of the sandbox's own: that of the machine, or of the container around it, is shown in its place.
  case processes = "proc"
  /// Namespaces of any kind.
  case namespaces
  /// That signals stay inside, where there is no pid namespace to keep them.
  case signals
  // The limits of one kind that a control group was to hold.
  case processorLimits = "cgroup.cpu"
  case processorSetLimits = "cgroup.cpuset"
  case diskLimits = "cgroup.io"
  case memoryLimits = "cgroup.memory"
  case processLimits = "cgroup.pids"

  package init(_ controller: Controller) {
    switch controller {
    case .cpu: self = .processorLimits
    case .cpuset: self = .processorSetLimits
    case .io: self = .diskLimits
    case .memory: self = .memoryLimits
    case .pids: self = .processLimits
    }
  }

  /// The strongest tier that can be had without it.
  package var tier: Tier {
    switch self {
    case .landlock, .processes, .processorLimits, .processorSetLimits, .diskLimits, .memoryLimits, .processLimits:
      .reduced
    case .namespaces, .signals: .filterOnly
    }
  }

  /// What does not hold without it, in words.
  package var loss: String {
    switch self {
    case .landlock: "only mounts and permissions hold its files"
    case .processes: "it sees the process list of what is around it"
    case .namespaces: "Landlock and the seccomp filter alone confine it, and it has no sockets"
    case .signals: "it can send signals to other processes of its user"
    case .processorLimits: "it gets as much processor time as there is"
    case .processorSetLimits: "it runs on all processors"
    case .diskLimits: "it reads and writes as fast as the disks can"
    case .memoryLimits: "it gets as much memory as there is"
    case .processLimits: "it makes as many processes as the caller may"
    }
  }

  /// All that may be missing in a tier.
  package static func allowed(from tier: Tier) -> [Degradation] {
    allCases.filter { $0 != .signals && $0.tier >= tier }
  }
}

/// A layer that a plan does without, and why it is missing here.
package struct Degraded: Codable, Hashable, Sendable {
  package var layer: Degradation
  package var cause: String

  package init(_ layer: Degradation, cause: String) {
    self.layer = layer
    self.cause = cause
  }
}

/// What whoever starts something lets it do without.
package struct Degrading: Hashable, Sendable {
  package var allowed: [Degradation] = []
  /// The weakest tier that will do; nil for any that follows from what is allowed.
  package var minimalTier: Tier?

  package init() {}
}

extension Tier: Comparable {
  private var strength: Int {
    switch self {
    case .full: 2
    case .reduced: 1
    case .filterOnly: 0
    }
  }

  package static func < (a: Tier, b: Tier) -> Bool { a.strength < b.strength }
}
