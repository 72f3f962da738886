import Foundation
import Testing

/// A process that joins a sandbox which is there already, beside one that its PID 1 forks: nothing of their confinement may differ.
@Suite struct JoinTests {
  /// What a process can tell of its own confinement, but for what differs from one start to the next.
  private static let look = """
    import os, re
    status = open("/proc/self/status").read()
    for key in ["Cap", "NoNewPrivs", "Seccomp", "Groups", "Uid", "Gid", "Umask", "SigBlk", "SigIgn", "CoreDumping"]:
        print([line for line in status.splitlines() if line.startswith(key)])
    print(sorted(os.listdir("/proc/self/fd")), os.getcwd(), os.getsid(0) == os.getpid(), os.uname().nodename)
    print(sorted(os.environ.items()))
    for line in open("/proc/self/mountinfo"):
        print(re.sub(r"^[0-9]+ [0-9]+ [0-9]+:[0-9]+ ", "", line).strip())
    print(open("/proc/self/uid_map").read(), open("/proc/self/gid_map").read(), open("/proc/self/limits").read())
    print([line.split(":")[0] for line in open("/proc/net/dev")])
    for kind in ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"]:
        print(kind, os.stat(f"/proc/self/ns/{kind}").st_ino == os.stat(f"/proc/self/ns/{kind}").st_ino)
    for path in ["/", "/etc/new", "/usr/new", "/dev/new", "/proc/1/environ", "/proc/1/root", "/proc/1/ns/net"]:
        try:
            open(path, "r" if path.startswith("/proc") else "w")
            print(path, "OK")
        except OSError as error:
            print(path, error.errno)
    try:
        os.mknod("/tmp/whiteout", 0o020000)
        print("whiteout")
    except OSError as error:
        print(error.errno)
    """

