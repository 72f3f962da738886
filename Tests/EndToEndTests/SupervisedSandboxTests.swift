import Foundation
import Testing

/// A sandbox that is held as by a supervisor: its processes are known however far they have come, in both ways in which that is done.
@Suite struct SupervisedSandboxTests {
  /// Who holds it, and how its processes are known.
  struct Way: CustomTestStringConvertible {
    let caller: Caller
    let marks: Bool

    var testDescription: String { "\(caller), \(marks ? "by marks" : "by control groups")" }

    /// An ordinary user has no groups on most machines.
    static let all =
      Caller.reachable.map { Way(caller: $0, marks: true) }
      + (Caller.testsRunAsRoot ? [Way(caller: .root, marks: false)] : [])
  }

  private func hold(
    _ way: Way, _ steps: String, options: [String] = [], _ command: [String]
  ) throws -> Outcome {
    let trial = (way.marks ? "marks," : "") + steps
    return try Capsrun.run(["box", "--join", "--join-trial", trial] + options + ["--"] + command, as: way.caller)
  }

  private func hold(_ way: Way, _ steps: String, options: [String] = [], shell: String) throws -> Outcome {
    try hold(way, steps, options: options, ["sh", "-c", shell])
  }

  /// A time of sleep that no other test sleeps for.
  private static func uniqueTime() -> String {
    "7\(UInt32.random(in: 10_000...99_999)).\(UInt16.random(in: 100...999))"
  }

  private static func isSleeping(_ time: String) throws -> Bool {
    let found = try Spawn(["/usr/bin/pgrep", "-fx", "sleep \(time)"]).run().lines
    return found.compactMap { pid_t($0) }.compactMap { HostProcesses.entry($0) }.contains { HostProcesses.isAlive($0) }
  }

  private static func number(in outcome: Outcome, after word: String) throws -> Int {
    let line = try #require(outcome.lines.first { $0.hasPrefix(word + " ") }, "\(outcome)")
    return try #require(Int(line.dropFirst(word.count + 1)), "\(outcome)")
  }

  @Test(arguments: Way.all) func `it is told how processes are known`(way: Way) throws {
    let outcome = try hold(way, "tracking", ["true"])
    #expect(outcome.exitCode == 0 && outcome.lines == ["tracking \(way.marks ? "mark" : "cgroup")"], "\(outcome)")
  }

  @Test(arguments: Way.all)
  func `a daemon that has left its parent, its session and its group is still known, and killed`(way: Way) throws {
    let time = Self.uniqueTime()
    let outcome = try hold(
      way, "begin,reap,sleep=100,processes,empty,group,timedKill,empty,processes,remove",
      shell: "(setsid sh -c 'sleep \(time) & setsid sleep \(time) & wait' &); sleep 0.1; exit 3")
    #expect(outcome.exitCode == 0 && outcome.lines.first == "reaped [3]", "\(outcome)")
    #expect(outcome.lines.filter { $0.hasPrefix("processes") } == ["processes 3", "processes 0"], "\(outcome)")
    #expect(outcome.lines.filter { $0.hasPrefix("empty") } == ["empty 0", "empty 1"], "\(outcome)")
    #expect(try !Self.isSleeping(time))
    let group = try #require(outcome.lines.first { $0.hasPrefix("group ") }).dropFirst(6)
    #expect(way.marks == (group == "none") && !FileManager.default.fileExists(atPath: String(group)))
  }

  @Test(arguments: Way.all)
  func `each process is known by itself, and what is killed of one leaves the others`(way: Way) throws {
    let outcome = try hold(
      way, "begin=3,sleep=200,processes,killFirst,sleep=400,empty,processes", shell: "sleep 60 & sleep 60")
    #expect(outcome.lines == ["processes 9", "empty 1", "processes 6"], "\(outcome)")
  }

  @Test(arguments: Way.all)
  func `a signal reaches all of a tree, also what is stopped`(way: Way) throws {
    let shell =
      "trap 'echo first; exit 0' TERM; (trap 'echo second; exit 0' TERM; kill -STOP $BASHPID; wait) & while :; do sleep 0.01; done"
    let outcome = try hold(way, "begin,sleep=500,ask,reap,sleep=400,empty", ["bash", "-c", shell])
    #expect(outcome.lines.sorted() == ["empty 1", "first", "reaped [0]", "second"], "\(outcome)")
  }

