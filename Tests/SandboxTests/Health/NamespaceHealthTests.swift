import Linux
import Planning
import Testing

@testable import Sandbox

@Suite struct NamespaceHealthTests {
  private static func facts(
    _ outcome: TrialOutcome, together: TrialOutcome? = .worked, _ surroundings: Surroundings
  ) -> NamespaceFacts {
    NamespaceFacts(
      kinds: Namespace.allCases.map { .init($0, outcome) }, together: together, surroundings: surroundings)
  }

  /// Settings of an ordinary user's machine, the error, and what is said about it.
  static let refusals: [(change: Change<Surroundings>, errno: String, expected: Expected)] = [
    (
      { $0.namespaceLimit = .text("0\n") }, "ENOSPC",
      Expected(.missing, "max_user_namespaces is 0", fix: "sysctl -w user.max")
    ),
    ({ _ in }, "EUSERS", Expected(.missing, "all refused (clone3: EUSERS)", fix: "sysctl -w user.max")),
    (
      { $0.unprivilegedClone = .text("0\n") }, "EPERM",
      Expected(.missing, "kernel.unprivileged_userns_clone is 0", fix: "kernel.unprivileged_userns_clone=1")
    ),
    (
      {
        $0.appArmorRestriction = .text("1\n")
        $0.program = "/opt/capsrun"
      }, "EACCES",
      Expected(
        .missing, "apparmor_restrict_unprivileged_userns is 1", fix: "profile capsrun /opt/capsrun flags=(unconfined)")
    ),
    (
      {
        $0.isFiltered = true
        $0.namespaceLimit = .text("0\n")
      }, "EPERM",
      Expected(
        .missing, "by the seccomp filter around this process, and user.max_user_namespaces is 0",
        fix: "outside of the sandbox")
    ),
    (
      {
        $0.isFiltered = true
        $0.container = .init(.docker, sign: "x")
      }, "EPERM", Expected(.missing, "by the seccomp filter", fix: "--security-opt systempaths=unconfined")
    ),
    (
      {
        $0.isFiltered = true
        $0.container = .init(.podman, sign: "x")
      }, "EPERM", Expected(.missing, "by the seccomp filter", fix: "--security-opt unmask=ALL")
    ),
    (
      { $0.container = .init(.kubernetes, sign: "x") }, "EPERM",
      Expected(.missing, "by the container around this process", fix: "hostUsers: false, procMount: Unmasked")
    ),
    ({ _ in }, "EPERM", Expected(.missing, "all refused (clone3: EPERM)", fix: "security policy")),
    ({ _ in }, "EINVAL", Expected(.missing, "built without it", fix: "CONFIG_USER_NS")),
    ({ _ in }, "EAGAIN", Expected(.missing, "EAGAIN", fix: "ulimit -u")),
  ]

  @Test(arguments: refusals) func `namespaces that are refused name the setting and one fix`(
    change: Change<Surroundings>, errno: String, expected: Expected
  ) {
    let surroundings = changed(Healthy.surroundings, change)
    let verdict = Self.facts(failed(.clone3, errno), together: failed(.clone3, errno), surroundings).verdict
    #expect(expected.matches(verdict), "\(verdict)")
    // The same settings are not blamed for what works.
    #expect(Self.facts(.worked, surroundings).verdict == .ok("user mount pid network ipc uts cgroup, with id maps"))
  }

  @Test func `a setting that forbids ordinary users is not blamed for root`() {
    let surroundings = changed(Healthy.surroundings) {
      $0.isRoot = true
      $0.unprivilegedClone = .text("0\n")
      $0.appArmorRestriction = .text("1\n")
    }
    let verdict = Self.facts(failed(.clone3, "EPERM"), together: nil, surroundings).verdict
    #expect(verdict.state == .missing && !verdict.detail.contains(" is "), "\(verdict)")
  }

  @Test func `the fix never switches a protection of the whole machine off`() {
    for refusal in Self.refusals {
      let fix = changed(Healthy.surroundings, refusal.change).refusal(of: error(.clone3, refusal.errno).errno).fix
      #expect(!fix.contains("apparmor_restrict"))
    }
  }

  @Test func `one kind that is refused is named`() {
    var facts = Self.facts(.worked, Healthy.surroundings)
    facts.kinds[6].outcome = failed(.clone3, "EINVAL")
    #expect(Expected(.missing, "cgroup refused (clone3: EINVAL)", fix: "CONFIG").matches(facts.verdict))
  }