  @Test(arguments: Caller.reachable)
  func `a process that joins is confined as one that PID 1 forks`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let options = ["--write", folder.path, "--env", "A=b", "--chdir", "/tmp"]
    let command = ["--", "/usr/bin/python3", "-c", Self.look]
    let forked = try Capsrun.run(["box"] + options + command, as: caller)
    let joined = try Capsrun.run(["box", "--join"] + options + command, as: caller)
    #expect(forked.exitCode == 0 && forked.lines.count > 30, "\(forked)")
    // A start by root has a user of the host of its own, which its map shows.
    func comparable(_ outcome: Outcome) -> [String] { outcome.lines.filter { !$0.contains("19000") } }
    #expect(comparable(joined) == comparable(forked), "\(joined)")
    let outside = try Spawn(try caller.commandLine(["/usr/bin/python3", "-c", Self.look])).run()
    #expect(comparable(outside) != comparable(forked))
  }

  @Test(arguments: Caller.reachable)
  func `the ending, the streams and the failures of a process that joins are told`(caller: Caller) throws {
    let ended = try Capsrun.run(
      ["box", "--join", "--", "sh", "-c", "cat; echo e >&2; exit 7"], as: caller, input: Array("in".utf8))
    #expect(ended.exitCode == 7 && ended.output == "in" && ended.errors == "e\n")
    let killed = try Capsrun.run(["box", "--join", "--", "sh", "-c", "kill -9 $$"], as: caller)
    #expect(killed.exitCode == 137)
    let missing = try Capsrun.run(["box", "--join", "--", "/nothing"], as: caller)
    #expect(missing.exitCode == 127 && missing.errors.contains("is not there inside"))
    let folder = try Capsrun.run(["box", "--join", "--chdir", "/nothing", "--", "true"], as: caller)
    #expect(folder.exitCode == 66 && folder.errors.contains("no such folder inside"))
  }

  @Test(arguments: Caller.reachable)
  func `what a joined process leaves running ends with it`(caller: Caller) throws {
    let outcome = try Capsrun.run(
      ["box", "--join", "--", "sh", "-c", "sleep 98765\(caller.id) >/dev/null 2>&1 & echo $!"], as: caller)
    #expect(outcome.exitCode == 0 && outcome.lines.count == 1)
    #expect(try Spawn(["/usr/bin/pgrep", "-fx", "sleep 98765\(caller.id)"]).run().output.isEmpty)
  }

  @Test(.needsRoot, .enabled(if: ControlGroupPlace.exists, "no version 2 of control groups is mounted"))
  func `a process that joins is born in its control group`() throws {
    let group = try ControlGroupPlace()
    let command = ["--", "cat", "/proc/self/cgroup"]
    let inGroup = try Capsrun.run(["box", "--join", "--join-group", group.path] + command, as: .root)
    #expect(inGroup.lines.contains { $0.hasPrefix("0::") && $0.hasSuffix("/" + group.name) }, "\(inGroup)")
    let without = try Capsrun.run(["box", "--join"] + command, as: .root)
    #expect(without.exitCode == 0 && !without.output.contains(group.name))
    let wrong = try Capsrun.run(["box", "--join", "--join-group", "/tmp"] + command, as: .root)
    #expect(wrong.exitCode != 0 && wrong.output.isEmpty)
  }

  /// Looks at each process that appears, as often as it can, until none has appeared for a while.
  static let watcher = """
    import os, subprocess, time
    control = subprocess.Popen(["sleep", "1000"])
    seen, own, programs, lines = set(), {"1", str(os.getpid())}, set(), set()
    last = time.monotonic()
    while time.monotonic() - last < 2:
        for process in os.listdir("/proc"):
            if not process.isdigit() or process in own: continue
            if process not in seen:
                seen.add(process)
                last = time.monotonic()
            try: lines.add(open(f"/proc/{process}/cmdline", "rb").read().replace(bytes(1), b" ").strip())
            except OSError: pass
            for name in ["exe", "root", "cwd"]:
                try: programs.add((name, os.readlink(f"/proc/{process}/{name}")))
                except OSError: pass
            for name in ["environ", "mem", "maps", "auxv"]:
                try:
                    with open(f"/proc/{process}/{name}", "rb") as file:
                        if name != "mem" and b"CANARY" in file.read(): programs.add((name, "canary"))
                except OSError: pass
            try:
                for number in os.listdir(f"/proc/{process}/fd") if process != str(control.pid) else []: programs.add(("fd", os.readlink(f"/proc/{process}/fd/{number}")[:5]))
            except OSError: pass
    control.kill()
    print(len(seen))
    print(sorted(program for program in programs if program[0] != "fd"))
    print(sorted(lines))
    print([fd for fd in programs if fd[0] == "fd" and fd[1] not in ("/dev/", "pipe:")])
    """

  @Test(arguments: Caller.reachable)
  func `nothing of a process can be seen from inside before it has become its program`(caller: Caller) throws {
    let count = 1000
    let outcome = try Capsrun.run(
      ["box", "--join", "--join-more", "\(count)", "--", "/usr/bin/python3", "-c", Self.watcher], as: caller,
      environment: ["SECRET": "CANARY"])
    #expect(outcome.exitCode == 0, "\(outcome)")
    // Some were there too short to be seen at all.
    try Self.expectNothing(in: outcome.lines, of: "true", seen: count / 100)
  }

  /// What the watcher has seen of more processes than `least`: of each the name of its program alone. A child of one's own is open
  /// to it, and is its control.
  static func expectNothing(in lines: [String], of program: String, seen least: Int) throws {
    try #require(lines.count == 4, "\(lines)")
    #expect(try #require(Int(lines[0])) > least, "\(lines)")
    #expect(lines[1].contains("('exe', '/usr/bin/sleep')") && !lines[1].contains("capsrun"), "\(lines)")
    #expect(
      !lines[1].contains("canary") && !lines[1].contains(program) && lines[2].contains("b'\(program)'"), "\(lines)")
    #expect(
      lines[2].replacing("b''", with: "").replacing("b'\(program)'", with: "").replacing("b'sleep 1000'", with: "")
        .allSatisfy { "[], ".contains($0) }, "\(lines)")
    #expect(lines[3] == "[]", "\(lines)")
  }
}

/// A control group of the test's own, below the version 2 hierarchy of this machine, which is removed at the end.
private final class ControlGroupPlace {
  private static let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
  private static let root = roots.first { FileManager.default.fileExists(atPath: $0 + "/cgroup.procs") }

  static var exists: Bool { root != nil }

  let name = "capsrun-test-\(UInt32.random(in: 0...UInt32.max))"
  let path: String

  init() throws {
    path = try #require(Self.root) + "/" + name
    try #require(mkdir(path, 0o755) == 0)
  }

  deinit { rmdir(path) }
}
