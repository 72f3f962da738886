import Foundation
import Testing

/// What careless callers and hostile processes do to a supervisor.
@Suite struct AttackedSupervisorTests {
  @Test(arguments: Caller.reachable)
  func `a supervisor whose folder is removed stops all in order, and ends`(caller: Caller) throws {
    for removed in ["run/app", "run/app/control"] {
      let place = try SupervisedPlace(as: caller)
      try place.capsule(
        "app",
        [
          ("db", "", "trap 'echo db >> SHARED/ends; exit 0' TERM; while :; do sleep 0.05; done"),
          ("web", "depends_on: [db]", "trap 'echo web >> SHARED/ends; exit 0' TERM; while :; do sleep 0.05; done"),
        ])
      try place.start("app", "--wait")
      let supervisor = try #require(HostProcesses.entry(try place.status().supervisor))
      // Longer than it takes to look twice: without a reason it goes on.
      sleep(5)
      #expect(HostProcesses.isAlive(supervisor) && place.shared("ends") == [])
      try FileManager.default.removeItem(atPath: place.folder(removed))
      try eventually("it has ended") { !HostProcesses.isAlive(supervisor) }
      #expect(place.shared("ends") == ["web", "db"])
      // Another one can be started then.
      try place.start("app", "--wait")
      #expect(try place.status()["web"]?.pid != nil)
    }
  }

