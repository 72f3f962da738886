import Foundation
import Testing

/// What a sandboxed process is, and what it sees of others.
@Suite struct IsolationTests {
  @Test(arguments: Caller.reachable)
  func `the process list shows the sandbox's own processes alone`(caller: Caller) throws {
    let program = """
      import os
      for process in sorted(filter(str.isdigit, os.listdir("/proc")), key=int):
          with open(f"/proc/{process}/comm") as comm: print(process, comm.read().strip())
      """
    let command = ["/usr/bin/python3", "-c", program]
    let outside = try Spawn(try caller.commandLine(command)).run()
    #expect(outside.lines.count > 10)
    let inside = try Capsrun.run(["box", "--"] + command, as: caller)
    #expect(inside.lines.map { $0.split(separator: " ")[1] } == ["capsrun", "python3"])
    #expect(inside.lines.first == "1 capsrun")
  }

  @Test(arguments: Caller.reachable)
  func `each namespace is another one than the caller's`(caller: Caller) throws {
    let kinds = ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"]
    let command = ["sh", "-c", "for kind in \(kinds.joined(separator: " ")); do readlink /proc/self/ns/$kind; done"]
    let outside = try (0..<2).map { _ in
      try Spawn(try caller.commandLine(["/bin/sh"] + command.dropFirst())).run().lines
    }
    #expect(outside[0] == outside[1] && outside[0].count == kinds.count)
    let inside = try Capsrun.run(["box", "--"] + command, as: caller).lines
    #expect(inside.count == kinds.count && Set(inside).isDisjoint(with: outside[0]), "\(inside)")
  }

  @Test(arguments: Caller.reachable)
  func `PID 1 cannot be read`(caller: Caller) throws {
    let names = [
      "read environ", "read mem", "read maps", "read auxv", "list fd", "link root", "link cwd", "link exe",
      "link ns/net",
    ]
    let attempts = { (process: String) in
      names.map { $0.replacing(" ", with: " /proc/\(process)/") }
    }
    let inside = try Capsrun.probe(.files(attempts("1")), as: caller)
    #expect(inside.lines.count == names.count)
    for line in inside.lines { #expect(line.hasSuffix(" EACCES") || line.hasSuffix(" EPERM"), "\(line)") }
    let own = try Capsrun.probe(.files(attempts("self")), as: caller)
    // Nothing is mapped at the address 0.
    #expect(own.lines == attempts("self").map { $0 + ($0.hasSuffix("mem") ? " EIO" : " OK") })
  }

  @Test(arguments: Caller.reachable)
  func `PID 1 does not show its command line`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "cat /proc/1/cmdline | tr -d '\\0'; echo end; cat /proc/self/cmdline | tr '\\0' ' '", as: caller)
    #expect(outcome.lines == ["end", "cat /proc/self/cmdline "])
  }

  @Test(arguments: Caller.reachable)
  func `there is no capability, and no way to gain one`(caller: Caller) throws {
    let outcome = try Capsrun.shell("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status", as: caller)
    #expect(
      outcome.lines == [
        "CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000", "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2",
      ])
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a setuid file gains nothing`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let id = try folder.copy("/usr/bin/id", as: "id")
    try #require(chown(id, 0, 0) == 0)
    try #require(chmod(id, 0o4755) == 0)
    let outside = try Spawn(try Caller.user.commandLine([id, "-u"])).run()
    #expect(outside.output == "0\n")
    let inside = try Capsrun.run(["box", "--write", folder.path, "--", id, "-u"], as: caller)
    #expect(inside.output == "1000\n")
  }

  @Test(arguments: Caller.reachable)
  func `it is user and group 1000, without further groups, on a host of its own name`(caller: Caller) throws {
    let outcome = try Capsrun.shell("id -u; id -g; id -G; id -un; hostname; cat /etc/hostname", as: caller)
    #expect(outcome.lines == ["1000", "1000", "1000", "capsule", "box", "box"])
    #expect(try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8) != "box\n")
  }

  @Test(.needsRoot) func `root's groups are left behind`() throws {
    let command = { (inner: [String]) in ["/usr/bin/setpriv", "--groups", "4,27", "--"] + inner }
    #expect(try Spawn(command(["/usr/bin/id", "-G"])).run().output == "0 4 27\n")
    var spawn = try Capsrun.spawn(["box", "--", "grep", "Groups", "/proc/self/status"], as: .root)
    spawn.commandLine = command(spawn.commandLine)
    #expect(try spawn.run().output.trimmingCharacters(in: .whitespacesAndNewlines) == "Groups:")
  }

  @Test(arguments: Caller.reachable)
  func `no descriptor of the caller is inside`(caller: Caller) throws {
    let list = ["/bin/ls", "/proc/self/fd"]
    let extra: [Int32: String] = [9: "/etc/passwd", 20: "/", 700: "/"]
    var outside = Spawn(try caller.commandLine(list))
    outside.descriptors = extra
    #expect(try Set(outside.run().lines).isSuperset(of: ["9", "20", "700"]))
    var inside = try Capsrun.spawn(["box", "--"] + list, as: caller)
    inside.descriptors = extra
    // The 3 is the folder that ls reads.
    #expect(try inside.run().lines == ["0", "1", "2", "3"])
  }

  @Test(arguments: Caller.reachable)
  func `no further user namespace can be made`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "cat /proc/sys/user/max_user_namespaces; unshare -U echo made; echo $?", as: caller)
    #expect(outcome.lines == ["0", "1"])
    #expect(outcome.errors.contains("unshare failed: Operation not permitted"))
    let control = try Spawn(try caller.commandLine(["/usr/bin/unshare", "-U", "echo", "made"])).run()
    #expect(control.output == "made\n")
  }

  @Test(arguments: Caller.reachable)
  func `the host's mounts and name are as before, and no process is left`(caller: Caller) throws {
    let host = {
      try ["/proc/self/mountinfo", "/proc/sys/kernel/hostname", "/proc/sys/user/max_user_namespaces"].map {
        try String(contentsOfFile: $0, encoding: .utf8)
      }
    }
    let before = try host()
    let folder = try TemporaryFolder(of: caller)
    var spawn = try Capsrun.spawn(["box", "--write", folder.path, "--", "sh", "-c", "echo up; read line"], as: caller)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    #expect(try host() == before)
    let inside = try HostProcesses.descendants(of: process.pid)
    #expect(inside.map(\.name).sorted() == ["capsrun", "sh"])
    process.closeInput()
    #expect(try process.wait().exitCode == 1)
    #expect(!inside.contains(where: HostProcesses.isAlive))
    #expect(try host() == before)
  }
}
