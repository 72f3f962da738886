import Testing

@testable import ManifestFormat

@Suite struct DeviceGrantTests {
  @Test(arguments: [
    ("/dev/kvm", "/dev/kvm"), ("/dev/kvm?", "/dev/kvm?"), ("//dev/./dri//renderD128/", "/dev/dri/renderD128"),
    ("/dev/dri/renderD128/?", "/dev/dri/renderD128?"), ("/dev/nvidia0", "/dev/nvidia0"),
    ("/dev/ttyUSB0", "/dev/ttyUSB0"),
    ("/dev/video0", "/dev/video0"), ("/dev/snd/pcmC0D0p", "/dev/snd/pcmC0D0p"), ("/dev/hwrng", "/dev/hwrng"),
    ("/dev/i2c-1", "/dev/i2c-1"), ("/dev/net/tun", "/dev/net/tun"), ("/dev/memory_like", "/dev/memory_like"),
    ("/dev/ttyACM1", "/dev/ttyACM1"), ("/dev/fusion", "/dev/fusion"), ("/dev/logs", "/dev/logs"),
  ])
  func `a device grant has one text, and that text is the same grant`(text: String, canonical: String) throws {
    let grant = try DeviceGrant(text)
    #expect(grant.description == canonical)
    #expect(try DeviceGrant(canonical) == grant)
    #expect(grant.mayBeMissing == text.hasSuffix("?"))
  }

  @Test(arguments: [
    ("", DeviceGrant.Problem.path(.empty)), ("dev/kvm", .path(.relative)), ("/dev/../etc/shadow", .path(.climbs)),
    ("/dev", .notBelowDev), ("/", .notBelowDev), ("/devices/x", .notBelowDev), ("/etc/passwd", .notBelowDev),
    ("/dev/kvm??", .questionMark), ("/dev/kvm?/", .questionMark), ("?", .path(.empty)),
    ("/dev/a\nb", .path(.controlCharacter)),
  ])
  func `what is no device grant is refused`(text: String, problem: DeviceGrant.Problem) {
    #expect(throws: problem) { try DeviceGrant(text) }
    #expect(!problem.explanation.isEmpty && !problem.hint.isEmpty)
  }

  @Test(arguments: [
    ("mem kmem port core oldmem nvram cpu/0/msr cpu/12/cpuid snapshot", DeviceRefusal.memory), ("kmsg", .kernelLog),
    (
      """
      sda sda1 sdaa12 hda vda vda1 xvda nvme0n1 nvme0n1p2 nvme10n1 mmcblk0 mmcblk0p1 loop0 loop-control dm-0 \
      mapper/control mapper/vg-root md0 md/home nbd0 zram0 ram0 sr0 cdrom disk/by-id/x block/8:0 fd0 root
      """, .blockDevice
    ), ("nvme0 ng0n1 sg0 bsg/0:0:0:0 st0 nst0 mtd0 raw/raw1", .rawStorage),
    ("fuse cuse btrfs-control autofs mqueue hugepages", .fileSystems), ("uinput uhid userio", .inputInjection),
    ("console tty tty0 tty63 vcs vcsa1 pts/0 ptmx", .console), ("vfio/vfio vfio/12 mei0 ipmi0", .privateHardware),
    ("vsock vhost-vsock vboxdrv xen/privcmd", .hypervisor), ("vhost-net ppp", .hostNetwork),
    ("watchdog watchdog0", .machinePower),
    ("usbmon0", .traffic), ("log initctl", .socket),
    ("null zero full random urandom fd/0 stdin stdout stderr shm/x", .alreadyInside),
  ])
  func `a device that reaches the host is never granted`(names: String, reason: DeviceRefusal) {
    for name in names.split(separator: " ") {
      let expected: DeviceRefusal = name == "vhost-vsock" ? .hostNetwork : reason
      #expect(throws: DeviceGrant.Problem.refused(expected), "\(name)") { try DeviceGrant("/dev/\(name)") }
      #expect(throws: DeviceGrant.Problem.refused(expected), "\(name)") { try DeviceGrant("/dev//./\(name)?") }
    }
  }

  @Test(arguments: [
    (true, UInt32(8), UInt32(0), DeviceRefusal?.some(.blockDevice)), (false, 1, 1, .memory), (false, 1, 11, .kernelLog),
    (false, 1, 3, nil), (false, 1, 9, nil), (false, 10, 229, .fileSystems), (false, 10, 232, nil),
    (false, 10, 223, .inputInjection),
    (false, 4, 1, .console), (false, 4, 64, nil), (false, 21, 3, .rawStorage), (false, 226, 128, nil),
    (false, 202, 5000, .memory),
  ])
  func `a device is known by its numbers, whatever its name`(
    isBlock: Bool, major: UInt32, minor: UInt32, expected: DeviceRefusal?
  ) {
    #expect(DeviceGrant.refusal(ofBlockDevice: isBlock, major: major, minor: minor) == expected)
  }
}

