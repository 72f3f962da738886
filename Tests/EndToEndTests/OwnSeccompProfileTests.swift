import Foundation
import Testing

/// Profiles in the JSON of the OCI and of Docker, from the command line and from capsules.
@Suite struct OwnSeccompProfileTests {
  private static let script = "mkdir /tmp/x && echo made; cd /tmp && echo moved"

  /// Allows everything but mkdir, which is answered EACCES.
  private static let noFolders = """
    {
      "defaultAction": "SCMP_ACT_ALLOW",
      "syscalls": [
        { "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13 }
      ]
    }
    """

  /// As Docker writes its own: an allow-list with conditions, architectures and capabilities.
  private static let likeDocker = """
    {
      "defaultAction": "SCMP_ACT_ERRNO",
      "defaultErrnoRet": 1,
      "archMap": [
        { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
        { "architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"] }
      ],
      "syscalls": [
        {
          "names": [
            "access", "arch_prctl", "brk", "chdir", "clock_gettime", "clone3", "close", "close_range", "dup", "dup2",
            "epoll_create1", "execve", "exit", "exit_group", "faccessat", "faccessat2", "fcntl", "fcntl64", "fstat",
            "fstatfs", "futex", "getcwd", "getdents64", "getegid", "geteuid", "getgid", "getpgrp", "getpid", "getppid",
            "getrandom", "getuid", "gettid", "ioctl", "io_uring_setup", "lseek", "lstat", "madvise", "mkdir", "mkdirat",
            "mmap", "mprotect", "mremap", "munmap", "newfstatat", "open", "openat", "openat2", "pipe2", "poll",
            "pread64", "prlimit64", "read", "readlink", "readlinkat", "rmdir", "rseq", "rt_sigaction",
            "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "set_robust_list", "set_tid_address",
            "sigaltstack", "stat", "statfs", "statx", "sysinfo", "uname", "unlinkat", "vfork", "wait4", "write",
            "writev", "ipc", "socketcall"
          ],
          "action": "SCMP_ACT_ALLOW"
        },
        {
          "names": ["clone"], "action": "SCMP_ACT_ALLOW",
          "args": [{ "index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ" }],
          "excludes": { "caps": ["CAP_SYS_ADMIN"], "arches": ["s390", "s390x"] }
        },
        { "names": ["mount", "clone3"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
        { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": { "caps": ["CAP_SYS_ADMIN"] } },
        { "names": ["s390_pci_mmio_read"], "action": "SCMP_ACT_ALLOW", "includes": { "arches": ["s390x"] } },
        { "names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "4.8" }, "comment": "" }
      ]
    }
    """

