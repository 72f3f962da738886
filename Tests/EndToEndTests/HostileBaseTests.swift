import Foundation
import Testing

/// Root file systems that were made to lead the set-up astray.
@Suite struct HostileBaseTests {
  /// A folder of the host that a base wants to reach.
  private func outside(_ base: BasePlace) throws -> String {
    try base.folder.folder("outside", mode: 0o777)
    try base.folder.file("outside/passwd", "as it was\n", mode: 0o666)
    return base.folder("outside")
  }

  @Test(arguments: Caller.reachable, ["dev", "proc", "etc", "tmp", "sys", "capsule"])
  func `a link where the sandbox puts its own is not followed`(caller: Caller, name: String) throws {
    let base = try BasePlace(as: caller)
    let outside = try outside(base)
    let before = try BasePlace.content(outside)
    try base.capsule(script: "echo ran")
    #expect(try base.place.capsrun("run", "app/.").output == "ran\n", "as it is without the link")
    let climbing = String(repeating: "../", count: 12) + outside.dropFirst()
    for target in [outside, climbing, "/proc/self/root" + outside, "srv", "/srv"] {
      try base.remove("app/rootfs/" + name)
      try base.link(target, "app/rootfs/" + name)
      let outcome = try base.place.capsrun("run", "app/.")
      #expect(outcome.exitCode == 65 && outcome.output.isEmpty, "\(target): \(outcome)")
      #expect(outcome.errors.contains("a link stands there that is not followed"), "\(outcome)")
    }
    #expect(try BasePlace.content(outside) == before)
    #expect(try base.folder.entries("app/rootfs/srv").isEmpty)
  }

