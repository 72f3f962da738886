import Foundation
import Testing

/// The sandbox's own file tree.
@Suite struct SystemFolderTests {
  @Test(arguments: Caller.reachable)
  func `the system's folders cannot be written to, the scratch folders can`(caller: Caller) throws {
    let name = "capsrun-test-\(UUID().uuidString)"
    let refused = ["/", "/usr/", "/usr/bin/", "/etc/", "/etc/ssl/certs/", "/dev/"].map { "make \($0)\(name)" }
    let allowed = ["/tmp/", "/dev/shm/"].map { "make \($0)\(name)" } + ["write /dev/null"]
    let outcome = try Capsrun.probe(.files(refused + ["chmod /etc/passwd"] + allowed), as: caller)
    #expect(
      outcome.lines == (refused + ["chmod /etc/passwd"]).map { $0 + " EROFS" } + allowed.map { $0 + " OK" })
  }

  @Test(arguments: Caller.reachable, ["/tmp", "/dev/shm"])
  func `scratch folders are private to each sandbox`(caller: Caller, scratch: String) throws {
    let host = try TemporaryFolder(of: caller, in: scratch)
    let mine = "\(scratch)/capsrun-test-\(UUID().uuidString)"
    // Only there if the folder is not private after all.
    defer { unlink(mine) }
    let first = try Capsrun.shell("ls -A \(scratch); echo x > \(mine); ls \(mine)", as: caller)
    #expect(first.lines == [mine])
    #expect(!FileManager.default.fileExists(atPath: mine))
    let second = try Capsrun.shell("ls -A \(scratch); echo end", as: caller)
    #expect(second.lines == ["end"])
    #expect(FileManager.default.fileExists(atPath: host.path))
  }

  @Test(arguments: Caller.reachable)
  func `a grant below a scratch folder shows the host's`(caller: Caller) throws {
    let host = try TemporaryFolder(of: caller, in: "/tmp")
    try host.file("file", "content")
    let folder = try Capsrun.shell("ls -A /tmp; cat \(host("file"))", ["--read", host.path], as: caller)
    #expect(folder.output == "\(host.path.dropFirst(5))\ncontent")
    let inFolder = try Capsrun.shell("cat \(host("file"))", ["--read", host("file")], as: caller)
    #expect(inFolder.output == "content")
    let top = host.path + "-top"
    try "content".write(toFile: top, atomically: true, encoding: .utf8)
    defer { unlink(top) }
    try #require(chmod(top, 0o644) == 0)
    let file = try Capsrun.shell("cat \(top)", ["--read", top], as: caller)
    #expect(file.output == "content")
    let bound = try Capsrun.shell("cat /tmp/bound", ["--bind", "\(host("file")):/tmp/bound"], as: caller)
    #expect(bound.output == "content")
  }

  @Test(arguments: Caller.reachable)
  func `every mount forbids setuid files, and all but /dev's nodes forbid devices`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let outcome = try Capsrun.shell("cat /proc/self/mounts", ["--write", folder.path], as: caller)
    let mounts = outcome.lines.map { $0.split(separator: " ").map(String.init) }
    #expect(mounts.contains { $0[1] == folder.path })
    #expect(mounts.contains { $0[1] == "/usr" })
    for mount in mounts {
      let options = mount[3].split(separator: ",")
      #expect(options.contains("nosuid"), "\(mount)")
      #expect(options.contains("nodev") || mount[1].hasPrefix("/dev/"), "\(mount)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `the devices are there and nothing else`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "cd /dev && echo *; head -c 3 /dev/zero | od -An -tx1; head -c 9 /dev/urandom | wc -c", as: caller)
    #expect(
      outcome.lines == [
        "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero", " 00 00 00", "9",
      ])
  }

  @Test(arguments: Caller.reachable)
  func `it starts in the caller's folder when that is granted, else in the root`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let below = try folder.folder("below")
    let elsewhere = try Capsrun.run(["box", "--", "pwd"], as: caller, workingFolder: below)
    #expect(elsewhere.output == "/\n")
    let granted = try Capsrun.run(["box", "--read", "..", "--", "pwd"], as: caller, workingFolder: below)
    #expect(granted.output == "\(below)\n")
    let chosen = try Capsrun.run(
      ["box", "--read", ".", "--chdir", "..", "--", "pwd"], as: caller, workingFolder: below)
    #expect(chosen.output == "\(folder.path)\n")
    let absolute = try Capsrun.run(["box", "--chdir", "/usr/bin", "--", "pwd"], as: caller)
    #expect(absolute.output == "/usr/bin\n")
  }

  @Test(arguments: Caller.reachable)
  func `services and protocols have their names, and accounts are the sandbox's own`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "getent services https 22/tcp; getent protocols udp ipv6-icmp; getent passwd; getent group; getent hosts localhost",
      as: caller)
    #expect(
      outcome.lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "https 443/tcp", "ssh 22/tcp", "udp 17 UDP", "ipv6-icmp 58 IPv6-ICMP", "root:x:0:0:root:/:/usr/sbin/nologin",
        "capsule:x:1000:1000::/tmp:/bin/sh", "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin", "root:x:0:",
        "capsule:x:1000:", "nogroup:x:65534:", "::1 localhost box",
      ], "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `the machine's number is one of this run`(caller: Caller) throws {
    let numbers = try (1...3).map { _ in try Capsrun.shell("cat /etc/machine-id", as: caller).output }
    #expect(Set(numbers).count == 3)
    for number in numbers { #expect(number.wholeMatch(of: /[0-9a-f]{32}\n/) != nil, "\(number)") }
    let host = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
    #expect(!numbers.contains(host))
    let plans = try (1...2).map { _ in try Capsrun.run(["box", "--explain", "--", "true"], as: caller).lines.last }
    #expect(plans[0] == plans[1] && plans[0]?.hasPrefix("policy ") == true, "it is no part of the policy")
  }
}
