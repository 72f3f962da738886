import Foundation
import Testing

/// Without namespaces, as below the profiles of container engines: what still holds, and that nothing is left.
@Suite struct FilterOnlyTests {
  /// A box below a filter that refuses namespaces, as a container engine's does.
  private func box(_ options: [String] = [], _ command: [String], as caller: Caller) throws -> Spawn {
    let words = [try Program.path(), "box", "--allow-degraded=namespaces"] + options + ["--"] + command
    return Spawn(try caller.commandLine(OuterFilter.containerEngine.commandLine(words)))
  }

  private func shell(_ script: String, _ options: [String] = [], as caller: Caller) throws -> Outcome {
    try box(options, ["sh", "-c", script], as: caller).run()
  }

  private func probe(_ probe: Probe, _ options: [String] = [], as caller: Caller) throws -> Outcome {
    try box(options, probe.commandLine, as: caller).run()
  }

  /// Root gives itself up, so what is granted must be open to everybody.
  private func folder(as caller: Caller) throws -> TemporaryFolder { try TemporaryFolder(of: caller) }

  @Test(arguments: Caller.reachable)
  func `without permission nothing is started, and the error says what is missing`(caller: Caller) throws {
    let words = OuterFilter.containerEngine.commandLine([try Program.path(), "box", "--", "echo", "started"])
    let outcome = try Spawn(try caller.commandLine(words)).run()
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("user namespaces are forbidden here"), "\(outcome)")
    #expect(outcome.errors.contains("hint: "), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `with permission it is started, and that is told by one warning`(caller: Caller) throws {
    let outcome = try shell("echo started", as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == "started\n", "\(outcome)")
    let warnings = outcome.errors.split(separator: "\n").filter { $0.contains("warning") }
    #expect(warnings.count == 1 && outcome.errors.contains("runs without namespaces"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `a permission that is not needed degrades nothing`(caller: Caller) throws {
    let outcome = try Capsrun.run(
      [
        "box", "--allow-degraded=namespaces", "--allow-degraded=landlock", "--allow-degraded=proc", "--", "sh", "-c",
        "echo $TMPDIR; test -e /var/tmp",
      ], as: caller)
    #expect(outcome.exitCode == 1 && outcome.output == "/tmp\n" && outcome.errors.isEmpty, "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `an ungranted file is shut, a granted one is not`(caller: Caller) throws {
    let folder = try folder(as: caller)
    let (secret, shown) = (try folder.file("secret", "s"), try folder.file("shown", "g"))
    let attempts = Probe.files([
      "read \(secret)", "write \(secret)", "read \(shown)", "write \(shown)", "list \(folder.path)",
      "create \(folder("new"))", "list /", "list /proc", "list /etc", "read /proc/1/cmdline", "make /usr/x",
    ])
    let outside = try attempts.outside(as: caller)
    #expect(outside.lines.prefix(4).allSatisfy { $0.hasSuffix("OK") }, "\(outside)")
    #expect(unlink(folder("new")) == 0)
    let inside = try probe(attempts, ["--read", shown], as: caller)
    #expect(
      inside.lines == [
        "read \(secret) EACCES", "write \(secret) EACCES", "read \(shown) OK", "write \(shown) EACCES",
        "list \(folder.path) EACCES", "create \(folder("new")) EACCES", "list / EACCES", "list /proc EACCES",
        "list /etc EACCES", "read /proc/1/cmdline EACCES", "make /usr/x EACCES",
      ], "\(inside)")
  }

  @Test func `a write grant can be written, and its file belongs to the caller`() throws {
    let folder = try folder(as: .user)
    let outcome = try shell("echo new > \(folder("new")) && cat \(folder("new"))", ["--write", folder.path], as: .user)
    #expect(outcome.output == "new\n", "\(outcome)")
    #expect(
      try FileManager.default.attributesOfItem(atPath: folder("new"))[.ownerAccountID] as? UInt32 == Caller.user.id)
  }

  @Test(arguments: Caller.reachable)
  func `there is no socket of any kind`(caller: Caller) throws {
    let server = try Spawn(
      try caller.commandLine([
        "/usr/bin/python3", "-I", "-S", "-c",
        """
        import socket, os
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\\0capsrun-canary-%d" % os.getpid())
        abstract.listen()
        tcp = socket.create_server(("127.0.0.1", 0))
        print("capsrun-canary-%d" % os.getpid(), tcp.getsockname()[1], flush=True)
        import time
        time.sleep(60)
        """,
      ])
    ).start()
    try server.waitForOutput("\n")
    let words = try server.output.text().split(whereSeparator: \.isWhitespace)
    let connections = Probe.connections(["tcp \(words[1])", "abstract \(words[0])"])
    #expect(try connections.outside(as: caller).lines.allSatisfy { $0.hasSuffix("OK") })
    let inside = try probe(connections, as: caller)
    #expect(inside.lines == ["tcp \(words[1]) EPERM", "abstract \(words[0]) EPERM"], "\(inside)")
    // Stream, datagram and raw; AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK
    let kinds = [1, 2, 10, 16, 17, 40].flatMap { family in [1, 2, 3].map { "\(family) \($0) 0" } }
    let sockets = try probe(Probe.sockets(kinds), as: caller)
    #expect(sockets.lines.count == kinds.count && sockets.lines.allSatisfy { !$0.hasSuffix("OK") }, "\(sockets)")
    let outside = try Probe.sockets(kinds).outside(as: caller)
    #expect(outside.lines.contains("2 2 0 OK") && outside.lines.contains("1 2 0 OK"))
  }

  @Test(arguments: Caller.reachable)
  func `a pair of sockets is connected to itself alone`(caller: Caller) throws {
    let outcome = try box(
      [],
      [
        "/usr/bin/python3", "-I", "-S", "-c",
        """
        import socket
        a, b = socket.socketpair()
        a.sendall(b"pair")
        print(b.recv(4))
        try: socket.socketpair(type=socket.SOCK_DGRAM)
        except OSError as error: print(error.errno)
        """,
      ], as: caller
    ).run()
    #expect(outcome.lines == ["b'pair'", "97"], "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `a process outside can be neither signalled nor looked into`(caller: Caller) throws {
    let canary = try Spawn(try caller.commandLine(["/bin/sleep", "60"])).start()
    try eventually("it sleeps") { HostProcesses.entry(canary.pid)?.name == "sleep" }
    // Signal 0 sends nothing.
    let attempts = Probe.systemCalls(["62 \(canary.pid) 0", "434 \(canary.pid) 0"])
    #expect(try attempts.outside(as: caller).lines == ["62 \(canary.pid) 0 OK", "434 \(canary.pid) 0 OK"])
    let inside = try probe(attempts, as: caller)
    #expect(inside.lines.first == "62 \(canary.pid) 0 EPERM", "\(inside)")
    let files = Probe.files(["read /proc/\(canary.pid)/environ", "read /proc/\(canary.pid)/cmdline"])
    #expect(try files.outside(as: caller).lines.allSatisfy { $0.hasSuffix("OK") })
    #expect(try probe(files, as: caller).lines.allSatisfy { $0.hasSuffix("EACCES") })
    #expect(HostProcesses.entry(canary.pid)?.name == "sleep")
  }

  @Test(arguments: Caller.reachable)
  func `its own processes can be signalled`(caller: Caller) throws {
    let outcome = try shell("sleep 60 & kill $!; wait $!; echo $?", as: caller)
    #expect(outcome.output == "143\n", "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `there is no capability, and none can be gained`(caller: Caller) throws {
    let outcome = try shell(
      "while read -r name value; do case $name in Cap*|NoNewPrivs*|Seccomp:) echo $name $value;; esac; done </proc/self/status",
      as: caller)
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(outcome.lines.contains("\(set): 0000000000000000")) }
    // Only who starts as root may empty this one.
    if caller == .root { #expect(outcome.lines.contains("CapBnd: 0000000000000000"), "\(outcome)") }
    #expect(outcome.lines.contains("NoNewPrivs: 1") && outcome.lines.contains("Seccomp: 2"), "\(outcome)")
  }

  @Test func `root becomes a user that nobody else has`() throws {
    guard Caller.testsRunAsRoot else { return }
    let outcome = try shell("id -u; id -G", as: .root)
    let numbers = outcome.lines.compactMap { UInt32($0) }
    #expect(numbers.count == 2 && numbers.allSatisfy { $0 >= 1_900_000_000 }, "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `only the folder of the run can be written, and it is gone afterwards`(caller: Caller) throws {
    let outcome = try shell(
      """
      echo $TMPDIR $HOME
      mkdir -p $TMPDIR/a/b && echo x > $TMPDIR/a/b/c && chmod 000 $TMPDIR/a 2>/dev/null
      for place in /tmp /var/tmp /dev/shm /run /var /; do
        (echo x > $place/capsrun-test-written) 2>/dev/null && echo "written: $place"
      done
      echo done
      """, as: caller)
    let folder = try #require(outcome.output.split(separator: " ").first.map(String.init))
    #expect(folder.hasPrefix("/tmp/capsrun-") && outcome.lines.dropFirst() == ["done"], "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func `a user's files keep their modes, times and attributes`() throws {
    let folder = try folder(as: .user)
    let file = try folder.file("own", "content", mode: 0o600)
    let program = """
      import os, sys
      path = sys.argv[1]
      for name, change in [
          ("chmod", lambda: os.chmod(path, 0o666)), ("utime", lambda: os.utime(path, (1, 1))),
          ("truncate", lambda: os.truncate(path, 0)), ("setxattr", lambda: os.setxattr(path, "user.x", b"y")),
          ("chown", lambda: os.chown(path, os.getuid(), os.getgid())),
          ("cut", lambda: os.open(path, os.O_RDONLY | os.O_TRUNC))]:
          try:
              change()
              print(name, "OK")
          except OSError as error: print(name, error.errno)
      """
    let command = ["/usr/bin/python3", "-I", "-S", "-c", program, file]
    let inside = try box(["--read", file], command, as: .user).run()
    #expect(
      inside.lines == ["chmod 1", "utime 1", "truncate 1", "setxattr 1", "chown 1", "cut 1"], "\(inside)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "content")
    let outside = try Spawn(try Caller.user.commandLine(command)).run()
    #expect(outside.lines.allSatisfy { $0.hasSuffix("OK") }, "the same can be done outside: \(outside)")
  }

  @Test(arguments: Caller.reachable)
  func `what the program leaves running ends with it`(caller: Caller) throws {
    let marker = "6\(Int.random(in: 100_000...999_999))"
    let outcome = try shell(
      "setsid sleep \(marker) >/dev/null 2>&1 & (setsid sh -c 'sleep \(marker) & sleep \(marker)' >/dev/null 2>&1 &); sleep 0.3; echo up",
      as: caller)
    #expect(outcome.output == "up\n", "\(outcome)")
    #expect(try running(marker).isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `a SIGKILL of capsrun ends all, and leaves no folder`(caller: Caller) throws {
    let marker = "6\(Int.random(in: 100_000...999_999))"
    let process = try box(
      [], ["sh", "-c", "setsid sleep \(marker) & sleep \(marker) & echo $TMPDIR; wait"], as: caller
    ).start()
    try process.waitForOutput("\n")
    let folder = try process.output.text().trimmingCharacters(in: .newlines)
    #expect(FileManager.default.fileExists(atPath: folder))
    try eventually("both run") { try running(marker).count == 2 }
    try process.send(SIGKILL)
    try eventually("none is left") { try running(marker).isEmpty }
    try eventually("the folder is gone") { !FileManager.default.fileExists(atPath: folder) }
  }

  @Test(arguments: Caller.reachable)
  func `a time limit ends all of it`(caller: Caller) throws {
    let marker = "6\(Int.random(in: 100_000...999_999))"
    let outcome = try box(
      ["--time-limit", "500ms"], ["sh", "-c", "setsid sleep \(marker) & sleep \(marker)"], as: caller
    ).run()
    #expect(outcome.exitCode == 143, "\(outcome)")
    #expect(try running(marker).isEmpty)
  }

  /// The processes that sleep for so long.
  private func running(_ seconds: String) throws -> [HostProcesses.Entry] {
    try HostProcesses.all().filter { entry in
      guard entry.name == "sleep", HostProcesses.isAlive(entry),
        let command = FileManager.default.contents(atPath: "/proc/\(entry.pid)/cmdline")
      else { return false }
      return String(decoding: command, as: UTF8.self).contains(seconds)
    }
  }

  @Test(arguments: Caller.reachable, [SIGTERM, SIGINT, SIGHUP])
  func `signals reach the program, and its end passes through`(caller: Caller, signal: Int32) throws {
    let process = try box(
      [], ["sh", "-c", "trap 'exit 7' TERM INT HUP; echo up; while :; do sleep 0.05; done"], as: caller
    ).start()
    try process.waitForOutput("up\n")
    try process.send(signal)
    #expect(try process.wait().exitCode == 7)
    #expect(try shell("kill -9 $$", as: caller).exitCode == 137)
  }

  @Test(arguments: Caller.reachable)
  func `a datagram socket as a standard stream is refused`(caller: Caller) throws {
    let program = """
      import os, socket, sys
      datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      os.dup2(datagrams.fileno(), 0)
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let box = try box([], ["echo", "started"], as: caller).commandLine
    let outcome = try Spawn(["/usr/bin/python3", "-c", program] + box).run()
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("standard input is a socket for datagrams"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `a grant that has another path inside is refused`(caller: Caller) throws {
    let folder = try folder(as: caller)
    try folder.file("x")
    let outcome = try shell("echo started", ["--bind", folder("x") + ":/srv/x"], as: caller)
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `a layer that only seems to be there stops the start`(caller: Caller) throws {
    for (call, layer) in [("landlock_restrict_self", "rely on Landlock"), ("seccomp", "rely on the seccomp filter")] {
      var filter = OuterFilter.containerEngine
      filter.answers.append((call, 0))
      let words = [try Program.path(), "box", "--allow-degraded=namespaces", "--", "echo", "started"]
      let outcome = try Spawn(try caller.commandLine(filter.commandLine(words))).run()
      #expect(outcome.exitCode == 69 && outcome.output.isEmpty && outcome.errors.contains(layer), "\(outcome)")
    }
  }
}
