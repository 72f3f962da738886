import Linux
import Testing

@testable import Sandbox

@Suite struct SurroundingsTests {
  static let signs: [(ContainerSigns, Surroundings.Engine?)] = [
    (ContainerSigns(), nil),
    (ContainerSigns(environment: "docker"), .docker), (ContainerSigns(environment: "podman"), .podman),
    (ContainerSigns(environment: "oci"), .podman), (ContainerSigns(environment: "lxc"), .lxc),
    (ContainerSigns(environment: "something"), .unnamed), (ContainerSigns(environment: ""), nil),
    (ContainerSigns(marker: "systemd-nspawn"), .nspawn), (ContainerSigns(marker: "wsl"), nil),
    (ContainerSigns(hasDockerFile: true), .docker), (ContainerSigns(hasContainerFile: true), .podman),
    (ContainerSigns(hasDockerFile: true, hasKubernetesService: true), .kubernetes),
    (ContainerSigns(groups: "0::/kubepods/x"), .kubernetes), (ContainerSigns(groups: "4:memory:/docker/1f"), .docker),
    (ContainerSigns(groups: "0::/libpod-1f"), .podman), (ContainerSigns(groups: "0::/lxc.payload.a"), .lxc),
    (ContainerSigns(groups: "0::/user.slice/user-1000.slice"), nil),
  ]

  @Test(arguments: signs) func `a container is told by what gives it away`(
    signs: ContainerSigns, engine: Surroundings.Engine?
  ) {
    #expect(signs.container?.engine == engine)
  }

  static let verdicts: [(Change<Surroundings>, Expected)] = [
    ({ _ in }, Expected(.ok, "no container is visible", fix: nil)),
    ({ $0.hasOwnPIDNamespace = nil }, Expected(.unknown, "pid namespace", fix: nil)),
    (
      { $0.container = .init(.docker, sign: "/.dockerenv") },
      Expected(.ok, "in a container of docker (/.dockerenv)", fix: nil)
    ),
    ({ $0.container = .init(.unnamed, sign: "x") }, Expected(.ok, "in a container (x)", fix: nil)),
    ({ $0.hasOwnPIDNamespace = true }, Expected(.ok, "in a pid namespace of its own", fix: nil)),
    ({ $0.isFiltered = true }, Expected(.ok, "a seccomp filter is on this process", fix: nil)),
    (
      { $0.kernelVersion = .text("Linux version 5.15.90.1-microsoft-standard-WSL2") },
      Expected(.ok, "under WSL 2", fix: nil)
    ),
    (
      { $0.kernelVersion = .text("Linux version 4.4.0-19041-Microsoft") },
      Expected(.degraded, "WSL 1", fix: "wsl --set-version")
    ),
    (
      { $0.kernelVersion = .text("Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016") },
      Expected(.degraded, "gVisor", fix: "outside of gVisor")
    ),
  ]

  @Test(arguments: verdicts) func `what lies around a process is told`(
    change: Change<Surroundings>, expected: Expected
  ) {
    let verdict = changed(Healthy.surroundings, change).verdict
    #expect(expected.matches(verdict), "\(verdict)")
  }

  private static let passwd = FileReading.text("root:x:0:0::/:/bin/sh\nbroken\nann:x:1500:1500::/:/bin/sh\n")
  private static let here = SubordinateIDFacts.Helper.present(path: "/usr/bin/newuidmap", isPrivileged: true)
  private static let ranges = FileReading.text("bob:1:1\nann:100000:65536\n1500:200000:10\nann:x:1\nann:1\n")

  static let subordinate: [(Change<SubordinateIDFacts>, Expected)] = [
    ({ _ in }, Expected(.ok, "65546 user ids, 65546 group ids, newuidmap", fix: nil)),
    ({ $0.user = 0 }, Expected(.ok, "root needs none", fix: nil)),
    ({ $0.userRanges = .absent }, Expected(.degraded, "0 user ids", fix: "usermod --add-subuids 100000-165535")),
    ({ $0.groupRanges = .text("bob:1:1\n") }, Expected(.degraded, "0 group ids", fix: "65535 ann")),
    ({ $0.users = .absent }, Expected(.ok, "10 user ids, 10 group ids", fix: nil)),
    (
      {
        $0.users = .absent
        $0.userRanges = .absent
      }, Expected(.degraded, "0 user ids", fix: "65535 1500")
    ),
    ({ $0.userRanges = .unreadable(.accessDenied) }, Expected(.unknown, "/etc/subuid cannot be read", fix: nil)),
    ({ $0.userHelper = .absent }, Expected(.degraded, "no newuidmap", fix: "uidmap")),
    (
      { $0.groupHelper = .present(path: "/usr/bin/newgidmap", isPrivileged: false) },
      Expected(.degraded, "neither set-user-id nor has capabilities", fix: "chmod u+s /usr/bin/newgidmap")
    ),
  ]

  @Test(arguments: subordinate) func `subordinate ids are read by name and by number`(
    change: Change<SubordinateIDFacts>, expected: Expected
  ) {
    let facts = SubordinateIDFacts(
      user: 1500, users: Self.passwd, userRanges: Self.ranges, groupRanges: Self.ranges, userHelper: Self.here,
      groupHelper: Self.here)
    let verdict = changed(facts, change).verdict
    #expect(expected.matches(verdict), "\(verdict)")
  }
}