  @Test(arguments: Caller.reachable, ["dev", "proc", "etc", "tmp", "capsule"])
  func `a file where the sandbox puts a folder stops the start`(caller: Caller, name: String) throws {
    let base = try BasePlace(as: caller)
    try base.capsule(script: "echo ran")
    try base.remove("app/rootfs/" + name)
    try base.folder.file("app/rootfs/" + name, "x")
    let outcome = try base.place.capsrun("run", "app/.")
    #expect(outcome.exitCode == 65 && outcome.errors.contains("what stands there is no folder"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `files and devices of a base are replaced by the sandbox's own, and what they link to is not touched`(
    caller: Caller
  ) throws {
    let base = try BasePlace(as: caller)
    let outside = try outside(base)
    let before = try BasePlace.content(outside)
    let pattern = try String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8)
    try base.capsule(
      script: "cat /etc/passwd; stat -c '%F %t %T' /dev/null; echo x > /dev/null; ls /dev /dev/pts; ls /tmp")
    for name in ["dev", "dev/pts", "tmp"] { try base.folder.folder("app/rootfs/" + name) }
    for name in ["etc/passwd", "etc/resolv.conf", "etc/machine-id"] {
      try base.link(outside + "/passwd", "app/rootfs/" + name)
    }
    for name in ["dev/null", "dev/full", "dev/ptmx", "dev/pts/0", "dev/console"] {
      try base.link("/proc/sys/kernel/core_pattern", "app/rootfs/" + name)
    }
    try base.folder.file("app/rootfs/tmp/x", "x")
    let outcome = try base.place.capsrun("run", "app/.")
    #expect(
      outcome.lines == [
        "root:x:0:0:root:/:/usr/sbin/nologin", "capsule:x:1000:1000::/tmp:/bin/sh",
        "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin", "character special file 1 3", "/dev:", "fd", "full", "null",
        "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero", "/dev/pts:", "ptmx",
      ], "\(outcome)")
    #expect(try BasePlace.content(outside) == before)
    #expect(try String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8) == pattern)
  }

  @Test(arguments: Caller.reachable)
  func `the target of a grant stays inside, whatever links the base has on its way`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    // Not below the link that is tried.
    let host = try TemporaryFolder(of: caller, in: "/tmp")
    let outside = try host.folder("outside", mode: 0o777)
    let before = try BasePlace.content(outside)
    try base.folder.folder("data")
    let file = try base.folder.file("data/f", "granted\n")
    try base.capsule(
      more: "capabilities: {fs_read: [\(base.folder("data"))]}\n", script: "cat \(file); ls -d /*; ls /proc /dev")
    #expect(try base.place.capsrun("run", "app/.").lines.first == "granted")
    let climbing = String(repeating: "../", count: 12) + outside.dropFirst()
    let below = ["/", "srv", "/srv", "../.."]
    for target in below + [
      outside, climbing, "/proc/1/root" + outside, "/proc/self/cwd", "/proc", "/dev", "/dev/pts", "nothing", "var",
    ] {
      // The first part of the path at which the grant is shown.
      try base.remove("app/rootfs/var")
      try base.link(target, "app/rootfs/var")
      let outcome = try base.place.capsrun("run", "app/.")
      if below.contains(target) { #expect(outcome.lines.first == "granted", "\(target): \(outcome)") }
      // Whatever it led to, the sandbox's own is over it.
      if outcome.exitCode == 0 {
        #expect(outcome.lines.contains("self") && outcome.lines.contains("null"), "\(target)")
      }
      #expect(try BasePlace.content(outside) == before, "\(target)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `names that are swapped during the start lead nowhere`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    let outside = try outside(base)
    let before = try BasePlace.content(outside)
    try base.capsule(more: "capabilities: {fs_read: [\(base.folder("granted"))]}\n", script: "echo ran")
    try base.folder.folder("granted")
    try base.folder.folder("app/rootfs/var")
    for (one, other) in [("etc", "etc2"), ("var", "var2"), ("dev", "dev2")] {
      if one == "dev" { try base.folder.folder("app/rootfs/dev") }
      try base.link(outside, "app/rootfs/" + other)
    }
    // Exchanges the folders and the links, in one step each, as fast as it can: 316 is renameat2.
    let swapper = """
      import ctypes, os, sys
      library = ctypes.CDLL(None, use_errno=True)
      os.chdir(sys.argv[1])
      parent = os.getppid()
      print("up", flush=True)
      while os.getppid() == parent:
          for name in (b"etc", b"var", b"dev"):
              library.syscall(316, -100, name, -100, name + b"2", 2)
      """
    var spawn = Spawn(try caller.commandLine(["/usr/bin/python3", "-c", swapper, base.folder("app/rootfs")]))
    spawn.output = .captured
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    var ran = 0
    for _ in 1...60 {
      let outcome = try base.place.capsrun("run", "app/.")
      if outcome.output == "ran\n" { ran += 1 }
    }
    try process.send(SIGKILL)
    _ = try process.wait()
    #expect(try BasePlace.content(outside) == before)
    #expect(ran > 0, "some starts meet the folders")
  }

  @Test(arguments: Caller.reachable)
  func `no library or configuration of a base is loaded by capsrun itself`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    try base.capsule(script: "ls /tmp; /bin/true; ls /tmp")
    // Makes /tmp/loaded when it is loaded, without any other library: 83 is mkdir.
    try base.folder.file(
      "evil.c",
      """
      __attribute__((constructor)) static void loaded(void) {
        long result;
        __asm__ volatile("syscall" : "=a"(result) : "a"(83L), "D"("/tmp/loaded"), "S"(0755L) : "rcx", "r11", "memory");
      }
      """)
    let compiler = try #require(Self.compiler, "a C compiler")
    let compiled = try Spawn([
      compiler, "-shared", "-fPIC", "-nostdlib", "-o", base.folder("evil.so"), base.folder("evil.c"),
    ]).run()
    try #require(compiled.exitCode == 0, "\(compiled)")
    for name in ["lib", "lib64", "lib/x86_64-linux-gnu"] { try base.folder.folder("app/rootfs/" + name) }
    for name in ["libnss_files.so.2", "libnss_dns.so.2", "libnss_compat.so.2", "libpthread.so.0", "evil.so"] {
      try base.folder.copy(base.folder("evil.so"), as: "app/rootfs/lib/x86_64-linux-gnu/" + name)
    }
    try base.folder.file("app/rootfs/etc/ld.so.preload", "/lib/x86_64-linux-gnu/evil.so\n")
    for file in ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6", "/bin/true"] {
      // The file itself, where the name is a link.
      try base.folder.copy(URL(filePath: file).resolvingSymlinksInPath().path, as: "app/rootfs" + file)
    }
    let outcome = try base.place.capsrun("run", "app/.")
    // The program of the base itself loads it, so that it works.
    #expect(outcome.output == "loaded\n", "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: "/tmp/loaded"))
  }

  private static var compiler: String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").flatMap { ["\($0)/clang", "\($0)/cc"] }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  @Test(.needsRoot) func `device nodes and set-user-id programs of a base are of no use`() throws {
    let base = try BasePlace(as: .root)
    try base.capsule(script: "cat /null; /bin/suid -u; stat -c %a /bin/suid")
    try base.folder.copy("/usr/bin/id", as: "id")
    try base.folder.copy("/bin/busybox", as: "app/rootfs/bin/suid")
    try #require(mknod(base.folder("app/rootfs/null"), S_IFCHR | 0o666, makedev(1, 3)) == 0)
    try #require(chmod(base.folder("app/rootfs/null"), 0o666) == 0)
    try #require(chmod(base.folder("app/rootfs/bin/suid"), 0o4755) == 0)
    #expect(try Spawn(["/bin/cat", base.folder("app/rootfs/null")]).run().exitCode == 0)
    let outcome = try base.place.capsrun("run", "app/.")
    #expect(outcome.errors.contains("/null") && outcome.errors.contains("Permission denied"), "\(outcome)")
    #expect(!outcome.lines.contains("0"), "\(outcome)")
  }

  private func makedev(_ major: UInt, _ minor: UInt) -> dev_t { dev_t(major << 8 | minor) }
}
