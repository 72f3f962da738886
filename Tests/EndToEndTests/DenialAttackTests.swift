import Foundation
import Testing

/// What a program could do to whoever traces it.
@Suite struct DenialAttackTests {
  typealias Recorded = DenialTests.Recorded

  @Test(arguments: Caller.reachable)
  func `ten thousand refusals are counted, in little memory`(caller: Caller) throws {
    let script = """
      for i in range(10000): libc.chroot(b"/%d" % i)
      print("done", flush=True)
      time.sleep(60)
      """
    let process = try Capsrun.spawn(
      ["box", "--json", "--trace-denials", "--"] + DenialTests.python(script), as: caller
    ).start()
    try process.waitForOutput("done\n")
    let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    #expect(try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) < 32_000)
    try process.send(SIGTERM)
    let outcome = try process.wait()
    let denials = try #require(try outcome.errorsAsJSON()["denials"] as? [String: Any], "\(outcome)")
    let all = try #require(denials["recorded"] as? [[String: Any]]).filter { $0["call"] as? String == "chroot" }
    #expect(all.count == 33 && all.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == 10_000)
    #expect(all.last?["text"] as? String == "chroot(…)")
  }

  @Test(arguments: Caller.reachable)
  func `threads and children are traced too`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      def work():
          for _ in range(100): assert call(libc.chroot, b"/mnt") == errno.EPERM
      threads = [threading.Thread(target=work) for _ in range(8)]
      for thread in threads: thread.start()
      children = []
      for _ in range(4):
          child = os.fork()
          if child == 0:
              work()
              os._exit(0)
          children.append(child)
      for thread in threads: thread.join()
      for child in children: assert os.waitpid(child, 0)[1] == 0
      """
    let recorded = try DenialTests.recorded(DenialTests.python(script), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 0, "\(recorded.outcome)")
    #expect(recorded.count("chroot") == 1200)
  }

  @Test(arguments: Caller.reachable)
  func `a program that is killed leaves what was refused before`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let recorded = try DenialTests.recorded(
      DenialTests.python("libc.chroot(b'/mnt'); os.kill(os.getpid(), 9)"), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 137 && recorded.texts.contains(#"chroot("/mnt")"#), "\(recorded.outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `nothing of the listener is open inside`(caller: Caller) throws {
    // What is open, where it leads, and how many threads there are.
    let script = """
      for fd in sorted(map(int, os.listdir("/proc/self/fd"))):
          try: print(fd, os.readlink("/proc/self/fd/%d" % fd).split(":")[0])
          except OSError: pass
      print(len(os.listdir("/proc/self/task")), len([p for p in os.listdir("/proc") if p.isdigit()]))
      """
    var spawn = try Capsrun.spawn(["box", "--trace-denials", "--"] + DenialTests.python(script), as: caller)
    spawn.input = .bytes([])
    let traced = try spawn.run()
    let untraced = try Capsrun.run(["box", "--"] + DenialTests.python(script), as: caller)
    #expect(traced.exitCode == 0 && !traced.output.contains("seccomp"), "\(traced)")
    func numbers(_ outcome: Outcome) -> [String] { outcome.lines.map { String($0.prefix { $0 != " " }) } }
    #expect(numbers(traced) == numbers(untraced) && traced.lines.last == untraced.lines.last, "\(untraced)")
  }

  @Test(arguments: Caller.reachable)
  func `paths that point nowhere are refused as ever, and shown as far as they can be read`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      import mmap
      room = mmap.mmap(-1, 8192)
      start = ctypes.addressof(ctypes.c_char.from_buffer(room))
      room[4090:4096] = b"/cut--"
      libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
      assert libc.mprotect(start + 4096, 4096, 0) == 0
      libc.chroot.argtypes = [ctypes.c_void_p]
      for address in [1, start + 4096, 0xffff800000000000, 0xffffffffffffffff, start + 4090]:
          assert call(libc.chroot, address) == errno.EPERM
      """
    let recorded = try DenialTests.recorded(DenialTests.python(script), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 0, "\(recorded.outcome)")
    let shown = recorded.all.filter { $0["call"] as? String == "chroot" }
    #expect(shown.compactMap { $0["text"] as? String } == ["chroot(…)", #"chroot("/cut--"…)"#])
    #expect(shown.compactMap { $0["count"] as? Int } == [4, 1])
  }

  /// The number of a thread that is gone may belong to any other process by then, so that what was read is thrown away: the
  /// text of such a call has no arguments, or is its own.
  @Test(arguments: Caller.reachable)
  func `callers that die in the middle of a call do no harm, and nothing of others is read`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      import random
      for _ in range(150):
          child = os.fork()
          if child == 0:
              while True: libc.chroot(b"/mine")
          time.sleep(random.random() / 500)
          os.kill(child, 9)
          os.waitpid(child, 0)
      # Threads that end in the middle because another one executes a program.
      for _ in range(30):
          child = os.fork()
          if child == 0:
              def work():
                  while True: libc.chroot(b"/mine")
              threading.Thread(target=work, daemon=True).start()
              time.sleep(0.002)
              os.execv("/bin/true", ["true"])
          assert os.waitpid(child, 0)[1] == 0
      assert call(libc.chroot, b"/last") == errno.EPERM
      """
    let recorded = try DenialTests.recorded(DenialTests.python(script), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 0, "\(recorded.outcome)")
    let texts = Set(recorded.all.filter { $0["call"] as? String == "chroot" }.compactMap { $0["text"] as? String })
    #expect(texts.isSubset(of: ["chroot(…)", #"chroot("/mine")"#, #"chroot("/last")"#]), "\(texts)")
    #expect(texts.contains(#"chroot("/last")"#) && recorded.count("chroot") > 150)
  }

  @Test(arguments: Caller.reachable)
  func `a storm of signals changes no answer`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      hits = [0]
      def handler(*_): hits[0] += 1
      signal.signal(signal.SIGALRM, handler)
      signal.siginterrupt(signal.SIGALRM, False)
      signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
      for _ in range(3000): assert call(libc.chroot, b"/mnt") == errno.EPERM
      signal.setitimer(signal.ITIMER_REAL, 0)
      assert hits[0] > 5
      """
    let recorded = try DenialTests.recorded(DenialTests.python(script), as: caller, in: folder)
    #expect(recorded.outcome.exitCode == 0, "\(recorded.outcome)")
    // One that was interrupted before it was seen is made again by the kernel.
    #expect(recorded.count("chroot") >= 3000)
  }

  @Test(arguments: Caller.reachable)
  func `everything inside dies with capsrun while a call waits`(caller: Caller) throws {
    let script = """
      if os.fork() == 0: time.sleep(600)
      print("up", flush=True)
      sys.stdin.readline()
      print("allowed" if libc.chroot(b"/mnt") == 0 else "refused", flush=True)
      time.sleep(600)
      """
    var spawn = try Capsrun.spawn(["box", "--trace-denials", "--"] + DenialTests.python(script), as: caller)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    let inside = try HostProcesses.descendants(of: process.pid)
    #expect(inside.count >= 3)
    try process.send(SIGSTOP)
    process.closeInput()
    // The call waits for an answer that never comes.
    usleep(300_000)
    #expect(try process.output.text() == "up\n")
    try process.send(SIGKILL)
    #expect(try process.wait().exitCode == nil)
    try eventually("the end of all inside") { !inside.contains(where: HostProcesses.isAlive) }
    // For a moment it may still run, and its call was refused.
    #expect(try !process.output.text().contains("allowed"))
  }

  @Test(arguments: Caller.reachable)
  func `below a listener nothing is traced, and the error says so`(caller: Caller) throws {
    // A filter that allows everything and has a listener, which nobody but this process holds.
    let outer = """
      import ctypes, os, struct, sys
      libc = ctypes.CDLL(None, use_errno=True)
      assert libc.prctl(38, 1, 0, 0, 0) == 0
      code = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000))
      program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 1, ctypes.addressof(code)))
      number = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
      listener = libc.syscall(number, 1, 8, program)
      assert listener >= 0, ctypes.get_errno()
      os.set_inheritable(listener, True)
      os.execv(sys.argv[1], sys.argv[1:])
      """
    func run(_ options: [String]) throws -> Outcome {
      let command = [try Program.path(), "box"] + options + ["--", "echo", "ran"]
      return try Spawn(try caller.commandLine(["/usr/bin/python3", "-c", outer] + command)).run()
    }
    let traced = try run(["--trace-denials"])
    #expect(traced.exitCode == 69 && traced.output.isEmpty, "\(traced)")
    #expect(traced.errors.contains("something around capsrun listens to system calls already"), "\(traced)")
    #expect(try run([]).output == "ran\n")
  }
}