  @Test(arguments: Way.all)
  func `the trees of fifty processes are gone in less than a second`(way: Way) throws {
    let time = Self.uniqueTime()
    let outcome = try hold(
      way, "begin=50,sleep=200,processes,timedKill,empty,reap", shell: "(setsid sleep \(time) &); sleep \(time)")
    #expect(try Self.number(in: outcome, after: "processes") >= 100, "\(outcome)")
    #expect(try Self.number(in: outcome, after: "empty") == 50)
    let kill = try #require(outcome.lines.first { $0.hasPrefix("killed in ") })
    let empty = try #require(Int(kill.split(separator: " ")[6]), "\(kill)")
    #expect(empty < 1_000_000)
    #expect(outcome.lines.last == "reaped [137]")
    #expect(try !Self.isSleeping(time))
  }

  /// Each is there for as short as it can be, and leaves another one; the whole ends by itself after ten seconds.
  private static let runners = """
    import os, time
    end = time.monotonic() + 10
    for chain in range(8):
        if os.fork() == 0: break
    os.setsid() if os.getpid() != os.getsid(0) else None
    while time.monotonic() < end:
        if os.fork(): os._exit(0)
    """

  @Test(arguments: Way.all) func `processes that run away by making others are caught`(way: Way) throws {
    let outcome = try hold(
      way, "begin,sleep=300,reap,timedKill,empty,sleep=50,processes", ["python3", "-c", Self.runners])
    #expect(try Self.number(in: outcome, after: "empty") == 1, "\(outcome)")
    #expect(try Self.number(in: outcome, after: "processes") == 0, "\(outcome)")
    let control = try hold(way, "begin,sleep=300,reap,sleep=50,empty", ["python3", "-c", Self.runners])
    #expect(try Self.number(in: control, after: "empty") == 0, "\(control)")
  }

  /// The limit that marks stand in has no name in Python.
  private static func changingMark(to number: String, _ time: String) -> String {
    """
    import os, resource, time
    try:
        resource.setrlimit(10, (\(number), \(number)))
        print("changed", flush=True)
    except (ValueError, OSError) as error:
        print("refused", flush=True)
    os.execvp("sleep", ["sleep", "\(time)"])
    """
  }

  @Test(arguments: Caller.reachable)
  func `a mark can neither be exchanged for another nor given up`(caller: Caller) throws {
    let way = Way(caller: caller, marks: true)
    let time = Self.uniqueTime()
    let raised = try hold(
      way, "begin,sleep=300,empty,kill,reap", ["python3", "-c", Self.changingMark(to: "2 ** 62 + 5", time)])
    #expect(raised.lines == ["refused", "empty 0", "reaped [137]"], "\(raised)")
    let lowered = try hold(way, "begin,sleep=300,empty", ["python3", "-c", Self.changingMark(to: "5", time)])
    #expect(lowered.exitCode == 0 && lowered.lines == ["refused", "empty 0"], "\(lowered)")
    #expect(try !Self.isSleeping(time))
  }

  @Test(arguments: Caller.reachable)
  func `where there is no room for marks, nothing is started`(caller: Caller) throws {
    func start(_ locks: String) throws -> Outcome {
      let words = ["/usr/bin/prlimit", "--locks=\(locks)", "--", try Program.path()]
      return try Spawn(
        try caller.commandLine(words + ["box", "--join", "--join-trial", "marks,begin,reap", "--", "echo", "started"])
      ).run()
    }
    let refused = try start("1000:1000")
    #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("RLIMIT_LOCKS is limited here"), "\(refused)")
    #expect(try start("unlimited").lines == ["started", "reaped [0]"])
  }

  @Test(arguments: Caller.reachable)
  func `without namespaces there is nothing to hold`(caller: Caller) throws {
    let words = ["box", "--allow-degraded=namespaces", "--join"]
    let command = ["--join-trial", "begin,reap", "--", "echo", "started"]
    let filtered = OuterFilter.containerEngine.commandLine([try Program.path()] + words + command)
    let refused = try Spawn(try caller.commandLine(filtered)).run()
    #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("this machine gives no namespaces"), "\(refused)")
    #expect(try Capsrun.run(words + command, as: caller).lines == ["started", "reaped [0]"])
  }

