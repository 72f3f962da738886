import Foundation
import Testing

/// The named profiles, from inside.
@Suite struct SeccompProfileRunTests {
  private static let profiles = ["strict", "service", "default", "build", "debug"]
  private static let all = Set(profiles)

  /// A call that reaches the kernel without doing anything, and in which profiles it does.
  struct Case: Sendable, CustomTestStringConvertible {
    let call: SeccompTests.Call
    let profiles: Set<String>

    /// `refusal` is the answer in the other profiles.
    init(_ name: String, _ x86: UInt, _ arm: UInt, _ arguments: String, _ refusal: String, in profiles: Set<String>) {
      call = .init(name, x86, arm, arguments, refusal)
      self.profiles = profiles
    }

    var testDescription: String { call.name }
  }

  private static let bad = SeccompTests.bad
  static let cases = [
    Case("ptrace", 101, 117, "0xffff 0x7fffffff", "EPERM", in: ["debug"]),
    Case("process_vm_readv", 310, 270, "1 0 0 0 0 1", "EPERM", in: ["debug"]),
    Case("process_vm_writev", 311, 271, "1 0 0 0 0 1", "EPERM", in: ["debug"]),
    Case("mbind", 237, 235, "0 0 99 0 0 0", "EPERM", in: ["build"]),
    Case("set_mempolicy", 238, 237, "99 0 0", "EPERM", in: ["build"]),
    Case("vmsplice", 278, 75, "\(bad) 0 0 0xffff", "ENOSYS", in: ["default", "build", "debug"]),
    Case("execveat", 322, 281, "\(bad) 0 0 0 \(bad)", "ENOSYS", in: ["default", "build", "debug"]),
    Case("mq_unlink", 241, 181, "0", "ENOSYS", in: ["default", "build", "debug"]),
    Case("inotify_init1", 294, 26, bad, "ENOSYS", in: all.subtracting(["strict"])),
    Case("io_setup", 206, 0, "0 0", "ENOSYS", in: all.subtracting(["strict"])),
    Case("memfd_create", 319, 279, "0 \(bad)", "ENOSYS", in: all.subtracting(["strict"])),
    Case("sched_setscheduler", 144, 119, "0 99 0", "ENOSYS", in: all.subtracting(["strict"])),
    Case("semget", 64, 190, "0 \(bad) 0", "ENOSYS", in: all.subtracting(["strict"])),
    Case("getpid", 39, 172, "0", "", in: all),
  ]

  @Test(arguments: Caller.reachable, profiles)
  func `each profile lets through what it has, and nothing of the others`(caller: Caller, profile: String) throws {
    let attempts = Probe.systemCalls(Self.cases.map(\.call.attempt))
    let inside = try Capsrun.probe(attempts, ["--seccomp", profile], as: caller)
    let outside = try attempts.outside(as: caller)
    try #require(inside.lines.count == Self.cases.count && outside.lines.count == Self.cases.count, "\(inside)")
    for (index, one) in Self.cases.enumerated() {
      // Where the profile lets it through, the kernel answers as it does outside, which is never EPERM or ENOSYS.
      let expected = one.profiles.contains(profile) ? outside.lines[index] : "\(one.call.attempt) \(one.call.answer)"
      #expect(inside.lines[index] == expected, "\(one.call.name)")
      #expect(!outside.lines[index].hasSuffix("EPERM") && !outside.lines[index].hasSuffix("ENOSYS"))
    }
  }

  @Test(arguments: profiles)
  func `personality and routing sockets depend on the profile`(profile: String) throws {
    #if arch(x86_64)
      let personality = 135
    #else
      let personality = 92
    #endif
    let calls = ["\(personality) 0xffffffff", "\(personality) 8", "\(personality) 0", "\(personality) 0x40000"]
    let inside = try Capsrun.probe(.systemCalls(calls), ["--seccomp", profile], as: .user)
    let answers: [String] =
      switch profile {
      case "strict": ["ENOSYS", "ENOSYS", "ENOSYS", "ENOSYS"]
      case "service": ["OK", "EPERM", "EPERM", "EPERM"]
      case "default": ["OK", "OK", "OK", "EPERM"]
      default: ["OK", "OK", "OK", "OK"]
      }
    #expect(inside.lines == zip(calls, answers).map { "\($0) \($1)" })
    let sockets = try Capsrun.probe(.sockets(["16 3 0", "2 1 0", "1 1 0"]), ["--seccomp", profile], as: .user)
    #expect(sockets.lines == ["16 3 0 \(profile == "strict" ? "EAFNOSUPPORT" : "OK")", "2 1 0 OK", "1 1 0 OK"])
  }

