import Foundation
import Testing

/// `--trace-denials`
@Suite struct DenialTests {
  /// What was written down of a run.
  struct Recorded {
    let outcome: Outcome
    let all: [[String: Any]]
    let further: Int
    let withoutFiles: String?

    var texts: [String] { all.map { $0["text"] as? String ?? "" } }
    var calls: Set<String> { Set(all.map { $0["call"] as? String ?? "" }) }
    var total: Int { all.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } + further }

    func first(_ call: String) -> [String: Any]? { all.first { $0["call"] as? String == call } }
    func count(_ call: String) -> Int {
      all.filter { $0["call"] as? String == call }.reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
    }
  }

  static func recorded(
    _ command: [String], _ options: [String] = [], as caller: Caller, in folder: TemporaryFolder
  ) throws -> Recorded {
    let file = folder("result.json")
    let outcome = try Capsrun.run(
      ["box", "--trace-denials", "--result", file] + options + ["--"] + command, as: caller)
    return try recorded(outcome, file)
  }

  static func recorded(_ outcome: Outcome, _ file: String) throws -> Recorded {
    let data = try Data(contentsOf: URL(filePath: file))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(outcome)")
    let denials = try #require(document["denials"] as? [String: Any], "\(outcome)")
    return Recorded(
      outcome: outcome, all: try #require(denials["recorded"] as? [[String: Any]]),
      further: try #require(denials["further"] as? Int), withoutFiles: denials["without_files"] as? String)
  }

  static func python(_ script: String) -> [String] {
    let frame = """
      import ctypes, errno, os, signal, sys, threading, time
      libc = ctypes.CDLL(None, use_errno=True)
      def call(function, *arguments):
          return 0 if function(*arguments) != -1 else ctypes.get_errno()

      """
    return ["/usr/bin/python3", "-I", "-S", "-c", frame + script]
  }

  @Test(arguments: Caller.reachable)
  func `a refused call ends with the same error as untraced, and is written down`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let probe = Probe.systemCalls(SeccompTests.forbidden.map(\.attempt))
    let untraced = try Capsrun.probe(probe, as: caller)
    let traced = try Self.recorded(probe.commandLine, as: caller, in: folder)
    #expect(traced.outcome.exitCode == 0 && untraced.lines.count == SeccompTests.forbidden.count, "\(untraced)")
    #expect(traced.outcome.lines == untraced.lines)
    // What succeeds has nothing to tell.
    #expect(traced.outcome.errors.isEmpty)
    for call in SeccompTests.forbidden {
      let entry = try #require(traced.first(call.name), "\(call.name) in \(traced.texts)")
      #expect(entry["errno"] as? String == call.answer && entry["layer"] as? String == "seccomp")
    }
  }

  @Test(arguments: Caller.reachable)
  func `sockets, paths and requests are told by their names, with who asked`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      import _socket
      for kind in [(17, 3, 768), (40, 1, 0), (2, 3, 1)]:
          try: _socket.socket(*kind)
          except OSError as error: assert error.errno == errno.EAFNOSUPPORT, error
      assert call(libc.chroot, b"/mnt/\\x1b[31m") == errno.EPERM
      assert call(libc.ptrace, 16, os.getpid(), 0, 0) == errno.EPERM
      assert call(libc.mount, b"none", b"/mnt", b"tmpfs", 5, 0) == errno.EPERM
      print(os.getpid())
      """
    let recorded = try Self.recorded(Self.python(script), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 0, "\(recorded.outcome)")
    let id = try #require(Int(recorded.outcome.lines[0]))
    for text in [
      "socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, 768)", "socket(AF_VSOCK, SOCK_STREAM|SOCK_CLOEXEC, 0)",
      "socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, 1)", #"chroot("/mnt/\u{1b}[31m")"#,
      "ptrace(PTRACE_ATTACH, \(id), NULL, NULL)", #"mount("none", "/mnt", "tmpfs", 0x5, NULL)"#,
    ] {
      #expect(recorded.texts.contains(text), "\(text) in \(recorded.texts)")
    }
    let caller = try #require(recorded.first("chroot")?["process"] as? [String: Any])
    #expect(caller["id"] as? Int == id && caller["name"] as? String == "python3")
  }

  @Test(arguments: Caller.reachable)
  func `a program that fails is told a few refusals and what allows them, and nothing of why`(caller: Caller) throws {
    let script = """
      call(libc.ptrace, 0, 0, 0, 0), call(libc.ptrace, 0, 0, 0, 0), call(libc.chroot, b"/mnt")
      sys.exit(3)
      """
    let outcome = try Capsrun.run(["box", "--trace-denials", "--"] + Self.python(script), as: caller)
    #expect(outcome.exitCode == 3)
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    try #require(lines.count == 3 || lines.count == 4, "\(outcome)")
    #expect(
      lines[0].hasPrefix("capsrun: ptrace(PTRACE_TRACEME, 0, NULL, NULL) was refused 2 times in process ")
        && lines[0].hasSuffix(" (python3) by seccomp with EPERM; --seccomp debug allows it"), "\(lines)")
    #expect(
      lines[1].hasPrefix(#"capsrun: chroot("/mnt") was refused in process "#)
        && lines[1].hasSuffix(" (python3) by seccomp with EPERM; nothing allows it"), "\(lines)")
    #expect(lines.last?.hasPrefix("capsrun: refusals of files are not recorded: ") == true)
    // Without the option nothing of it is said.
    let without = try Capsrun.run(["box", "--"] + Self.python(script), as: caller)
    #expect(without.exitCode == 3 && without.errors.isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `of many refusals two are told, and the result has all of them`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      for name in [b"/a", b"/b", b"/c", b"/d", b"/e"]: call(libc.chroot, name)
      sys.exit(1)
      """
    let recorded = try Self.recorded(Self.python(script), as: caller, in: folder)
    let lines = recorded.outcome.errors.split(separator: "\n").map(String.init)
    try #require(lines.count == 4, "\(recorded.outcome)")
    #expect(lines[0].contains(#"chroot("/e")"#) && lines[1].contains(#"chroot("/d")"#))
    #expect(lines[2].hasSuffix("refusals are not shown: --result FILE has all of them"))
    #expect(recorded.count("chroot") == 5)
  }

  @Test(arguments: Caller.reachable)
  func `the profile that is named lets the call through`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "sys.exit(call(libc.memfd_create, b'x', 0))"
    let refused = try Self.recorded(Self.python(script), ["--seccomp", "strict"], as: caller, in: folder)
    #expect(refused.outcome.exitCode == 38, "\(refused.outcome)")
    #expect(refused.outcome.errors.contains(#"memfd_create("x", 0x0) was refused"#))
    #expect(refused.outcome.errors.contains("; --seccomp service allows it"))
    #expect((refused.first("memfd_create")?["allowed_by"] as? [String: Any])?["profile"] as? String == "service")
    let allowed = try Self.recorded(Self.python(script), ["--seccomp", "service"], as: caller, in: folder)
    #expect(allowed.outcome.exitCode == 0 && allowed.first("memfd_create") == nil, "\(allowed.outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `for a capsule the line of its manifest is told`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("run.py", Self.python("sys.exit(call(libc.memfd_create, b'x', 0))")[4])
    try folder.file(
      "capsule.yml",
      """
      capsule: 1
      name: traced
      version: 1.0.0
      processes: { main: { cmd: /usr/bin/python3, args: [/capsule/run.py], cwd: . } }
      security: { seccomp: strict }
      """)
    let outcome = try Capsrun.run(["run", "--trace-denials", folder.path], as: caller)
    #expect(outcome.exitCode == 38, "\(outcome)")
    #expect(outcome.errors.contains("; security: { seccomp: service } allows it"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `a profile of one's own is traced, and its kills stay kills`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    // The calls by which a listener could be handed over, or its thread be waited for, are refused too.
    let profile = try folder.file(
      "p.json",
      """
      {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["sendmsg", "sendto", "sched_yield", "write"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
        {"names": ["rmdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0},
        {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"}
      ]}
      """)
    let silent = try Self.recorded(
      Self.python("assert call(libc.rmdir, b'/no') == 0; assert call(libc.write, 1, b'x', 1) == 13; os._exit(5)"),
      ["--seccomp", profile], as: caller, in: folder)
    #expect(silent.outcome.exitCode == 5 && silent.outcome.output.isEmpty, "\(silent.outcome)")
    #expect(silent.first("write")?["errno"] as? String == "EACCES")
    #expect(silent.first("rmdir")?["errno"] is NSNull)
    #expect((silent.first("write")?["allowed_by"] as? [String: Any])?["change_of"] as? String == profile)
    let killed = try Self.recorded(
      Self.python("os.mkdir('/tmp/x')"), ["--seccomp", profile], as: caller, in: folder)
    #expect(killed.outcome.exitCode == 159, "\(killed.outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `as JSON the refusals stand beside the output`(caller: Caller) throws {
    let outcome = try Capsrun.run(
      ["box", "--json", "--trace-denials", "--"] + Self.python("call(libc.chroot, b'/mnt'); print('out')"), as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == "out\n")
    let denials = try #require(try outcome.errorsAsJSON()["denials"] as? [String: Any], "\(outcome)")
    let all = try #require(denials["recorded"] as? [[String: Any]])
    #expect(all.contains { $0["text"] as? String == #"chroot("/mnt")"# })
  }
}
