import Linux
import Testing

@testable import Sandbox

@Suite struct ControlGroupHealthTests {
  static let old = """
    32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
    33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory

    """
  static let unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"

  @Test func `mounts are read with their escapes, whatever optional fields they have`() {
    let table = MountTable(
      """
      27 1 254:0 / / rw - ext4 /dev/vda rw
      36 27 0:33 /a\\040b /mnt/c\\134d rw,nosuid shared:1 master:2 - cgroup2 cgroup2 rw,nsdelegate
      no mount at all
      37 27 0:34 / /proc/kcore ro - tmpfs tmpfs ro
      38 27 0:35 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw
      """)
    #expect(table.entries.count == 4)
    #expect(
      table.controlGroups == [ControlGroupHierarchy(isUnified: true, path: "/mnt/c\\d", root: "/a b", controllers: [])])
    #expect(table.hiddenProcesses == ["/proc/kcore"])
    #expect(MountTable("").entries.isEmpty)
  }

  @Test(arguments: [
    ("/", "/", "/sys/fs/cgroup"), ("/", "/user.slice/x", "/sys/fs/cgroup/user.slice/x"),
    ("/docker/1", "/docker/1", "/sys/fs/cgroup"), ("/docker/1", "/docker/1/x", "/sys/fs/cgroup/x"),
    ("/docker/1", "/docker/12", nil), ("/docker/1", "/", nil), ("/", "/../x", nil),
  ])
  func `the own cgroup is found below the mount that shows it, or is out of sight`(
    root: String, group: String, folder: String?
  ) {
    let hierarchy = ControlGroupHierarchy(isUnified: true, path: "/sys/fs/cgroup", root: root, controllers: [])
    #expect(hierarchy.folder(of: group) == folder)
  }

  static let versions: [(Change<ControlGroupFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "v2 with cpuset cpu io memory pids", fix: nil)),
    (
      { $0.hierarchies = MountTable(old + unified).controlGroups },
      Expected(.ok, "hybrid with cpuset", fix: nil)
    ),
    (
      {
        $0.hierarchies = MountTable(old + unified).controlGroups
        $0.top?.controllers = .text("\n")
      },
      Expected(.degraded, "hybrid, without cpu memory pids on v2, v1 has cpu memory", fix: "cgroup_no_v1=all")
    ),
    (
      { $0.hierarchies = MountTable(old).controlGroups },
      Expected(.degraded, "v1, v1 has cpu memory", fix: "cgroup_no_v1=all")
    ),
    ({ $0.hierarchies = [] }, Expected(.missing, "none is mounted", fix: "mount -t cgroup2")),
    (
      {
        $0.hierarchies = []
        $0.surroundings.isFiltered = true
      }, Expected(.missing, "none is mounted", fix: "outside of the sandbox")
    ),
    ({ $0.hierarchies = nil }, Expected(.unknown, "mountinfo", fix: nil)),
    (
      { $0.top?.controllers = .text("cpu pids") },
      Expected(.degraded, "v2, without memory on v2", fix: "cgroup_disable=")
    ),
    (
      {
        $0.top?.controllers = .text("cpu pids")
        $0.top?.hasParent = true
      }, Expected(.degraded, "without memory", fix: "cgroup.subtree_control of the cgroup above")
    ),
    ({ $0.top?.controllers = .unreadable(.accessDenied) }, Expected(.unknown, "EACCES", fix: nil)),
    ({ $0.top = nil }, Expected(.unknown, "out of sight", fix: nil)),
  ]

  @Test(arguments: versions) func `the version and the controllers decide which limits there are`(
    change: Change<ControlGroupFacts>, expected: Expected
  ) {
    let verdict = changed(Healthy.controlGroups(isRoot: true), change).verdict
    #expect(expected.matches(verdict), "\(verdict)")
  }

  static let delegations: [(isRoot: Bool, Change<ControlGroupFacts>, Expected)] = [
    (true, { _ in }, Expected(.ok, "root may write /sys/fs/cgroup", fix: nil)),
    (true, { $0.top?.isWritable = false }, Expected(.missing, "read-only", fix: "remount,rw /sys/fs/cgroup")),
    (
      true,
      {
        $0.hierarchies = MountTable(old).controlGroups
        $0.top = nil
        $0.writableOld = ["/sys/fs/cgroup/memory"]
      }, Expected(.degraded, "root may write v1's memory only", fix: "cgroup_no_v1=all")
    ),
    (
      true,
      {
        $0.hierarchies = MountTable(old).controlGroups
        $0.top = nil
      }, Expected(.missing, "no controller can be written", fix: "cgroup_no_v1=all")
    ),
    (
      false,
      {
        $0.hierarchies = MountTable(old).controlGroups
        $0.top = nil
        $0.writableOld = ["/sys/fs/cgroup/memory"]
      }, Expected(.missing, "an ordinary user gets limits only by controllers on v2", fix: "cgroup_no_v1=all")
    ),
    (false, { _ in }, Expected(.ok, "systemd-run --user can be asked, with cpu memory pids", fix: nil)),
    (false, { $0.own?.isWritable = true }, Expected(.ok, "/sys/fs/cgroup/a is writable", fix: nil)),
    (
      false,
      {
        $0.own?.isWritable = true
        $0.own?.controllers = .text("pids")
      }, Expected(.degraded, "/sys/fs/cgroup/a is writable, without cpu memory", fix: "delegate.conf")
    ),
    (
      false, { $0.session.controllers = .text("memory pids") },
      Expected(.degraded, "can be asked, without cpu", fix: "Delegate=cpu memory pids io")
    ),
    (false, { $0.session.controllers = .absent }, Expected(.unknown, "is not there", fix: nil)),
    (false, { $0.session.hasBus = false }, Expected(.missing, "no user session", fix: "loginctl enable-linger 1500")),
    (false, { $0.session.hasSystemdRun = false }, Expected(.missing, "no systemd-run", fix: "install")),
    (
      false,
      {
        $0.session.hasBus = false
        $0.session.isSystemdRunning = false
      }, Expected(.missing, "systemd is not running", fix: "by chown")
    ),
    (false, { $0.hierarchies = nil }, Expected(.unknown, "mountinfo", fix: nil)),
  ]

  @Test(arguments: delegations) func `who may make cgroups is told by the way that works`(
    isRoot: Bool, change: Change<ControlGroupFacts>, expected: Expected
  ) {
    let verdict = changed(Healthy.controlGroups(isRoot: isRoot), change).delegation
    #expect(expected.matches(verdict), "\(verdict)")
  }
}
