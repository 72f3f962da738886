import Foundation
import Testing

/// The caller's terminal while a program has one of its own, and afterwards.
@Suite struct TerminalRestoreTests {
  /// What happens to a run that says "up" and waits.
  enum End: String, CaseIterable, CustomTestStringConvertible {
    case exit, killedInside, crash, notFound, noSetUp, interrupt, terminate, hangUp, quit, killedInit, timeLimit

    /// What the program does when a line is typed.
    var script: String {
      switch self {
      case .exit: "exit 7"
      case .killedInside: "kill -KILL $$"
      case .crash: "kill -SEGV $$"
      case .notFound, .noSetUp, .interrupt, .terminate, .hangUp, .quit, .killedInit, .timeLimit: "exec sleep 60"
      }
    }

    var exitCode: Int32 {
      switch self {
      case .exit: 7
      case .killedInside: 137
      case .crash: 139
      case .notFound: 127
      case .noSetUp: 66
      case .interrupt: 130
      case .terminate, .timeLimit: 143
      case .hangUp: 129
      case .quit: 131
      case .killedInit: 125
      }
    }

    var signal: Int32? {
      switch self {
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .hangUp: SIGHUP
      case .quit: SIGQUIT
      case .exit, .killedInside, .crash, .notFound, .noSetUp, .killedInit, .timeLimit: nil
      }
    }

    var testDescription: String { rawValue }
  }

  @Test(arguments: Caller.reachable, End.allCases)
  func `the caller's terminal is set back, however the run ends`(caller: Caller, end: End) throws {
    for way in OwnTerminalTests.ways {
      // A program that joins has no PID 1 as its parent, whose end would be told as such.
      if end == .killedInit, !way.isEmpty { continue }
      let terminal = try Terminal()
      let before = try terminal.settings
      if end == .notFound || end == .noSetUp {
        let arguments = end == .notFound ? ["--", "/nonexistent"] : ["--read", "/nonexistent", "--", "true"]
        let process = try Capsrun.begin(["box"] + way + arguments, at: terminal, as: caller)
        #expect(try process.wait().exitCode == end.exitCode)
        #expect(try terminal.settings == before)
        continue
      }
      let limit = end == .timeLimit ? ["--time-limit", "2s"] : []
      let script = "echo up; read line; echo go; \(end.script)"
      let process = try Capsrun.begin(["box"] + limit + way + ["--", "sh", "-c", script], at: terminal, as: caller)
      try terminal.waitFor("up")
      // The control: meanwhile it is not what it was.
      #expect(try terminal.settings != before)
      try terminal.type("\r")
      try terminal.waitFor("go\r\n")
      if let signal = end.signal { try process.send(signal) }
      if end == .killedInit {
        let first = try #require(HostProcesses.descendants(of: process.pid).first { $0.parent == process.pid })
        #expect(kill(first.pid, SIGKILL) == 0)
      }
      #expect(try process.wait().exitCode == end.exitCode)
      #expect(try terminal.settings == before)
    }
  }

  @Test(arguments: Caller.reachable)
  func `nobody sets the terminal back after SIGKILL to capsrun, but stty does`(caller: Caller) throws {
    let terminal = try Terminal()
    let before = try terminal.settings
    let process = try Capsrun.begin(["box", "--", "sh", "-c", "echo up; exec sleep 60"], at: terminal, as: caller)
    try terminal.waitFor("up")
    let inside = try HostProcesses.descendants(of: process.pid)
    try process.send(SIGKILL)
    #expect(try process.wait().exitCode == nil)
    #expect(try terminal.settings != before)
    try eventually("all processes of the sandbox are gone") { !inside.contains(where: HostProcesses.isAlive) }
    #expect(try Spawn(["/usr/bin/stty", "-F", terminal.path, "sane"]).run().exitCode == 0)
    #expect(try terminal.settings.local & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG))
  }

  @Test(arguments: Caller.reachable)
  func `Ctrl-Z stops the program and capsrun, with the terminal set back, and fg lets both go on`(
    caller: Caller
  ) throws {
    let terminal = try Terminal()
    let before = try terminal.settings
    let script = "\"$@\"; echo stopped $?; read line; fg; echo ended $?"
    let line = try Capsrun.spawn(["box", "--", "/usr/bin/python3", "-c", OwnTerminalTests.telling], as: caller)
    let process = try line.inShell(script, hasJobs: true).start(at: terminal)
    try terminal.waitFor("up")
    #expect(try terminal.settings != before)
    try terminal.type("\u{1a}")
    try terminal.waitFor("stopped 148")
    #expect(try terminal.settings == before)
    let stopped = try HostProcesses.descendants(of: process.pid).filter { ["capsrun", "python3"].contains($0.name) }
    // PID 1 goes on; it has nothing to do with the terminal.
    #expect(stopped.filter { $0.state == "T" }.map(\.name).sorted() == ["capsrun", "python3"], "\(stopped)")
    try terminal.type("\r")
    try terminal.waitFor("again")
    try eventually("the terminal lets everything through") { try terminal.settings != before }
    try terminal.type("\u{3}")
    try terminal.waitFor("ended 130")
    #expect(try process.wait().exitCode == 0)
    #expect(try terminal.settings == before)
  }

  @Test(arguments: Caller.reachable)
  func `Ctrl-Z stops nothing where no shell could let it go on`(caller: Caller) throws {
    let terminal = try Terminal()
    let process = try Capsrun.begin(
      ["box", "--", "/usr/bin/python3", "-c", OwnTerminalTests.telling], at: terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("\u{1a}")
    try terminal.waitFor("again")
    try terminal.type("\u{3}")
    #expect(try process.wait().exitCode == 130)
  }

  @Test(arguments: Caller.reachable)
  func `in the background the terminal stays the shell's, until fg`(caller: Caller) throws {
    let terminal = try Terminal()
    let before = try terminal.settings
    let script = """
      "$@" & read line; echo "shell: $line"; read line; echo "shell: $line"; fg; echo ended $?
      """
    let line = try Capsrun.spawn(["box", "--", "sh", "-c", Spawn.tellingLine], as: caller)
    let process = try line.inShell(script, hasJobs: true).start(at: terminal)
    // Its output is seen, as that of any job.
    try terminal.waitFor("up")
    #expect(try terminal.settings == before)
    try terminal.type("one\r")
    try terminal.waitFor("shell: one\r\n")
    usleep(400_000)
    try terminal.type("two\r")
    try terminal.waitFor("shell: two\r\n")
    try eventually("the terminal lets everything through") { try terminal.settings != before }
    try terminal.type("three\r")
    try terminal.waitFor("program: three\r\n")
    try terminal.waitFor("ended 8")
    #expect(try process.wait().exitCode == 0)
    #expect(try terminal.settings == before)
  }

  @Test(arguments: Caller.reachable)
  func `a run that is stopped from outside and goes on has its terminal again`(caller: Caller) throws {
    try Capsrun.spawn(["box", "--", "sh", "-c", Spawn.tellingLine], as: caller).expectTerminalAgainAfterStop()
  }
}