  @Test(arguments: profiles, SeccompTests.forbidden)
  func `no profile opens what reaches the kernel's own state`(profile: String, call: SeccompTests.Call) throws {
    // Each is tried outside by SeccompTests; these two have answers of their own in some profiles.
    let others = ["ptrace", "process_vm_readv", "personality"]
    guard !others.contains(call.name) else { return }
    let getpid = SeccompTests.Call("getpid", 39, 172, "0", "OK")
    let inside = try Capsrun.probe(
      .systemCalls([getpid.attempt, call.attempt]), ["--seccomp", profile], as: .user)
    #expect(inside.lines == ["\(getpid.attempt) OK", "\(call.attempt) \(call.answer)"])
  }

  private static let hasNode = FileManager.default.isExecutableFile(atPath: "/usr/bin/node")

  /// Threads, a server and a client, a child process and files.
  private static let python = """
    import os, socket, subprocess, sys, tempfile, threading
    listener = socket.create_server(("127.0.0.1", 0))
    def serve():
        connection, _ = listener.accept()
        connection.sendall(b"served")
        connection.close()
    thread = threading.Thread(target=serve)
    thread.start()
    client = socket.create_connection(listener.getsockname())
    text = client.recv(100).decode()
    thread.join()
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        file.flush()
        assert os.stat(file.name).st_size == 1
    print(text, subprocess.run(["/bin/echo", "child"], capture_output=True, text=True).stdout.strip())
    """

  @Test(arguments: profiles)
  func `a server with threads, files and children runs under each profile`(profile: String) throws {
    let outcome = try Capsrun.run(
      ["box", "--seccomp", profile, "--", "python3", "-I", "-c", Self.python], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output == "served child\n", "\(outcome)")
  }

  @Test(.enabled(if: hasNode, "there is no node"), arguments: profiles)
  func `node serves and reads files without io_uring under each profile`(profile: String) throws {
    let script = """
      const fs = require('fs'), http = require('http');
      const server = http.createServer((request, response) => response.end(fs.readFileSync('/etc/hosts')));
      server.listen(0, '127.0.0.1', async () => {
        const answer = await fetch('http://127.0.0.1:' + server.address().port);
        const text = await answer.text();
        await fs.promises.writeFile('/tmp/x', text);
        console.log((await fs.promises.readFile('/tmp/x', 'utf8')) === text ? 'same' : 'other');
        server.close();
      });
      """
    let outcome = try Capsrun.run(
      ["box", "--seccomp", profile, "--env", "UV_USE_IO_URING=1", "--", "node", "-e", script], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output == "same\n", "\(outcome)")
  }

  /// Forks a child that waits, attaches to it, reads a word of its memory, and lets it go.
  private static let tracer = """
    import ctypes, os, signal
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    buffer = ctypes.create_string_buffer(b"traced!!")
    child = os.fork()
    if child == 0:
        signal.pause()
    if library.ptrace(16, child, None, None) == -1:
        print(os.strerror(ctypes.get_errno()))
    else:
        os.waitpid(child, 0)
        word = library.ptrace(1, child, ctypes.addressof(buffer), None)
        print(word.to_bytes(8, "little").decode())
        library.ptrace(17, child, None, None)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    """

