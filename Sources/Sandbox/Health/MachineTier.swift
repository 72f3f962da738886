/// Which tier this machine reaches, by the names of `Tier`.
package enum MachineTier: String, Hashable, Sendable {
  /// All layers: namespaces, a filter and Landlock, on Linux 5.19 or newer.
  case full
  /// Namespaces and a filter; a further layer is missing.
  case reduced
  /// No namespaces: a filter and Landlock alone.
  case filterOnly = "filter-only"
  case none
  case unknown
}

/// What decides the tier; nil is what could not be told.
package struct TierFacts: Hashable, Sendable {
  package var hasNamespaces: Bool?
  package var hasOwnProcesses: Bool?
  package var hasFilter: Bool?
  /// 0 when there is none.
  package var landlockVersion: Int?
  package var isNewKernel: Bool?
  package var hasLimits: Bool

  package init(
    hasNamespaces: Bool?, hasOwnProcesses: Bool?, hasFilter: Bool?, landlockVersion: Int?, isNewKernel: Bool?,
    hasLimits: Bool
  ) {
    self.hasNamespaces = hasNamespaces
    self.hasOwnProcesses = hasOwnProcesses
    self.hasFilter = hasFilter
    self.landlockVersion = landlockVersion
    self.isNewKernel = isNewKernel
    self.hasLimits = hasLimits
  }

  init(_ facts: HealthFacts) {
    self.init(
      hasNamespaces: facts.namespaces.verdict.state.isThere, hasOwnProcesses: facts.processes.verdict.state.isThere,
      hasFilter: facts.seccomp.verdict.state.isThere, landlockVersion: facts.landlock.knownVersion,
      isNewKernel: facts.kernel?.isFullTier, hasLimits: facts.controlGroups.hasLimits)
  }

  package var tier: MachineTier {
    guard let hasFilter, let hasNamespaces else { return .unknown }
    guard hasFilter else { return .none }
    guard hasNamespaces else {
      guard let landlockVersion else { return .unknown }
      return landlockVersion > 0 ? .filterOnly : .none
    }
    guard let hasOwnProcesses, let landlockVersion, let isNewKernel else { return .unknown }
    return hasOwnProcesses && landlockVersion > 0 && isNewKernel ? .full : .reduced
  }

  /// A tier counts for a capsule that declares what it does: limits and network grants ask for more.
  package var reservations: [String] {
    guard tier == .full else { return [] }
    var result: [String] = []
    if !hasLimits { result.append("reduced for capsules with limits: see control groups") }
    if let landlockVersion, landlockVersion < 4 {
      result.append("reduced for capsules with network grants: see Landlock")
    }
    return result
  }
}

extension HealthCheck.State {
  /// nil when it could not be told.
  fileprivate var isThere: Bool? {
    switch self {
    case .ok, .degraded: true
    case .missing: false
    case .unknown: nil
    }
  }
}

extension LandlockFacts {
  fileprivate var knownVersion: Int? {
    if case .success(let version) = version { return version }
    return verdict.state == .missing ? 0 : nil
  }
}