  @Test(arguments: Way.all)
  func `it is seen whether a port inside is listened to, in both families`(way: Way) throws {
    for (family, address) in [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")] {
      let listener = """
        import socket, time
        listening = socket.socket(socket.\(family)); listening.bind(("\(address)", 8099)); listening.listen()
        print("listening", flush=True); time.sleep(60)
        """
      let outcome = try hold(
        way, "begin,sleep=400,connect=8099,connect=8098,kill,reap", ["python3", "-c", listener])
      #expect(outcome.lines == ["listening", "connected true", "connected false", "reaped [137]"], "\(outcome)")
    }
  }

  @Test(arguments: Way.all)
  func `nothing is left when whoever holds the sandbox is killed, as another tidies up`(way: Way) throws {
    let time = Self.uniqueTime()
    let outcome = try hold(way, "begin=10,group,sleep=100,die", shell: "(setsid sleep \(time) &); sleep \(time)")
    #expect(outcome.exitCode == nil, "\(outcome)")
    let group = try #require(outcome.lines.first { $0.hasPrefix("group ") }).dropFirst(6)
    let begun = ContinuousClock.now
    try eventually("all of it is gone") {
      try !Self.isSleeping(time) && !FileManager.default.fileExists(atPath: String(group))
    }
    #expect(ContinuousClock.now - begun < .seconds(1))
  }

  @Test(arguments: Way.all) func `when PID 1 is killed all go with it, and nobody can join any more`(way: Way) throws {
    let outcome = try hold(way, "begin=20,lose,reap,begin", shell: "(setsid sleep 60 &); sleep 60")
    #expect(outcome.lines == ["lost", "reaped [137]"], "\(outcome)")
    #expect(outcome.exitCode == 125 && outcome.errors.contains("the sandbox has ended"), "\(outcome)")
  }

  @Test(arguments: Way.all) func `what is given up on its way leaves nothing`(way: Way) throws {
    let time = Self.uniqueTime()
    let outcome = try hold(way, "abandon=30,begin,processes,kill,reap", ["sleep", time])
    #expect(outcome.exitCode == 0 && outcome.lines == ["processes 1", "reaped [137]"], "\(outcome)")
    #expect(try !Self.isSleeping(time))
  }

