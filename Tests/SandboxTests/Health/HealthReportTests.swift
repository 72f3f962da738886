import Linux
import Planning
import Testing

@testable import Sandbox

@Suite struct HealthReportTests {
  private static let full = TierFacts(
    hasNamespaces: true, hasOwnProcesses: true, hasFilter: true, landlockVersion: 6, isNewKernel: true, hasLimits: true)

  static let tiers: [(Change<TierFacts>, MachineTier, reservations: Int)] = [
    ({ _ in }, .full, 0), ({ $0.hasLimits = false }, .full, 1), ({ $0.landlockVersion = 2 }, .full, 1),
    ({ $0.landlockVersion = 0 }, .reduced, 0), ({ $0.hasOwnProcesses = false }, .reduced, 0),
    ({ $0.isNewKernel = false }, .reduced, 0), ({ $0.hasNamespaces = false }, .filterOnly, 0),
    (
      {
        $0.hasNamespaces = false
        $0.hasOwnProcesses = nil
      }, .filterOnly, 0
    ),
    (
      {
        $0.hasNamespaces = false
        $0.landlockVersion = 0
      }, .none, 0
    ),
    ({ $0.hasFilter = false }, .none, 0), ({ $0.hasFilter = nil }, .unknown, 0),
    ({ $0.hasNamespaces = nil }, .unknown, 0),
    ({ $0.landlockVersion = nil }, .unknown, 0), ({ $0.hasOwnProcesses = nil }, .unknown, 0),
    ({ $0.isNewKernel = nil }, .unknown, 0),
  ]

  @Test(arguments: tiers) func `the tier follows from what is there, and is unknown when that is`(
    change: Change<TierFacts>, tier: MachineTier, reservations: Int
  ) {
    let facts = changed(Self.full, change)
    #expect(facts.tier == tier)
    #expect(facts.reservations.count == reservations)
  }

  /// A machine where all is well, for an ordinary user.
  private static var healthy: HealthFacts {
    let surroundings = Healthy.surroundings
    var store = StoreFacts(store: .success("/h/s"))
    store.folder = .success("/h")
    store.overlayOnStore = .worked
    store.overlayInMemory = .worked
    return HealthFacts(
      kernel: KernelFacts(release: "6.12.9"), surroundings: surroundings,
      clone3: Clone3Facts(outcome: .worked, surroundings: surroundings),
      namespaces: NamespaceFacts(
        kinds: Namespace.allCases.map { .init($0, .worked) }, together: .worked, surroundings: surroundings),
      processes: ProcessListFacts(outcome: .worked, hidden: [], surroundings: surroundings),
      seccomp: SeccompFacts(
        actions: .success(SeccompAction.all.map(\.name)), notificationSizes: [80, 24, 64], surroundings: surroundings),
      landlock: LandlockFacts(version: .success(6), activeModules: .absent, surroundings: surroundings),
      controlGroups: Healthy.controlGroups(isRoot: false), store: store, securityModules: SecurityModuleFacts(),
      subordinateIDs: SubordinateIDFacts(
        user: 0, users: .absent, userRanges: .absent, groupRanges: .absent, userHelper: .absent, groupHelper: .absent),
      rehearsal: RehearsalFacts(outcome: .worked))
  }

  private func report(_ facts: HealthFacts) -> HealthReport {
    HealthReport(facts) { failure in ("cannot \(failure.step)", "the catalogue's fix") }
  }

  @Test func `a healthy machine is ok in every check, and capsrun can run`() {
    let report = report(Self.healthy)
    #expect(report.checks.map(\.subject) == HealthSubject.allCases)
    for check in report.checks { #expect(check.state == .ok && check.verdict.fix == nil, "\(check)") }
    #expect(report.canRun && report.tier == .full && report.reservations.isEmpty)
  }

  private static let failure = SetUpFailure(stage: .namespaces, step: "begin", error: error(.clone3, "EPERM"))

  static let unmet: [(Change<HealthFacts>, [HealthSubject])] = [
    ({ $0.clone3.outcome = failed(.clone3, "ENOSYS") }, [.clone3]),
    ({ $0.namespaces.together = failed(.write, "EPERM") }, [.userNamespaces]),
    ({ $0.processes.outcome = failed(.mount, "EPERM") }, [.processes]),
    ({ $0.processes.outcome = nil }, [.processes]),
    ({ $0.seccomp.actions = .failure(error(.seccomp, "ENOSYS")) }, [.seccomp]),
    ({ $0.rehearsal.outcome = .failed(failure) }, [.sandbox]), ({ $0.rehearsal.outcome = .untold("?") }, [.sandbox]),
    ({ $0.landlock.version = .failure(error(.landlock_create_ruleset, "ENOSYS")) }, [.landlock]),
    ({ $0.controlGroups.hierarchies = [] }, []), ({ $0.kernel = nil }, []),
  ]

  @Test(arguments: unmet) func `only what every sandbox needs keeps capsrun from running`(
    change: Change<HealthFacts>, expected: [HealthSubject]
  ) {
    let report = report(changed(Self.healthy, change))
    #expect(report.unmet.map(\.subject) == expected)
    #expect(report.canRun == expected.isEmpty)
    // Each change is seen in some check.
    #expect(report.checks.contains { $0.state != .ok })
  }

  @Test func `a start that fails is mended by the part that is missing, if one is`() {
    var facts = Self.healthy
    facts.rehearsal.outcome = .failed(Self.failure)
    #expect(report(facts).checks.last?.verdict == .missing("cannot begin", fix: "the catalogue's fix"))
    facts.clone3.outcome = failed(.clone3, "ENOSYS")
    #expect(report(facts).checks.last?.verdict == .missing("cannot begin", fix: "use Linux 5.3 or newer"))
  }

  @Test func `every subject has an id and words of its own`() {
    #expect(Set(HealthSubject.allCases.map(\.id)).count == HealthSubject.allCases.count)
    #expect(Set(HealthSubject.allCases.map(\.title)).count == HealthSubject.allCases.count)
    for subject in HealthSubject.allCases { #expect(!subject.neededFor.isEmpty) }
  }
}