  /// The control groups beside that of a process; nil where it has none of its own.
  private func siblingGroups(of pid: pid_t) throws -> [String]? {
    let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8).split(separator: "\n")
    guard let root = mounts.map({ $0.split(separator: " ") }).first(where: { $0.count > 2 && $0[2] == "cgroup2" })
    else { return nil }
    let lines = try String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8).split(separator: "\n")
    guard let own = lines.first(where: { $0.hasPrefix("0::") })?.dropFirst(3), own.contains("/capsrun/") else {
      return nil
    }
    let parent = (String(root[1] + own) as NSString).deletingLastPathComponent
    var groups: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: parent) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: "\(parent)/\(name)", isDirectory: &isFolder), isFolder.boolValue {
        groups.append(name)
      }
    }
    return groups.sorted()
  }

  @Test(arguments: Caller.reachable)
  func `probes and commands leave nothing behind, and no control group`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let probe = "ready: {exec: [/bin/sh, -c, 'echo x >> \(place.folder("shared"))/probes'], interval: 20ms}"
    try place.capsule("app", [("main", probe, "exec sleep 1000")])
    try place.start("app", "--wait")
    let main = try #require(try place.wait("main", "ready").pid)
    for _ in 1...5 {
      let outcome = try place.capsrun("exec", "app", "--", "/bin/sh", "-c", "sleep 54321 & exit 3")
      #expect(outcome.exitCode == 3, "\(outcome)")
    }
    try eventually("it was looked at often") { place.shared("probes").count > 20 }
    guard let groups = try siblingGroups(of: main) else { return }
    // That of the process shows that this looks in the right place. At most one look and its burial are under way.
    #expect(groups.contains("0-main"))
    #expect(groups.count <= 5, "\(groups)")
  }

  @Test(arguments: Caller.reachable)
  func `a supervisor that is stopped is not waited for for ever`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "exec sleep 1000")])
    try place.start()
    let supervisor = try place.status().supervisor
    // The control: it answers all of these.
    for command in [["signal", "app", "main", "WINCH"], ["exec", "app", "--", "/bin/true"]] {
      #expect(try place.begin(command).wait().exitCode == 0)
    }
    kill(supervisor, SIGSTOP)
    defer { kill(supervisor, SIGCONT) }
    let commands = [
      ["stop", "app"], ["restart", "app"], ["kill", "app", "--all"], ["signal", "app", "main", "WINCH"],
      ["exec", "app", "--", "/bin/true"], ["start", "./app"], ["events", "app"],
    ]
    let running = try commands.map { try place.begin($0) }
    for (command, process) in zip(commands, running) {
      let outcome = try process.wait()
      #expect(outcome.exitCode == 125 && outcome.errors.contains("does not answer"), "\(command): \(outcome)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `a process that stops all that it can keeps no stop waiting`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let stopping =
      "import os, signal, time\nopen('SHARED/evil', 'w').write('up\\n')\nend = time.time() + 40\n"
      + "while time.time() < end:\n  try: os.kill(-1, signal.SIGSTOP)\n  except OSError: pass\n"
    try place.capsule(
      "app",
      [
        ("evil", "stop: {timeout: 200ms}", "exec python3 -c \"\(stopping)\""),
        ("other", "stop: {timeout: 200ms}", "exec sleep 1000"),
      ])
    try place.start()
    try eventually("it is at work") { place.shared("evil") == ["up"] }
    // Each of these may be stopped on its way to its program, and most are; a stop overtakes it.
    for _ in 1...5 {
      let restart = try place.begin("restart", "app", "other")
      usleep(200_000)
      #expect(try place.capsrun("stop", "app", "other").exitCode == 0)
      let outcome = try restart.wait()
      #expect(outcome.exitCode == 0 || outcome.errors.contains("was stopped meanwhile"), "\(outcome)")
    }
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `a process that is traced by its own child keeps nobody waiting when it ends`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    // PTRACE_SEIZE; who traces a process keeps its parent from reaping it.
    let tracing = """
      import ctypes, os, time
      trace = ctypes.CDLL(None).ptrace
      trace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
      parent = os.getppid()
      open('SHARED/traced', 'a').write('%d\\n' % trace(0x4206, parent, None, None))
      time.sleep(0.3)
      os.kill(parent, 9)
      time.sleep(1000)
      """
    try place.folder.folder("shared")
    try place.folder.file("shared/trace.py", tracing.replacing("SHARED", with: place.folder("shared")))
    try place.capsule(
      "app", more: "security: {seccomp: debug}\n",
      [
        ("evil", "restart_policy: never", "setsid python3 SHARED/trace.py & exec sleep 1000"),
        ("other", "", "exec sleep 1000"),
      ])
    try place.start()
    try eventually("it is traced") { place.shared("traced") == ["0"] }
    usleep(600_000)
    // It is a zombie by now that nobody may reap.
    #expect(try place.wait("other", "running").pid != nil)
    #expect(try place.wait("evil", "failed").reason == "signal 9")
    let script = "setsid python3 \(place.folder("shared"))/trace.py & exec sleep 1000"
    #expect(try place.capsrun("exec", "app", "--", "/bin/sh", "-c", script).exitCode == 137)
    #expect(place.shared("traced") == ["0", "0"])
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `a restart that a stop overtakes is told so, and waits no longer`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app", [("main", "", "trap 'sleep 0.7; exit 0' TERM; echo up > SHARED/main; while :; do sleep 0.02; done")])
    try place.start()
    try eventually("it runs") { place.shared("main") == ["up"] }
    let restart = try place.begin("restart", "app", "main")
    try place.wait("main", "stopping")
    #expect(try place.capsrun("stop", "app", "main").exitCode == 0)
    let outcome = try restart.wait()
    #expect(outcome.exitCode == 125 && outcome.errors.contains("main was stopped meanwhile"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `nothing is started in a capsule that is being stopped`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app", [("main", "", "trap 'sleep 1; exit 0' TERM; echo up >> SHARED/main; while :; do sleep 0.02; done")])
    try place.start()
    try eventually("it runs") { place.shared("main") == ["up"] }
    let stop = try place.begin("stop", "app")
    try place.wait("main", "stopping")
    for command in [["restart", "app"], ["exec", "app", "--", "/bin/true"]] {
      let outcome = try place.begin(command).wait()
      #expect(outcome.exitCode == 125 && outcome.errors.contains("is being stopped"), "\(command): \(outcome)")
    }
    #expect(try stop.wait().exitCode == 0)
    #expect(place.shared("main") == ["up"])
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `more processes run than a caller may have files open, and each has his limit`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      (1...120).map { ("p\($0)", "", $0 == 1 ? "ulimit -Sn > SHARED/limit; exec sleep 1000" : "exec sleep 1000") })
    var spawn = try Capsrun.spawn(
      ["start", "--wait", "./app"], as: caller, environment: place.environment, workingFolder: place.folder.path)
    spawn.commandLine = ["/usr/bin/prlimit", "--nofile=100:", "--"] + spawn.commandLine
    let outcome = try spawn.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try place.status().processes.allSatisfy { $0.pid != nil })
    try eventually("it has said its limit") { place.shared("limit") == ["100"] }
  }

  @Test(arguments: Caller.reachable)
  func `of two who start it at once one does, and both are told that it runs`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "echo $$ >> SHARED/main; exec sleep 1000")])
    for round in 1...5 {
      let starts = try (1...2).map { _ in try place.begin("start", "--wait", "./app") }
      let outcomes = try starts.map { try $0.wait() }
      #expect(outcomes.allSatisfy { $0.exitCode == 0 }, "\(outcomes)")
      #expect(outcomes.count { $0.output.contains("runs already") } == 1, "\(outcomes)")
      #expect(try place.capsrun("stop", "app").exitCode == 0)
      #expect(place.shared("main").count == round)
      #expect(try place.leftovers() == [])
    }
  }

  @Test(arguments: Caller.reachable)
  func `a process can open its output anew, and what looks like a record stays one line of its own`(caller: Caller)
    throws
  {
    let place = try SupervisedPlace(as: caller)
    let forged = #"{"ts":"2020-01-01T00:00:00Z","proc":"other","stream":"stdout","restart":9,"line":"forged"}"#
    try place.folder.folder("shared")
    try place.folder.file("shared/forged", forged + "\n\u{1b}[31mred\n")
    try place.capsule(
      "app",
      [
        ("main", "", "cat SHARED/forged > /dev/stdout; echo wrong > /dev/stderr; exec sleep 1000"),
        ("other", "", "exec sleep 1000"),
      ])
    try place.start()
    try eventually("it has written") { try place.capsrun("logs", "app").lines.count >= 3 }
    let outcome = try place.capsrun("logs", "app", "--json")
    let records = try outcome.lines.map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(records.allSatisfy { $0["proc"] as? String == "main" && $0["restart"] as? Int == 0 }, "\(outcome)")
    #expect(Set(records.compactMap { $0["line"] as? String }) == [forged, "\u{1b}[31mred", "wrong"], "\(outcome)")
    #expect(records.first { $0["line"] as? String == "wrong" }?["stream"] as? String == "stderr")
    let shown = try place.capsrun("logs", "app")
    #expect(!shown.output.contains("\u{1b}"), "\(shown)")
  }

  @Test(arguments: Caller.reachable)
  func `no process can give up what it is known by`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = "\(100_000 + Int.random(in: 0..<800_000))"
    // Lowering another limit is the control.
    let script = """
      bash -c 'ulimit -n 50 && echo lowered >> SHARED/main; ulimit -x 5 || echo refused >> SHARED/main; \
      prlimit --locks=5:5 true || echo refused >> SHARED/main'; setsid sh -c 'sleep \(seconds) &'; exec sleep 1000
      """
    try place.capsule("app", [("main", "", script)])
    try place.start()
    try eventually("it has tried") { place.shared("main").count >= 3 }
    #expect(place.shared("main") == ["lowered", "refused", "refused"])
    #expect(try place.capsrun("kill", "app", "main").exitCode == 0)
    let processes = try HostProcesses.all().filter { process in
      let line = try? String(contentsOfFile: "/proc/\(process.pid)/cmdline", encoding: .utf8)
      return line?.contains(seconds) ?? false
    }
    #expect(processes.isEmpty)
  }
}
