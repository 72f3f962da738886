import Foundation
import Testing

/// What of the caller's rights does not come along: groups, capabilities of files, keys, folders that are open.
@Suite struct IdentityTests {
  @Test(.needsRoot)
  func `a group of the caller's that is refused stays refused`() throws {
    let folder = try TemporaryFolder(of: .root)
    let file = try folder.file("file", "content", mode: 0o707)
    try #require(chown(file, 0, 4000) == 0 && chmod(file, 0o707) == 0)
    let caller = { (groups: String) in
      ["/usr/bin/setpriv", "--reuid", "1500", "--regid", "1500", "--groups", groups, "--"]
    }
    let attempts = Probe.files(["read \(file)"])
    let box = [try Program.path(), "box", "--read", folder.path, "--"] + attempts.commandLine
    #expect(try Spawn(caller("4000") + attempts.commandLine).run().lines == ["read \(file) EACCES"])
    #expect(try Spawn(caller("4000") + box).run().lines == ["read \(file) EACCES"])
    #expect(try Spawn(caller("4001") + box).run().lines == ["read \(file) OK"], "without the group it is another's")
    let groups = try Spawn(caller("4000") + [try Program.path(), "box", "--", "cat", "/proc/self/setgroups"]).run()
    #expect(groups.output == "deny\n")
  }

  @Test(.needsRoot)
  func `root's groups open nothing inside`() throws {
    let folder = try TemporaryFolder(of: .root)
    let file = try folder.file("file", "content")
    try #require(chown(file, 77, 4000) == 0 && chmod(file, 0o040) == 0)
    let attempts = Probe.files(["read \(file)"])
    let member = ["/usr/bin/setpriv", "--reuid", "1500", "--regid", "1500", "--groups", "4000", "--"]
    #expect(try Spawn(member + attempts.commandLine).run().lines == ["read \(file) OK"])
    let box = [try Program.path(), "box", "--read", folder.path, "--"] + attempts.commandLine
    #expect(try Spawn(["/usr/bin/setpriv", "--groups", "4000", "--"] + box).run().lines == ["read \(file) EACCES"])
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a file with capabilities gains nothing`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    try place.source(script: "bin/grep -E 'Cap(Prm|Eff|Amb|Bnd)' /proc/self/status\n")
    let status = ["-E", "Cap(Prm|Eff|Amb|Bnd)", "/proc/self/status"]
    for name in ["grep", "app/bin/grep"] {
      try place.folder.copy("/usr/bin/grep", as: name)
      // CAP_DAC_OVERRIDE and CAP_NET_RAW, permitted and effective, as setcap(8) writes them.
      let give =
        "import os; os.setxattr('\(place.folder(name))', 'security.capability', bytes.fromhex('0100000202200000' + '00' * 12))"
      try #require(try Spawn(["/usr/bin/python3", "-c", give]).run().exitCode == 0)
    }
    let outside = try Spawn(try Caller.user.commandLine([place.folder("grep")] + status)).run()
    #expect(outside.lines.contains("CapEff:\t0000000000002002"), "\(outside)")
    let none = ["Prm", "Eff", "Bnd", "Amb"].map { "Cap\($0):\t0000000000000000" }
    let granted = try Capsrun.run(
      ["box", "--read", place.folder.path, "--", place.folder("grep")] + status, as: caller)
    #expect(granted.lines == none, "\(granted)")
    #expect(try place.capsrun("run", place.folder("app")).lines == none)
  }

  @Test(arguments: Caller.reachable)
  func `the keys of the caller's session stay outside`(caller: Caller) throws {
    // A key that only who possesses it can see, in a session keyring of its own.
    let program = """
      import ctypes, os, sys
      library = ctypes.CDLL(None, use_errno=True)
      assert library.syscall(250, 1, None) >= 0, "join"
      key = library.syscall(248, b"user", b"capsrun-test-key", b"secret", 6, -3)
      assert key >= 0, "add"
      assert library.syscall(250, 5, key, 0x3f000000) == 0, "permissions"
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let look = ["/usr/bin/grep", "-c", "capsrun-test-key", "/proc/keys"]
    let run = { (command: [String]) in
      try Spawn(try caller.commandLine(["/usr/bin/python3", "-I", "-S", "-c", program] + command)).run()
    }
    #expect(try run(look).output == "1\n")
    let inside = try run([try Program.path(), "box", "--"] + look)
    #expect(inside.output != "1\n" && inside.exitCode != 0, "\(inside)")
  }

  @Test(arguments: Caller.reachable)
  func `a program starts in no folder that only a descriptor leads to`(caller: Caller) throws {
    for number in 3...20 {
      var spawn = try Capsrun.spawn(["box", "--chdir", "/proc/self/fd/\(number)", "--", "pwd"], as: caller)
      spawn.descriptors = [9: "/", 12: "/etc"]
      let outcome = try spawn.run()
      #expect(outcome.exitCode != 0 && outcome.output.isEmpty, "\(number): \(outcome)")
    }
    for place in ["/proc/self/cwd", "/proc/self/root", "/proc/1/root", "/proc/1/cwd"] {
      let outcome = try Capsrun.run(["box", "--chdir", place, "--", "pwd"], as: caller)
      #expect(outcome.exitCode != 0 && outcome.output.isEmpty, "\(place): \(outcome)")
    }
    for place in ["/usr/bin", "/proc", "/proc/sys", "/tmp"] {
      #expect(try Capsrun.run(["box", "--chdir", place, "--", "pwd"], as: caller).output == place + "\n")
    }
  }

  @Test(arguments: Caller.reachable)
  func `new files have the mode that is asked for, but for what others could change`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    var spawn = try Capsrun.spawn(
      ["box", "--write", folder.path, "--", "sh", "-c", "umask; touch \(folder("new")); stat -c %a \(folder("new"))"],
      as: caller)
    spawn.commandLine = ["/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"] + spawn.commandLine
    #expect(try spawn.run().lines == ["0022", "644"])
  }

  @Test(arguments: Caller.reachable)
  func `a granted path that is swapped all the time shows what was looked at, or nothing`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.folder("a")
    try folder.file("a/marker", "mine\n")
    try FileManager.default.createSymbolicLink(atPath: folder("b"), withDestinationPath: "/")
    let program = """
      import ctypes
      library = ctypes.CDLL(None)
      print("up", flush=True)
      while True: library.syscall(316, -100, b"\(folder("a"))", -100, b"\(folder("b"))", 2)
      """
    let swapper = try Spawn(["/usr/bin/python3", "-I", "-S", "-c", program]).start()
    try swapper.waitForOutput("up\n")
    var codes: [Int32?: Int] = [:]
    for _ in 1...150 {
      let outcome = try Capsrun.shell(
        "ls \(folder("a")); cat \(folder("a"))/marker", ["--read", folder("a")], as: caller)
      codes[outcome.exitCode, default: 0] += 1
      if outcome.exitCode == 0 {
        #expect(outcome.output == "marker\nmine\n")
      } else {
        #expect(outcome.output.isEmpty, "\(outcome)")
      }
    }
    // Some starts saw the folder, and some the link to the root, which cannot be granted.
    #expect(codes[0] ?? 0 > 0 && codes[64] ?? 0 > 0, "\(codes)")
    withExtendedLifetime(swapper) {}
  }
}