  @Test func `a tracer works under debug, and not under the others`() throws {
    for profile in Self.profiles {
      let outcome = try Capsrun.run(
        ["box", "--seccomp", profile, "--", "python3", "-I", "-c", Self.tracer], as: .user)
      let expected = profile == "debug" ? "traced!!" : "Operation not permitted"
      #expect(outcome.exitCode == 0 && outcome.output == expected + "\n", "\(profile): \(outcome)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `a program that asks to be traced is no burden to PID 1`(caller: Caller) throws {
    let script = """
      import ctypes, os, signal, sys
      library = ctypes.CDLL(None, use_errno=True)
      signal.signal(signal.SIGUSR1, lambda *_: print("signalled"))
      print("asked", library.ptrace(0, 0, 0, 0), flush=True)
      os.kill(os.getpid(), signal.SIGUSR1)
      print("goes on", flush=True)
      sys.exit(7)
      """
    let outcome = try Capsrun.run(
      ["box", "--seccomp", "debug", "--", "python3", "-I", "-c", script], as: caller)
    #expect(outcome.exitCode == 7 && outcome.output == "asked 0\nsignalled\ngoes on\n", "\(outcome)")
  }

  @Test func `programs that ask to be traced again and again do not keep PID 1 from its work`() throws {
    // Orphans, so that PID 1 is who they ask.
    let script = """
      import ctypes, os, signal, sys, time
      library = ctypes.CDLL(None, use_errno=True)
      end = time.monotonic() + 20
      for _ in range(8):
          if os.fork() == 0:
              if os.fork() == 0:
                  while time.monotonic() < end:
                      if library.ptrace(0, 0, 0, 0) == 0:
                          os.kill(os.getpid(), signal.SIGCONT)
              os._exit(0)
          os.wait()
      time.sleep(0.3)
      sys.exit(7)
      """
    let start = ContinuousClock.now
    let outcome = try Capsrun.run(["box", "--seccomp", "debug", "--", "python3", "-I", "-c", script], as: .user)
    #expect(outcome.exitCode == 7, "\(outcome)")
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test func `an unknown profile is refused with the known ones, or the one that was meant`() throws {
    let near = try Capsrun.run(["box", "--seccomp", "strickt", "--", "true"], as: .user)
    #expect(near.exitCode == 64 && near.errors.contains("did you mean \"strict\""), "\(near)")
    for name in ["nothing-like-it", "ceiling", "", "none"] {
      let other = try Capsrun.run(["box", "--seccomp", name, "--", "true"], as: .user)
      #expect(other.exitCode == 64 && other.errors.contains("default, strict, service, build, debug"), "\(other)")
    }
    #expect(try Capsrun.run(["box", "--seccomp", "strict", "--", "true"], as: .user).exitCode == 0)
  }

  // MARK: In a manifest

  private func capsule(_ rest: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(of: .user)
    _ = try folder.file("capsule.yml", "capsule: 1\nname: app\n" + rest)
    return folder
  }

  private static let inotify =
    "import ctypes; c = ctypes.CDLL(None, use_errno=True); c.inotify_init1(-1); print(ctypes.get_errno())"

  private func process(_ security: String = "") -> String {
    "{cmd: python3, args: [-I, -c, '\(Self.inotify)'], cwd: .\(security)}"
  }

  @Test func `a process has the profile of its own, else that of its capsule, else default`() throws {
    let cases: [(capsule: String, process: String, errno: String)] = [
      ("", "", "22"), ("security: {seccomp: strict}\n", "", "38"), ("", ", security: {seccomp: strict}", "38"),
      ("security: {seccomp: debug}\n", ", security: {seccomp: strict}", "38"),
      ("security: {seccomp: debug}\n", ", security: {seccomp: service}", "22"),
    ]
    for (whole, own, errno) in cases {
      let folder = try capsule("\(whole)processes: {a: \(process(own))}\n")
      let run = try Capsrun.run(["run", folder(".")], as: .user)
      #expect(run.exitCode == 0 && run.output == errno + "\n", "\(whole)\(own): \(run)")
    }
  }

  @Test func `a process's profile may only narrow that of its capsule`() throws {
    let cases = [
      ("", "debug"), ("", "build"), ("security: {seccomp: strict}\n", "service"),
      ("security: {seccomp: debug}\n", "build"),
    ]
    for (whole, own) in cases {
      let folder = try capsule("\(whole)processes: {a: \(process(", security: {seccomp: \(own)}"))}\n")
      for command in ["run", "check", "explain"] {
        let outcome = try Capsrun.run([command, folder(".")], as: .user)
        #expect(outcome.exitCode == 65 && outcome.errors.contains("a process may only narrow"), "\(outcome)")
      }
    }
  }

  @Test func `an unknown profile in a manifest is told with its place`() throws {
    let near = try capsule("entrypoint: x\nsecurity: {seccomp: defalt}\n")
    let outcome = try Capsrun.run(["check", near(".")], as: .user)
    #expect(outcome.exitCode == 65 && outcome.errors.contains("did you mean \"default\"?"), "\(outcome)")
    #expect(outcome.errors.contains("capsule.yml:4:"))
    let far = try capsule("entrypoint: x\nsecurity: {seccomp: ceiling}\n")
    let other = try Capsrun.run(["run", far(".")], as: .user)
    #expect(other.exitCode == 65 && other.errors.contains("default, strict, service, build, debug"), "\(other)")
  }

  @Test func `explain shows the profile, and answers for it`() throws {
    let folder = try capsule(
      "security: {seccomp: debug}\nprocesses:\n  a: \(process())\n  b: \(process(", security: {seccomp: strict}"))\n")
    let plan = try Capsrun.run(["explain", folder(".")], as: .user)
    #expect(plan.output.contains("seccomp     profile debug") && plan.output.contains("seccomp     profile strict"))
    func ask(_ call: String) throws -> Outcome {
      try Capsrun.run(["explain", "--can", "syscall:\(call)", folder(".")], as: .user)
    }
    let both = try ask("ptrace")
    #expect(
      both.exitCode == 1
        && both.output == "syscall:ptrace: depends: a: yes, the profile debug allows it; b: no, the profile strict "
          + "forbids it: EPERM (seccomp filter)\n",
      "\(both)")
    #expect(
      try ask("read").exitCode == 0 && ask("mount").output.contains("syscall:mount: no: a: no, the profile debug"))
    #expect(try ask("mseal").output.contains("does not know it: ENOSYS"))
  }

  @Test func `another profile is another policy`() throws {
    var hashes: Set<String> = []
    for profile in Self.profiles {
      let folder = try capsule("security: {seccomp: \(profile)}\nentrypoint: x\n")
      let plan = try Capsrun.run(["explain", "--json", folder(".")], as: .user)
      hashes.insert(try #require(try plan.outputAsJSON()["policyHash"] as? String))
    }
    #expect(hashes.count == Self.profiles.count)
  }
}