  @Test(arguments: Way.all)
  func `what is given up on its way leaves nothing and keeps nobody waiting, although somebody has stopped it`(
    way: Way
  ) throws {
    let steps = (way.marks ? "marks," : "") + "linger=600,begin,kill,reap"
    let spawn = try Capsrun.spawn(["box", "--join", "--join-trial", steps, "--", "sleep", "60"], as: way.caller)
    let process = try spawn.start()
    try process.waitForOutput("waits")
    // By then its maker has ended, and it waits for an answer; a process of the sandbox that has its user could do the same.
    usleep(200_000)
    let children = try HostProcesses.descendants(of: process.pid).filter { $0.state != "Z" }
    #expect(children.count == 2, "PID 1 and the one on its way: \(children)")
    for child in children { #expect(kill(child.pid, SIGSTOP) == 0) }
    try process.waitForOutput("given up")
    // PID 1 has to go on, for the next one to end.
    for child in children where HostProcesses.isAlive(child) { #expect(kill(child.pid, SIGCONT) == 0) }
    try eventually("it ends") { try process.hasEnded() }
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(children.allSatisfy { !HostProcesses.isAlive($0) })
  }

  @Test(arguments: Way.all) func `a process can have a terminal of its own, of the size that is asked for`(way: Way)
    throws
  {
    let outcome = try hold(way, "terminal", shell: "stty size; test -t 1 && test -t 2 && exit 5")
    #expect(outcome.output == "shown 17 71\r\n, ended with 5\n", "\(outcome)")
  }

  @Test(arguments: Way.all) func `a folder of the host is no stream of a process`(way: Way) throws {
    let outcome = try hold(way, "folder", ["cat", "/proc/self/fd/0/../etc/hostname"])
    #expect(outcome.exitCode == 64 && outcome.errors.contains("it is a folder of the host"), "\(outcome)")
    #expect(try hold(way, "begin,reap", ["true"]).lines == ["reaped [0]"])
  }

  @Test(arguments: Way.all) func `a further life of a process begins with nothing counted`(way: Way) throws {
    let busy = "import time\nwhile time.process_time() < 0.3: pass"
    let outcome = try hold(way, "generation=1,reap,usage,remove,generation=2,kill,reap,usage", ["python3", "-c", busy])
    let usage = outcome.lines.filter { $0.hasPrefix("usage ") }.map { $0.split(separator: " ") }
    try #require(usage.count == 2, "\(outcome)")
    // Of marked processes nobody has counted what those used that are gone.
    if !way.marks { #expect(try #require(Int(usage[0][1])) > 290_000) }
    #expect(try #require(Int(usage[1][1])) < 290_000)
  }

  @Test(.needsRoot) func `a group in which an earlier life goes on is not used again`() throws {
    let way = Way(caller: .root, marks: false)
    let shell = "(setsid sleep 60 &); exit 0"
    let outcome = try hold(way, "generation=1,reap,generation=2", shell: shell)
    #expect(
      outcome.exitCode == 125 && outcome.lines == ["reaped [0]"] && outcome.errors.contains("EBUSY"), "\(outcome)")
    let emptied = try hold(way, "generation=1,reap,kill,sleep=50,generation=2,reap", shell: shell)
    #expect(emptied.exitCode == 0 && emptied.lines == ["reaped [0]", "reaped [0]"], "\(emptied)")
  }

  @Test(.needsRoot) func `the end of a tree is told by its group`() throws {
    let outcome = try hold(
      Way(caller: .root, marks: false), "begin,reap,empty,changes,empty", shell: "(setsid sleep 0.5 &); exit 0")
    #expect(outcome.lines == ["reaped [0]", "empty 0", "told empty", "empty 1"], "\(outcome)")
  }

  /// Takes 100 MiB, writes 20 MiB to a disk, and uses a second of a processor.
  private static let user = """
    import os, time
    data = bytearray(100 << 20)
    for place in range(0, len(data), 4096): data[place] = 1
    file = os.open("FOLDER/x", os.O_WRONLY | os.O_CREAT)
    os.write(file, os.urandom(20 << 20))
    os.fsync(file)
    while time.process_time() < 1: pass
    print("used", flush=True)
    time.sleep(60)
    """

  @Test(arguments: Way.all) func `memory, time and bytes of disks are told within a tenth`(way: Way) throws {
    let folder = try TemporaryFolder(of: way.caller)
    let script = Self.user.replacing("FOLDER", with: folder.path)
    let outcome = try hold(
      way, "begin,sleep=3000,usage,kill,reap", options: ["--write", folder.path], ["python3", "-c", script])
    let line = try #require(outcome.lines.first { $0.hasPrefix("usage ") }, "\(outcome)")
    try #require(outcome.lines.first == "used", "\(outcome)")
    let words = line.split(separator: " ").map { Int($0) ?? -1 }
    #expect((950_000...1_200_000).contains(words[1]), "\(line)")
    #expect((100 << 20...115 << 20).contains(words[2]), "\(line)")
    #expect((20 << 20...22 << 20).contains(words[4]), "\(line)")
    #expect(words[5] == 1 && words[6] == 0, "\(line)")
  }

  @Test(.needsRoot) func `a process that is killed for lack of memory is told by its group`() throws {
    let way = Way(caller: .root, marks: false)
    let hog = ["python3", "-c", "data = bytearray(150 << 20); print(len(data) >> 20)"]
    let outcome = try hold(way, "begin,reap,usage", options: ["--memory", "64M"], hog)
    #expect(outcome.lines.first == "reaped [137]" && outcome.lines.last?.hasSuffix(" 1") == true, "\(outcome)")
    let enough = try hold(way, "begin,reap,usage", options: ["--memory", "400M"], hog)
    #expect(enough.lines.first == "150" && enough.lines.last?.hasSuffix(" 0") == true, "\(enough)")
  }
}
