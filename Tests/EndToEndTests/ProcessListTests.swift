import Foundation
import Testing

/// What /proc tells about the host, and what of it can be changed: docs/design/0009-proc.md.
@Suite struct ProcessListTests {
  /// All that container engines cover, and what else tells about the host.
  private static let hidden = ["cmdline", "interrupts", "kallsyms", "keys", "modules"]
  private static let closed = [
    "kcore", "kmsg", "kpagecgroup", "kpagecount", "kpageflags", "pagetypeinfo", "sched_debug", "slabinfo", "timer_list",
    "timer_stats", "vmallocinfo",
  ]

  @Test(arguments: Caller.reachable)
  func `what tells about the host in the process list cannot be read`(caller: Caller) throws {
    let files = (Self.hidden + Self.closed).map { "read /proc/\($0)" }
    let inside = try Capsrun.probe(.files(files), as: caller)
    try #require(inside.lines.count == files.count, "\(inside)")
    for line in inside.lines { #expect(line.hasSuffix(" EACCES") || line.hasSuffix(" ENOENT"), "\(line)") }
    let shown = ["/proc/cmdline", "/proc/interrupts", "/proc/keys"].map { "read " + $0 } + ["list /proc/bus"]
    #expect(try Probe.files(shown).outside(as: caller).lines == shown.map { $0 + " OK" })
    let rest = ["/proc/cpuinfo", "/proc/meminfo", "/proc/self/status", "/proc/sys/kernel/osrelease"].map {
      "read " + $0
    }
    #expect(try Capsrun.probe(.files(rest), as: caller).lines == rest.map { $0 + " OK" })
  }

  @Test(arguments: Caller.reachable)
  func `folders of the kernel's drivers and file systems are empty`(caller: Caller) throws {
    let outcome = try Capsrun.shell("ls -A /proc/bus /proc/fs; mkdir /proc/fs/x", as: caller)
    #expect(outcome.lines == ["/proc/bus:", "/proc/fs:"], "\(outcome)")
    #expect(outcome.errors.contains("cannot create directory"))
    #expect(try !FileManager.default.contentsOfDirectory(atPath: "/proc/fs").isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `keys of the caller are not told of inside`(caller: Caller) throws {
    let name = "capsrun-test-\(UUID().uuidString)"
    // A session keyring of its own, with one key that needs no keeping, and then the command.
    let program = """
      import ctypes, os, sys
      library = ctypes.CDLL(None, use_errno=True)
      library.syscall(250, 1, None)
      if library.syscall(248, b"user", b"\(name)", b"x", 1, -3) < 0: sys.exit(os.strerror(ctypes.get_errno()))
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let withKey = { (command: [String]) throws -> Outcome in
      try Spawn(try caller.commandLine(["/usr/bin/python3", "-I", "-c", program] + command)).run()
    }
    #expect(try withKey(["/bin/cat", "/proc/keys"]).output.contains(name))
    let inside = try withKey([try Program.path(), "box", "--", "cat", "/proc/keys", "/proc/version"])
    #expect(!inside.output.contains(name) && inside.output.hasPrefix("Linux version"), "\(inside)")
    #expect(inside.errors.contains("/proc/keys: Permission denied"))
  }

  /// Looks at each file outside of the processes' own folders, and writes to none.
  private static let writable = """
    import os
    for folder, folders, files in os.walk("/proc"):
        if folder == "/proc": folders[:] = [f for f in folders if not f.isdigit() and f not in ("self", "thread-self")]
        for file in files + folders:
            path = folder + "/" + file
            if os.access(path, os.W_OK) and not path.startswith("/proc/pressure/"): print(path)
    """

  @Test(arguments: Caller.reachable)
  func `nothing of the kernel can be changed through the process list`(caller: Caller) throws {
    let inside = try Capsrun.run(["box", "--", "python3", "-c", Self.writable], as: caller)
    // Its bits promise more than the kernel holds: writing takes a capability.
    #expect(inside.lines == ["/proc/sys/kernel/ns_last_pid"], "\(inside)")
    let write = try Capsrun.shell("cat /proc/sys/kernel/ns_last_pid > /proc/sys/kernel/ns_last_pid", as: caller)
    #expect(write.errors.contains("Operation not permitted"), "\(write)")
    if caller == .root {
      let outside = try Spawn(["/usr/bin/python3", "-I", "-c", Self.writable]).run()
      #expect(outside.lines.contains("/proc/sys/kernel/core_pattern"))
    }
  }

  @Test(arguments: Caller.reachable)
  func `nothing of the host's hardware is shown outside of the process list`(caller: Caller) throws {
    let attempts = ["/sys/firmware", "/sys/devices", "/sys/kernel", "/sys/class"].map { "list " + $0 }
    #expect(try Capsrun.probe(.files(attempts), as: caller).lines == attempts.map { $0 + " ENOENT" })
    #expect(try Probe.files(["list /sys/kernel"]).outside(as: caller).lines == ["list /sys/kernel OK"])
  }

  @Test(arguments: Caller.reachable)
  func `no grant is led into the process list by a link`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.folder("shared")
    try folder.file("zero", "7")
    try FileManager.default.createSymbolicLink(atPath: folder("shared/way"), withDestinationPath: "/proc/sys/user")
    // The limit would be written to the granted file instead, and not hold.
    let target = folder("shared/way/max_user_namespaces")
    let outcome = try Capsrun.run(
      ["box", "--read", folder("shared"), "--bind", "\(folder("zero")):\(target)", "--", "cat", target], as: caller)
    #expect(outcome.exitCode != 0 || outcome.output == "0\n", "\(outcome)")
    #expect(try String(contentsOfFile: folder("zero"), encoding: .utf8) == "7")
  }
}
