import Foundation
import Testing

/// Signals, and what is left of a sandbox afterwards.
@Suite struct SignalTests {
  @Test(arguments: Caller.reachable, [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2])
  func `a signal to capsrun ends the program`(caller: Caller, signal: Int32) throws {
    let process = try Capsrun.spawn(["box", "--", "sh", "-c", "echo up; exec sleep 60"], as: caller).start()
    try process.waitForOutput("up\n")
    let inside = try HostProcesses.descendants(of: process.pid)
    try process.send(signal)
    #expect(try process.wait().exitCode == 128 + signal)
    #expect(inside.count >= 2)
    #expect(!inside.contains(where: HostProcesses.isAlive))
  }

  @Test(arguments: Caller.reachable)
  func `the program may handle a signal and end as it likes`(caller: Caller) throws {
    let script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done"
    let process = try Capsrun.spawn(["box", "--", "sh", "-c", script], as: caller).start()
    try process.waitForOutput("up\n")
    try process.send(SIGTERM)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 7)
    #expect(outcome.output == "up\nbye\n")
  }

  @Test(arguments: Caller.reachable)
  func `stop and continue reach the program and capsrun`(caller: Caller) throws {
    // No shell: one that is stopped just while it starts a command is not in the state of a stopped process.
    let writing = "import time\nwhile True: print('x', flush=True); time.sleep(0.01)"
    let process = try Capsrun.spawn(["box", "--", "/usr/bin/python3", "-c", writing], as: caller).start()
    try process.waitForOutput("x\n")
    let program = try #require(HostProcesses.descendants(of: process.pid).first { $0.name == "python3" })
    let states = { [process.pid, program.pid].compactMap { HostProcesses.entry($0)?.state } }
    #expect(states().count == 2 && !states().contains("T"))
    try process.send(SIGTSTP)
    try eventually("capsrun and the program are stopped") { states() == ["T", "T"] }
    let size = try process.output.bytes().count
    try process.send(SIGCONT)
    try eventually("the program goes on") { try process.output.bytes().count > size + 10 }
    #expect(states().count == 2 && !states().contains("T"))
    try process.send(SIGTERM)
    #expect(try process.wait().exitCode == 143)
  }

  @Test(arguments: Caller.reachable)
  func `killing capsrun kills everything inside`(caller: Caller) throws {
    let script = "sleep 60 & setsid sleep 60 & trap '' TERM HUP INT; while :; do sleep 0.01; echo x; done"
    let process = try Capsrun.spawn(["box", "--", "sh", "-c", script], as: caller).start()
    try process.waitForOutput("x\nx\n")
    // The two in the background; the loop's own comes and goes.
    try eventually("two children") {
      try HostProcesses.descendants(of: process.pid).count { $0.name == "sleep" } >= 2
    }
    let inside = try HostProcesses.descendants(of: process.pid)
    #expect(inside.contains { $0.name == "sh" })
    try process.send(SIGKILL)
    #expect(try process.wait().exitCode == nil)
    try eventually("all processes of the sandbox are gone") { !inside.contains(where: HostProcesses.isAlive) }
  }

  @Test(arguments: Caller.reachable)
  func `children that the program leaves behind are gone with it`(caller: Caller) throws {
    let script = "sleep 60 & setsid sleep 60 & (sleep 60 &); echo up; read line; exit 3"
    var spawn = try Capsrun.spawn(["box", "--", "sh", "-c", script], as: caller)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    try eventually("three children") {
      try HostProcesses.descendants(of: process.pid).count { $0.name == "sleep" } == 3
    }
    let inside = try HostProcesses.descendants(of: process.pid)
    process.closeInput()
    #expect(try process.wait().exitCode == 3)
    #expect(!inside.contains(where: HostProcesses.isAlive))
  }

  @Test(arguments: Caller.reachable)
  func `orphans inside are reaped`(caller: Caller) throws {
    let program = """
      import os, time
      (told, tell), (stay, leave) = os.pipe(), os.pipe()
      child = os.fork()
      if child == 0:
          orphan = os.fork()
          if orphan == 0:
              os.close(leave)
              os.read(stay, 1)
          else:
              os.write(tell, b"%d" % orphan)
          os._exit(0)
      os.waitpid(child, 0)
      orphan = int(os.read(told, 20))
      with open(f"/proc/{orphan}/stat") as status: print("child of", status.read().split()[3])
      os.close(leave)
      deadline = time.monotonic() + 10
      while os.path.exists(f"/proc/{orphan}") and time.monotonic() < deadline: time.sleep(0.001)
      print("there" if os.path.exists(f"/proc/{orphan}") else "reaped")
      """
    let outcome = try Capsrun.run(["box", "--", "/usr/bin/python3", "-c", program], as: caller)
    #expect(outcome.lines == ["child of 1", "reaped"])
  }

  @Test(arguments: Caller.reachable)
  func `signals from inside do not reach capsrun`(caller: Caller) throws {
    // Outside of a sandbox these signals would end the session of whoever runs the tests, so first of all it makes sure.
    // For that reason no signal goes to -1 either.
    let script = """
      [ "$(cat /proc/1/comm)" = capsrun ] && [ "$(id -u)" = 1000 ] && [ "$(hostname)" = box ] || exit 99
      [ "$(cut -d' ' -f5 /proc/$$/stat)" = $$ ] || exit 98
      trap '' TERM; kill -TERM 1; kill -KILL 1; kill -TERM 0; echo still; exit 9
      """
    let outcome = try Capsrun.shell(script, as: caller)
    #expect(outcome.exitCode == 9)
    #expect(outcome.output == "still\n")
  }

  @Test(arguments: Caller.reachable, ["CHLD", "PIPE", "TERM", "HUP"])
  func `a signal that the caller ignores does no harm`(caller: Caller, signal: String) throws {
    let ignoring = ["/usr/bin/env", "--ignore-signal=\(signal)"]
    let number = try #require(Int(Spawn(["/bin/bash", "-c", "kill -l \(signal)"]).run().lines[0]))
    let status = ["/bin/grep", "SigIgn", "/proc/self/status"]
    let mask = { (outcome: Outcome) in UInt64(outcome.lines[0].dropFirst(8), radix: 16).map { $0 >> (number - 1) & 1 } }
    #expect(try mask(Spawn(ignoring + caller.commandLine(status)).run()) == 1)
    var inside = try Capsrun.spawn(["box", "--"] + status, as: caller)
    inside.commandLine = ignoring + inside.commandLine
    #expect(try mask(inside.run()) == 0)
    var ending = try Capsrun.spawn(
      ["box", "--", "sh", "-c", "sleep 0.01 & wait; kill -\(signal) $$; exit 7"], as: caller)
    ending.commandLine = ignoring + ending.commandLine
    #expect(try ending.run().exitCode == (signal == "CHLD" ? 7 : 128 + Int32(number)))
  }
}
