import Linux
import Testing

@testable import Sandbox

/// Kernel, seccomp, Landlock and the security modules.
@Suite struct FilterHealthTests {
  @Test(arguments: [
    ("6.12.9-cloud-amd64", Expected(.ok, "Linux 6.12.9", fix: nil)), ("5.19", Expected(.ok, "Linux 5.19", fix: nil)),
    ("5.18.19", Expected(.degraded, "Linux 5.18.19", fix: "5.19")),
    ("4.4.0", Expected(.degraded, "4.4.0", fix: "5.19")),
    ("7.0-rc1", Expected(.ok, "7.0-rc1", fix: nil)), ("6.1+", Expected(.ok, "6.1+", fix: nil)),
    ("unnamed", Expected(.unknown, "unnamed", fix: nil)), ("", Expected(.unknown, "no number", fix: nil)),
  ])
  func `the release of the kernel is compared as numbers`(release: String, expected: Expected) {
    #expect(expected.matches(KernelFacts(release: release).verdict))
  }

  static let actions = ["kill_process", "kill_thread", "trap", "errno", "user_notif", "trace", "log", "allow"]

  static let filters: [(Result<[String], SysError>, [UInt16]?, isFiltered: Bool, Expected)] = [
    (
      .success(actions), [80, 24, 64], false,
      Expected(.ok, "user_notif trace log allow; notifications of 80/24/64", fix: nil)
    ),
    (.success(actions), nil, false, Expected(.degraded, "no notifications", fix: "Linux 5.0")),
    (
      .success(["kill_process", "errno", "allow"]), [80, 24, 64], false,
      Expected(.degraded, "no notifications", fix: "Linux 5.0")
    ),
    (.success(["errno", "allow"]), nil, false, Expected(.missing, "no action kill_process", fix: "Linux 4.14")),
    (.failure(error(.seccomp, "ENOSYS")), nil, false, Expected(.missing, "ENOSYS", fix: "CONFIG_SECCOMP_FILTER")),
    (.failure(error(.seccomp, "EINVAL")), nil, false, Expected(.missing, "EINVAL", fix: "CONFIG_SECCOMP_FILTER")),
    (.failure(error(.seccomp, "EPERM")), nil, true, Expected(.unknown, "an outer filter", fix: "outside")),
    (.failure(error(.seccomp, "ENOSYS")), nil, true, Expected(.unknown, "an outer filter", fix: "outside")),
  ]

  @Test(arguments: filters) func `the actions of filters decide what they are good for`(
    actions: Result<[String], SysError>, sizes: [UInt16]?, isFiltered: Bool, expected: Expected
  ) {
    let surroundings = changed(Healthy.surroundings) { $0.isFiltered = isFiltered }
    let facts = SeccompFacts(actions: actions, notificationSizes: sizes, surroundings: surroundings)
    #expect(expected.matches(facts.verdict), "\(facts.verdict)")
  }

  static let landlock: [(Result<Int, SysError>, FileReading, isFiltered: Bool, Expected)] = [
    (.success(4), .absent, false, Expected(.ok, "ABI 4", fix: nil)),
    (.success(10), .absent, false, Expected(.ok, "ABI 10", fix: nil)),
    (.success(3), .absent, false, Expected(.degraded, "ABI 3, without rules for networks", fix: "Linux 6.7")),
    (.success(1), .absent, false, Expected(.degraded, "ABI 1", fix: "Linux 6.7")),
    (.success(0), .absent, false, Expected(.unknown, "ABI 0", fix: nil)),
    (
      .failure(error(.landlock_create_ruleset, "EOPNOTSUPP")), .text("lockdown,yama,apparmor"), false,
      Expected(.missing, "active are lockdown,yama,apparmor", fix: "lsm=landlock,lockdown,yama,apparmor")
    ),
    (
      .failure(error(.landlock_create_ruleset, "EOPNOTSUPP")), .absent, false,
      Expected(
        .missing, "switched off at boot (landlock_create_ruleset: EOPNOTSUPP)", fix: "lsm=landlock,and the modules")
    ),
    (
      .failure(error(.landlock_create_ruleset, "ENOSYS")), .absent, false,
      Expected(.missing, "not in this kernel", fix: "Linux 5.13")
    ),
    (
      .failure(error(.landlock_create_ruleset, "ENOSYS")), .absent, true,
      Expected(.missing, "not offered", fix: "outside")
    ),
    (
      .failure(error(.landlock_create_ruleset, "EPERM")), .absent, true,
      Expected(.missing, "seccomp filter", fix: "outside")
    ),
    (.failure(error(.landlock_create_ruleset, "EIO")), .absent, false, Expected(.unknown, "EIO", fix: nil)),
  ]

