package import Planning

/// Everything that was found out about this machine.
package struct HealthFacts: Sendable {
  package var kernel: KernelFacts?
  package var surroundings: Surroundings
  package var clone3: Clone3Facts
  package var namespaces: NamespaceFacts
  package var processes: ProcessListFacts
  package var seccomp: SeccompFacts
  package var landlock: LandlockFacts
  package var controlGroups: ControlGroupFacts
  package var store: StoreFacts
  package var securityModules: SecurityModuleFacts
  package var subordinateIDs: SubordinateIDFacts
  package var rehearsal: RehearsalFacts
  /// What is missing where that has failed, and may be allowed to be.
  package var lacks: [Degradation] = []
}

/// The checks, and what they come to.
package struct HealthReport: Hashable, Sendable {
  package let checks: [HealthCheck]
  package let tier: MachineTier
  /// What the tier does not reach, each with the condition under which that matters.
  package let reservations: [String]

  package init(_ facts: HealthFacts, explain: (SetUpFailure) -> (cause: String, remedy: String?)) {
    var checks = HealthSubject.allCases.map { HealthCheck($0, facts.verdict(on: $0, explain: explain)) }
    // What fails as a whole is mended by mending the part that is missing.
    let cause = checks.first { $0.subject.isRequired && $0.state == .missing && $0.subject != .sandbox }
    for (index, check) in checks.enumerated() where check.subject == .sandbox && check.state == .missing {
      guard let fix = cause?.verdict.fix else { continue }
      checks[index] = HealthCheck(.sandbox, .missing(check.verdict.detail, fix: fix))
    }
    self.checks = checks
    let reached = TierFacts(facts)
    tier = reached.tier
    reservations = reached.reservations
    // Of these one must hold.
    waysOut = facts.lacks.contains(.landlock) && facts.lacks.count > 1 ? [] : facts.lacks
  }

  package init(checks: [HealthCheck], tier: MachineTier, reservations: [String]) {
    self.checks = checks
    self.tier = tier
    self.reservations = reservations
    waysOut = []
  }

  /// What no sandbox can do without, and what is not known to be here.
  package var unmet: [HealthCheck] {
    checks.filter { $0.subject.isRequired && $0.state != .ok && $0.state != .degraded }
  }

  /// What has to be allowed to be missing for a start here, all of it; empty where nothing has to, or where that would not do.
  package let waysOut: [Degradation]

  /// Whether a sandbox can be started: the rehearsal has shown it, and nothing contradicts it.
  package var canRun: Bool { unmet.isEmpty }
}

extension HealthFacts {
  func verdict(
    on subject: HealthSubject, explain: (SetUpFailure) -> (cause: String, remedy: String?)
  ) -> Verdict {
    switch subject {
    case .kernel: kernel?.verdict ?? .unknown("the kernel does not tell its release")
    case .clone3: clone3.verdict
    case .userNamespaces: namespaces.verdict
    case .processes: processes.verdict
    case .seccomp: seccomp.verdict
    case .landlock: landlock.verdict
    case .controlGroups: controlGroups.verdict
    case .delegation: controlGroups.delegation
    case .overlay: store.overlayVerdict
    case .idmappedMounts: store.idmappedVerdict
    case .appArmor: securityModules.appArmorVerdict
    case .seLinux: securityModules.seLinuxVerdict
    case .yama: securityModules.yamaVerdict
    case .container: surroundings.verdict
    case .subordinateIDs: subordinateIDs.verdict
    case .sandbox: rehearsal.verdict(explain: explain)
    }
  }
}
