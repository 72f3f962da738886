import Foundation
import Testing

/// capsrun in the foreground of a terminal, which the program has in its own place or gets itself.
@Suite struct TerminalTests {
  static let options = ["--no-terminal", "--terminal"]

  @Test(arguments: Caller.reachable, options)
  func `Ctrl-C ends the program`(caller: Caller, option: String) throws {
    let terminal = try Terminal()
    let process = try Capsrun.begin(
      ["box", option, "--", "sh", "-c", "echo up; exec sleep 60"], at: terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("\u{3}")
    #expect(try process.wait().exitCode == 130)
  }

  @Test(arguments: Caller.reachable, options)
  func `the program receives a Ctrl-C exactly once`(caller: Caller, option: String) throws {
    // One byte in the pipe for each signal that is delivered, also when Python has had no time for the first yet.
    let program = """
      import os, signal
      reading, writing = os.pipe()
      os.set_blocking(writing, False)
      signal.set_wakeup_fd(writing)
      for number in signal.SIGINT, signal.SIGTERM: signal.signal(number, lambda *_: None)
      print("up", flush=True)
      got = []
      while signal.SIGTERM not in got:
          got += os.read(reading, 1)
          print("got", *got, flush=True)
      print("counted", got.count(signal.SIGINT), flush=True)
      """
    let terminal = try Terminal()
    let process = try Capsrun.begin(["box", option, "--", "/usr/bin/python3", "-c", program], at: terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("\u{3}")
    try terminal.waitFor("got 2\r\n")
    try process.send(SIGTERM)
    try terminal.waitFor("counted 1\r\n")
    #expect(try process.wait().exitCode == 0)
  }

  @Test(arguments: Caller.reachable, options)
  func `what is typed reaches the program`(caller: Caller, option: String) throws {
    let terminal = try Terminal()
    let process = try Capsrun.begin(
      ["box", option, "--", "sh", "-c", "test -t 0 && echo up; read line; echo \"<$line>\""], at: terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("hello\n")
    try terminal.waitFor("<hello>")
    #expect(try process.wait().exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `Ctrl-Z stops capsrun, and it goes on when told so`(caller: Caller) throws {
    let terminal = try Terminal()
    // A shell with job control in between, as a stopped session leader would have nobody to tell.
    let script = "trap 'echo again' CONT; echo up; while :; do sleep 0.01; done"
    let line = try Capsrun.spawn(["box", "--no-terminal", "--", "sh", "-c", script], as: caller)
    let process = try line.inShell("\"$@\"; echo stopped $?; fg; echo ended $?", hasJobs: true).start(at: terminal)
    try terminal.waitFor("up")
    try terminal.type("\u{1a}")
    try terminal.waitFor("stopped 147")
    try terminal.waitFor("again")
    try terminal.type("\u{3}")
    try terminal.waitFor("ended 130")
    #expect(try process.wait().exitCode == 0)
  }
}