  @Test(arguments: landlock) func `Landlock is told by its version, or by why it is absent`(
    version: Result<Int, SysError>, modules: FileReading, isFiltered: Bool, expected: Expected
  ) {
    let surroundings = changed(Healthy.surroundings) { $0.isFiltered = isFiltered }
    let facts = LandlockFacts(version: version, activeModules: modules, surroundings: surroundings)
    #expect(expected.matches(facts.verdict), "\(facts.verdict)")
  }

  static let forbidden = FileReading.unreadable(Errno.accessDenied)

  static let appArmor: [(Change<SecurityModuleFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "not active", fix: nil)),
    ({ $0.appArmorEnabled = .text("N\n") }, Expected(.ok, "switched off", fix: nil)),
    (
      {
        $0.appArmorEnabled = .text("Y\n"); $0.profile = .text("unconfined\n")
      }, Expected(.ok, "unconfined", fix: nil)
    ),
    (
      {
        $0.appArmorEnabled = .text("Y\n"); $0.profile = .text("a (complain)\n")
      }, Expected(.ok, "a (complain)", fix: nil)
    ),
    (
      {
        $0.appArmorEnabled = .text("Y\n"); $0.profile = .text("a (enforce)\n")
      }, Expected(.degraded, "a (enforce)", fix: "journalctl")
    ),
    (
      {
        $0.appArmorEnabled = .text("Y\n")
        $0.profile = .text("docker-default (enforce)\n")
        $0.surroundings.container = .init(.docker, sign: "x")
      }, Expected(.degraded, "docker-default", fix: "apparmor=unconfined")
    ),
    (
      {
        $0.appArmorEnabled = .text("Y\n"); $0.profile = forbidden
      }, Expected(.unknown, "EACCES", fix: nil)
    ),
    ({ $0.appArmorEnabled = forbidden }, Expected(.unknown, "EACCES", fix: nil)),
  ]

  @Test(arguments: appArmor) func `AppArmor is told by the profile of this process`(
    change: Change<SecurityModuleFacts>, expected: Expected
  ) {
    let verdict = changed(SecurityModuleFacts(), change).appArmorVerdict
    #expect(expected.matches(verdict), "\(verdict)")
  }

  static let seLinux: [(Change<SecurityModuleFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "not active", fix: nil)),
    ({ $0.seLinuxEnforcing = .text("0") }, Expected(.ok, "permissive", fix: nil)),
    (
      {
        $0.seLinuxEnforcing = .text("1"); $0.profile = .text("user_t\0")
      }, Expected(.ok, "enforcing, as user_t", fix: nil)
    ),
    ({ $0.seLinuxEnforcing = .text("x") }, Expected(.unknown, "holds no number", fix: nil)),
    ({ $0.seLinuxEnforcing = forbidden }, Expected(.unknown, "EACCES", fix: nil)),
  ]

  @Test(arguments: seLinux) func `SELinux is told where it is visible`(
    change: Change<SecurityModuleFacts>, expected: Expected
  ) {
    let verdict = changed(SecurityModuleFacts(), change).seLinuxVerdict
    #expect(expected.matches(verdict), "\(verdict)")
  }

  @Test(arguments: [
    (FileReading.absent, Expected(.ok, "not active", fix: nil)),
    (.text("0\n"), Expected(.ok, "ptrace_scope 0", fix: nil)),
    (.text("2\n"), Expected(.ok, "ptrace_scope 2", fix: nil)),
    (.text("3\n"), Expected(.degraded, "ptrace_scope 3", fix: "to 2 or less")),
    (.text("x"), Expected(.unknown, "no number", fix: nil)), (forbidden, Expected(.unknown, "EACCES", fix: nil)),
  ])
  func `Yama forbids what network grants need only at its last scope`(scope: FileReading, expected: Expected) {
    let verdict = changed(SecurityModuleFacts()) { $0.traceScope = scope }.yamaVerdict
    #expect(expected.matches(verdict), "\(verdict)")
  }
}