@Suite struct UnixGrantTests {
  @Test(arguments: [
    ("/run/postgresql/.s.PGSQL.5432", "/run/postgresql/.s.PGSQL.5432"),
    ("/run//redis/./redis.sock?", "/run/redis/redis.sock?"),
    ("/srv/app/socket/", "/srv/app/socket"),
    ("/" + String(repeating: "a", count: 106), "/" + String(repeating: "a", count: 106)),
  ])
  func `a unix grant has one text, and that text is the same grant`(text: String, canonical: String) throws {
    let grant = try UnixGrant(text)
    #expect(grant.description == canonical)
    #expect(try UnixGrant(canonical) == grant)
    #expect(grant.danger == nil)
  }

  @Test(arguments: [
    ("", UnixGrant.Problem.path(.empty)), ("run/x.sock", .path(.relative)), ("/run/../x", .path(.climbs)), ("/", .root),
    ("/x??", .questionMark), ("/x?/", .questionMark), ("@abstract", .abstract), ("/?", .root),
    ("/" + String(repeating: "a", count: 107), .tooLong),
  ])
  func `what is no unix grant is refused`(text: String, problem: UnixGrant.Problem) {
    #expect(throws: problem) { try UnixGrant(text) }
    #expect(!problem.explanation.isEmpty && !problem.hint.isEmpty)
  }

  @Test(arguments: [
    "/run/docker.sock", "/var/run/docker.sock", "/var//run/./docker.sock?", "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock", "/run/systemd/private",
    "/run/dbus/system_bus_socket", "/run/libvirt/libvirt-sock", "/var/lib/lxd/unix.socket",
    "/var/lib/incus/unix.socket",
    "/var/snap/lxd/common/lxd/unix.socket", "/run/snapd.socket", "/run/buildkit/buildkitd.sock",

    "/run/docker/plugins/x.sock", "/nix/var/nix/daemon-socket/socket", "/run", "/run/dbus", "/run/initctl",
  ])
  func `a socket that is as good as root is known`(text: String) throws {
    #expect(try UnixGrant(text).isRootEquivalent)
    #expect(try UnixGrant(text).danger?.reason.isEmpty == false)
  }

  @Test(arguments: [
    "/run/user/1000/bus", "/run/user/1000/docker.sock", "/run/user/1000/podman/podman.sock", "/run/user/1000/libvirt/x",
    "/run/user/0/systemd/private", "/tmp/.X11-unix/X0", "/run/user/1000/wayland-0",
    "/tmp/ssh-x/agent.1",
    "/run/user/1000/gnupg/S.gpg-agent",
  ])
  func `a socket that is as good as its user is known`(text: String) throws {
    #expect(try UnixGrant(text).danger?.reach == .user)
    #expect(try !UnixGrant(text).isRootEquivalent)
  }

  @Test(arguments: [
    "/run/docker.socket", "/run/dockerx.sock", "/srv/run/docker.sock", "/run/postgresql", "/run/user/1000/app.sock",
    "/run/systemd/journal/socket",
  ])
  func `a socket with a like name is not mistaken`(text: String) throws {
    #expect(try UnixGrant(text).danger == nil)
  }
}

@Suite struct FileGrantsTests {
  private static func grants() throws -> FileGrants {
    FileGrants(
      read: try ["/etc/ssl", "/srv/data/conf", "/both", "/srv/data/conf/x/y"].map { try PathGrant($0) },
      write: try ["/srv/data", "/both", "/srv/data/conf/x?"].map { try PathGrant($0) })
  }

  @Test(arguments: [
    ("/etc/ssl", "/etc/ssl", "-"), ("/etc/ssl/certs/a.pem", "/etc/ssl", "-"), ("/etc/ssl2", "-", "-"),
    ("/etc", "-", "-"),
    ("/", "-", "-"), ("/srv/data/a", "/srv/data", "/srv/data"), ("/srv/database", "-", "-"),
    ("/srv/data/conf/a", "/srv/data/conf", "-"), ("/srv/data/conf/x/a", "/srv/data/conf/x", "/srv/data/conf/x"),
    ("/srv/data/conf/x/y", "/srv/data/conf/x/y", "-"), ("/both/a", "/both", "/both"),
    ("/etc/ss\u{6C}", "/etc/ssl", "-"),
  ])
  func `the deepest grant decides about a path`(path: String, reading: String, writing: String) throws {
    let grants = try Self.grants()
    #expect(by(grants.decision(for: try AbsolutePath(path), .read)) == reading)
    #expect(by(grants.decision(for: try AbsolutePath(path), .write)) == writing)
  }

  @Test func `why a path cannot be written is told`() throws {
    let grants = try Self.grants()
    #expect(
      grants.decision(for: try AbsolutePath("/etc/ssl/a"), .write) == .onlyReadable(by: try PathGrant("/etc/ssl")))
    #expect(grants.decision(for: try AbsolutePath("/x"), .write) == .notGranted)
    #expect(FileGrants(read: [], write: []).decision(for: .root, .read) == .notGranted)
  }

  /// Both look like é; for the kernel they are two names.
  @Test func `names are compared by bytes`() throws {
    let grants = FileGrants(read: [try PathGrant("/\u{E9}")], write: [])
    #expect(by(grants.decision(for: try AbsolutePath("/\u{E9}/a"), .read)) == "/\u{E9}")
    #expect(grants.decision(for: try AbsolutePath("/e\u{301}/a"), .read) == .notGranted)
  }

  private func by(_ decision: FileGrants.Decision) -> String {
    if case .granted(_, let grant) = decision { grant.path.description } else { "-" }
  }
}
