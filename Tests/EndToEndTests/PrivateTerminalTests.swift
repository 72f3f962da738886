import Foundation
import Testing

/// Terminals that a program makes inside.
@Suite struct PrivateTerminalTests {
  @Test(arguments: Caller.reachable)
  func `a program can make a terminal and run another in it`(caller: Caller) throws {
    let program = """
      import os, pty
      child, terminal = pty.fork()
      if child == 0: os.execvp("sh", ["sh", "-c", "tty; read line < /dev/tty; echo got $line; echo told > /dev/tty"])
      os.write(terminal, b"typed\\n")
      text = b""
      while True:
          try: text += os.read(terminal, 1000)
          except OSError: break
      print(text.decode().replace("\\r", ""), os.stat("/dev/pts/0").st_uid)
      """
    let outcome = try Capsrun.run(["box", "--", "python3", "-c", program], as: caller)
    #expect(outcome.exitCode == 0 && outcome.output.contains("/dev/pts/0\n"), "\(outcome)")
    #expect(outcome.output.contains("got typed\ntold\n") && outcome.output.hasSuffix(" 1000\n"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `script keeps what a program says to its terminal`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "script -qec 'test -t 1 && echo on a terminal' /tmp/kept && cat /tmp/kept", as: caller)
    #expect(outcome.lines.filter { $0.hasPrefix("on a terminal") }.count == 2, "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `terminals of the host and of other sandboxes are not there`(caller: Caller) throws {
    let terminal = try Terminal()
    #expect(FileManager.default.fileExists(atPath: terminal.path))
    let list = "ls /dev/pts; python3 -c 'import os; os.openpty(); print(*sorted(os.listdir(\"/dev/pts\")))'"
    for _ in 1...2 {
      #expect(try Capsrun.shell(list, as: caller).lines == ["ptmx", "0 ptmx"])
    }
  }

  @Test(arguments: Caller.reachable)
  func `a sandbox cannot take all terminals of the machine`(caller: Caller) throws {
    let program = """
      import os
      made = 0
      try:
          while made < 300: os.openpty(); made += 1
      except OSError as error: print(made, error.strerror)
      """
    let outcome = try Capsrun.shell("ulimit -n 1024; exec python3 -c '\(program)'", as: caller)
    #expect(outcome.output == "256 No space left on device\n", "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `without a terminal of its own a program has no controlling terminal`(caller: Caller) throws {
    let terminal = try Terminal()
    let script = "test -t 0 && : < /dev/tty"
    let process = try Capsrun.begin(["box", "--no-terminal", "--", "sh", "-c", script], at: terminal, as: caller)
    #expect(try process.wait().exitCode == 2)
    try terminal.waitFor("No such device or address")
  }
}