  /// How all of them at once went.
  static let together: [(TrialOutcome?, Expected)] = [
    (failed(.write, "EPERM"), Expected(.missing, "the id maps were refused (write: EPERM)", fix: "security policy")),
    (failed(.mount, "EACCES"), Expected(.missing, "they can be made, but not used", fix: "security policy")),
    (failed(.open, "ENOENT"), Expected(.unknown, "id maps cannot be written", fix: "mount /proc")),
    (.lost(.killed(signal: 31)), Expected(.unknown, "without a word", fix: nil)),
    (nil, Expected(.unknown, "without clone3", fix: nil)),
  ]

  @Test(arguments: together) func `namespaces that cannot be used are no namespaces`(
    outcome: TrialOutcome?, expected: Expected
  ) {
    #expect(expected.matches(Self.facts(.worked, together: outcome, Healthy.surroundings).verdict))
  }

  @Test(arguments: [
    (true, "0 1500 1", true), (true, "0 0 4294967295", false), (false, "1000 1500 1", false), (true, "", false),
  ])
  func `only root of an inner namespace is told that its users are too few`(isRoot: Bool, map: String, isTold: Bool) {
    let surroundings = changed(Healthy.surroundings) {
      $0.isRoot = isRoot
      $0.userMap = .text("  " + map + "\n")
    }
    let verdict = Self.facts(.worked, together: failed(.write, "EPERM"), surroundings).verdict
    #expect(verdict.state == .missing)
    #expect(verdict.detail.contains("without the reserved users") == isTold, "\(verdict)")
    #expect((verdict.fix == "run capsrun as an ordinary user") == isTold)
  }

  @Test func `what has nothing to do with namespaces leaves them unknown`() {
    #expect(Self.facts(failed(.socketpair, "EMFILE"), Healthy.surroundings).verdict.state == .unknown)
    #expect(Self.facts(.lost(.exited(code: 0)), Healthy.surroundings).verdict.state == .unknown)
  }

  static let clone3: [(Change<Surroundings>, TrialOutcome, Expected)] = [
    ({ _ in }, .worked, Expected(.ok, "works", fix: nil)),
    ({ _ in }, failed(.clone3, "ENOSYS"), Expected(.missing, "ENOSYS", fix: "Linux 5.3")),
    ({ $0.isFiltered = true }, failed(.clone3, "ENOSYS"), Expected(.missing, "by a seccomp filter", fix: "outside")),
    ({ _ in }, failed(.clone3, "EAGAIN"), Expected(.missing, "EAGAIN", fix: "ulimit -u")),
    ({ _ in }, failed(.socketpair, "EMFILE"), Expected(.unknown, "EMFILE", fix: nil)),
    ({ _ in }, .lost(.exited(code: 0)), Expected(.unknown, "without a word", fix: nil)),
  ]

  @Test(arguments: clone3) func `clone3 is there, refused, or unknown`(
    change: Change<Surroundings>, outcome: TrialOutcome, expected: Expected
  ) {
    var facts = Clone3Facts(outcome: outcome, surroundings: changed(Healthy.surroundings, change))
    #expect(expected.matches(facts.verdict), "\(facts.verdict)")
    facts.isOffered = false
    #expect(facts.verdict.detail.contains("the older call") == (outcome == .worked))
  }

  static let processes: [(TrialOutcome?, [String], Expected)] = [
    (.worked, [], Expected(.ok, "can be mounted", fix: nil)),
    (.worked, ["/proc/kcore"], Expected(.ok, "can be mounted", fix: nil)),
    (
      failed(.mount, "EPERM"), ["/proc/kcore"],
      Expected(.missing, "1 path of the outer one hidden: /proc/kcore", fix: "systempaths")
    ),
    (
      failed(.mount, "EPERM"), ["/a", "/b", "/c", "/d"],
      Expected(.missing, "4 paths of the outer one hidden: /a /b /c ...", fix: "systempaths")
    ),
    (failed(.mount, "EPERM"), [], Expected(.missing, "refused (mount: EPERM)", fix: "seccomp=unconfined")),
    (
      failed(.mount, "EACCES"), ["/proc/kcore"],
      Expected(.missing, "refused (mount: EACCES)", fix: "seccomp=unconfined")
    ),
    (nil, [], Expected(.unknown, "without user namespaces", fix: nil)),
    (.lost(.exited(code: 0)), [], Expected(.unknown, "without a word", fix: nil)),
  ]

  @Test(arguments: processes) func `a /proc that cannot be mounted names what is hidden of the outer one`(
    outcome: TrialOutcome?, hidden: [String], expected: Expected
  ) {
    let docker = changed(Healthy.surroundings) { $0.container = .init(.docker, sign: "x") }
    let facts = ProcessListFacts(outcome: outcome, hidden: hidden, surroundings: docker)
    #expect(expected.matches(facts.verdict), "\(facts.verdict)")
  }
}