  @Test(arguments: Caller.reachable)
  func `a caller's own profile refuses what it says`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let file = try folder.file("p.json", Self.noFolders)
    let without = try Capsrun.shell(Self.script, as: caller)
    #expect(without.output == "made\nmoved\n")
    let with = try Capsrun.shell(Self.script, ["--seccomp", file], as: caller)
    #expect(with.output == "moved\n" && with.errors.contains("Permission denied"), "\(with)")
    #expect(!with.errors.contains("warning"))
  }

  @Test func `a profile as Docker writes it is kept to, and what of it no capsule gets is told`() throws {
    let folder = try TemporaryFolder(of: .user)
    let file = try folder.file("docker.json", Self.likeDocker)
    let outcome = try Capsrun.run(
      ["box", "--seccomp", file, "--", "sh", "-c", "mkdir /tmp/x && rmdir /tmp/x && echo $(echo child); umask 0"],
      as: .user)
    #expect(outcome.output.hasPrefix("child\n"), "\(outcome)")
    #expect(outcome.errors.contains("io_uring_setup, openat2"), "\(outcome)")
    // Not let through by the profile, nor by anything: a control is the same probe without it.
    let getsid = "124 0"
    let bounded = try Capsrun.probe(
      .systemCalls([getsid, "165 0 0 0 0 0", "435 0 0"]), ["--seccomp", file], as: .user)
    let free = try Capsrun.probe(.systemCalls([getsid]), as: .user)
    #if arch(x86_64)
      #expect(outcome.errors.contains("SCMP_ARCH_X86, SCMP_ARCH_X32"))
      #expect(bounded.lines == [getsid + " EPERM", "165 0 0 0 0 0 EPERM", "435 0 0 ENOSYS"], "\(bounded)")
      #expect(free.lines == [getsid + " OK"])
    #endif
  }

  @Test(arguments: ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"], SeccompTests.forbidden)
  func `a profile that allows everything opens nothing of the kernel's own state`(
    action: String, call: SeccompTests.Call
  ) throws {
    // What the profile debug has, a profile may let through.
    guard !["ptrace", "process_vm_readv", "personality"].contains(call.name) else { return }
    let folder = try TemporaryFolder(of: .user)
    let file = try folder.file(
      "p.json",
      "{\"defaultAction\": \"\(action)\", \"syscalls\": [{\"names\": [\"\(call.name)\"], \"action\": \"\(action)\"}]}")
    let getpid = SeccompTests.Call("getpid", 39, 172, "0", "OK")
    let inside = try Capsrun.probe(.systemCalls([getpid.attempt, call.attempt]), ["--seccomp", file], as: .user)
    #expect(inside.lines == ["\(getpid.attempt) OK", "\(call.attempt) \(call.answer)"])
    #expect(inside.errors.contains(call.name) && inside.errors.contains("stays refused"), "\(inside)")
  }

  @Test func `arguments are refused by the floor also where a profile allows the call`() throws {
    let folder = try TemporaryFolder(of: .user)
    let file = try folder.file("p.json", "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}")
    #if arch(x86_64)
      let (ioctl, clone) = (16, 56)
    #else
      let (ioctl, clone) = (29, 220)
    #endif
    // Standard input is no terminal, and CLONE_THREAD without shared memory makes no child.
    let attempts = ["0x5412", "0x541c", "0x100005412", "0x5413"].map { "\(ioctl) 0 \($0) 0" }
    let flags = [0x1001_0000, 0x1_0000].map { "\(clone) \($0)" }
    let inside = try Capsrun.probe(.systemCalls(attempts + flags), ["--seccomp", file], as: .user)
    let answers = ["EPERM", "EPERM", "EPERM", "ENOTTY", "EPERM", "EINVAL"]
    #expect(inside.lines == zip(attempts + flags, answers).map { "\($0) \($1)" })
    let sockets = try Capsrun.probe(.sockets(["38 5 0", "17 3 768", "1 1 0"]), ["--seccomp", file], as: .user)
    #expect(sockets.lines == ["38 5 0 EAFNOSUPPORT", "17 3 768 EAFNOSUPPORT", "1 1 0 OK"])
  }

  @Test func `a profile with a mistake is refused with its place, and nothing runs`() throws {
    let folder = try TemporaryFolder(of: .user)
    let file = try folder.file(
      "p.json",
      "{\n  \"defaultAction\": \"SCMP_ACT_ALLOW\",\n  \"syscalls\": [{\"names\": [\"raed\"], \"action\": \"SCMP_ACT_ERRNO\"}]\n}"
    )
    let outcome = try Capsrun.shell("echo ran", ["--seccomp", file], as: .user)
    #expect(outcome.exitCode == 65 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("\"raed\"") && outcome.errors.contains("p.json:3:"))
    let missing = try Capsrun.shell("echo ran", ["--seccomp", folder("none.json")], as: .user)
    #expect(missing.exitCode == 66 && missing.output.isEmpty && missing.errors.contains("none.json"))
    _ = try folder.folder("folder.json")
    let kind = try Capsrun.shell("echo ran", ["--seccomp", folder("folder.json")], as: .user)
    #expect(kind.exitCode == 66 && kind.output.isEmpty && kind.errors.contains("is no file"), "\(kind)")
  }

  // MARK: In a capsule

  private static let manifest =
    "capsule: 1\nname: demo\nversion: 1.0.0\nentrypoint: bin/main\nsecurity: {seccomp: conf/p.json}\n"

  @Test(arguments: Caller.reachable)
  func `a capsule's own profile is packed, installed and kept to`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    try place.source(manifest: Self.manifest, script: Self.script + "\n")
    _ = try place.folder.folder("app/conf")
    _ = try place.folder.file("app/conf/p.json", Self.noFolders)
    let unpacked = try place.capsrun("run", "app")
    #expect(unpacked.output == "moved\n", "\(unpacked)")
    try place.build()
    try place.key("me")
    try place.sign(with: "me")
    let packed = try place.capsrun("run", "app.tar.gz")
    #expect(packed.exitCode == 0 && packed.output == "moved\n", "\(packed)")
    let explained = try place.capsrun("explain", "demo")
    #expect(explained.output.contains("seccomp     profile conf/p.json"), "\(explained)")
    let asked = try place.capsrun("explain", "--can", "syscall:mkdirat", "demo")
    #expect(asked.output.hasPrefix("syscall:mkdirat: no: the profile conf/p.json forbids it: errno 13"), "\(asked)")
    // The control: the same capsule without the line.
    try place.folder.file("app/capsule.yml", CapsulePlace.manifest)
    #expect(try place.capsrun("run", "app").output == "made\nmoved\n")
  }

  @Test func `a profile is read from the capsule's folder alone`() throws {
    let place = try CapsulePlace()
    try place.source(manifest: Self.manifest, script: Self.script + "\n")
    _ = try place.folder.folder("app/conf")
    _ = try place.folder.file("p.json", Self.noFolders)
    for target in ["../../p.json", place.folder("p.json")] {
      try FileManager.default.createSymbolicLink(atPath: place.folder("app/conf/p.json"), withDestinationPath: target)
      let linked = try place.capsrun("run", "app")
      #expect(linked.exitCode == 66 && linked.output.isEmpty, "\(target): \(linked)")
      try FileManager.default.removeItem(atPath: place.folder("app/conf/p.json"))
    }
    for path in ["../p.json", "/etc/p.json"] {
      try place.folder.file("app/capsule.yml", Self.manifest.replacing("conf/p.json", with: path))
      #expect(try place.capsrun("check", "app").exitCode == 65)
    }
    try place.folder.file("app/capsule.yml", Self.manifest)
    let missing = try place.capsrun("build", "app")
    #expect(missing.exitCode == 65 && missing.errors.contains("conf/p.json"), "\(missing)")
    // The control: the file itself.
    _ = try place.folder.file("app/conf/p.json", Self.noFolders)
    #expect(try place.capsrun("run", "app").output == "moved\n")
  }

  @Test func `check reads a profile beside the manifest`() throws {
    let folder = try TemporaryFolder(of: .user)
    let manifest = try folder.file(
      "capsule.yml", "capsule: 1\nname: app\nentrypoint: x\nsecurity: {seccomp: p.json}\n")
    let file = { try folder.file("p.json", $0) }
    _ = try file(Self.noFolders)
    for path in [folder("."), manifest] {
      #expect(try Capsrun.run(["check", path], as: .user).exitCode == 0)
    }
    _ = try file("{\"defaultAction\": \"SCMP_ACT_ALOW\"}")
    let wrong = try Capsrun.run(["check", manifest], as: .user)
    #expect(wrong.exitCode == 65 && wrong.errors.contains("did you mean \"SCMP_ACT_ALLOW\""), "\(wrong)")
    _ = try file(
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"bpf\"], \"action\": \"SCMP_ACT_ALLOW\"}]}")
    let cut = try Capsrun.run(["check", manifest], as: .user)
    #expect(cut.exitCode == 0 && cut.errors.contains("stays refused all the same: bpf"), "\(cut)")
  }

  @Test func `a profile and that of the capsule around it both hold`() throws {
    let script =
      "import ctypes, os; c = ctypes.CDLL(None, use_errno=True); c.inotify_init1(-1); print(ctypes.get_errno()); os.mkdir('/tmp/x')"
    let process = "{cmd: python3, args: [-I, -c, \"\(script)\"], cwd: .security}"
    let cases: [(whole: String, own: String, inotify: String, makes: Bool)] = [
      ("debug", "default", "22", true), ("p.json", "strict", "38", false), ("strict", "p.json", "38", false),
      ("default", "p.json", "22", false), ("p.json", "p.json", "22", false), ("p.json", "", "22", false),
    ]
    for (whole, own, inotify, makes) in cases {
      let folder = try TemporaryFolder(of: .user)
      _ = try folder.file("p.json", Self.noFolders)
      let security = own.isEmpty ? "" : ", security: {seccomp: \(own)}"
      _ = try folder.file(
        "capsule.yml",
        "capsule: 1\nname: app\nsecurity: {seccomp: \(whole)}\nprocesses: {a: \(process.replacing(".security", with: "." + security))}\n"
      )
      let outcome = try Capsrun.run(["run", folder(".")], as: .user)
      #expect(outcome.output == inotify + "\n" && (outcome.exitCode == 0) == makes, "\(whole), \(own): \(outcome)")
      #expect(makes || outcome.errors.contains("PermissionError"))
    }
  }

  @Test func `the policy depends on what the profile says, and not on its name`() throws {
    let folder = try TemporaryFolder(of: .user)
    var hashes: [String] = []
    for errno in [13, 1, 13] {
      _ = try folder.file("capsule.yml", "capsule: 1\nname: app\nentrypoint: x\nsecurity: {seccomp: p.json}\n")
      _ = try folder.file("p.json", Self.noFolders.replacing("13", with: "\(errno)"))
      let plan = try Capsrun.run(["explain", "--json", folder(".")], as: .user).outputAsJSON()
      hashes.append(try #require(plan["policyHash"] as? String))
      let process = try #require((plan["processes"] as? [[String: Any]])?.first)
      #expect(process["seccomp"] as? String == "p.json" && (process["ownFilter"] as? String)?.isEmpty == false)
    }
    #expect(hashes[0] == hashes[2] && hashes[0] != hashes[1])
  }
}
