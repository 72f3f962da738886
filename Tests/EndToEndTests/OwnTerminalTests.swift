import Foundation
import Testing

/// The terminal that a program gets in place of the caller's.
@Suite struct OwnTerminalTests {
  /// PID 1 makes the program, or it joins.
  static let ways: [[String]] = [[], ["--join"]]

  /// A program in Python that says when it goes on. No shell: one that is stopped just while it starts a command is not in the
  /// state of a stopped process.
  static let telling = """
    import os, signal, time
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCONT, lambda *_: os.write(1, b"again\\n"))
    os.write(1, b"up\\n")
    while True: time.sleep(0.01)
    """

  /// Two of them stand before the end of a line that has passed two terminals.
  private static func withoutReturns(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }

  private func shell(
    _ script: String, _ options: [String] = [], _ terminal: Terminal, as caller: Caller
  ) throws -> RunningProcess {
    try Capsrun.begin(["box"] + options + ["--", "sh", "-c", script], at: terminal, as: caller)
  }

  @Test(arguments: Caller.reachable, ways)
  func `all streams are a terminal of the sandbox's own, and the caller's is not there`(
    caller: Caller, way: [String]
  ) throws {
    let terminal = try Terminal()
    let streams = "for n in 0 1 2; do echo $n=$(stat -Lc %d:%i /proc/$$/fd/$n); done"
    let look = """
      tty; readlink /proc/self/fd/1; echo control > /dev/tty; \(streams)
      ls -l /proc/[0-9]*/fd/ 2>/dev/null | grep -o '/dev/pts/.*' | sort -u | tr '\\n' ' '; echo end
      """
    let process = try shell(look, way, terminal, as: caller)
    let inside = try terminal.waitFor("end\r\n")
    #expect(try process.wait().exitCode == 0)
    #expect(inside.hasPrefix("/dev/pts/0\r\n/dev/pts/0\r\ncontrol\r\n"), "\(inside)")
    #expect(inside.hasSuffix("\r\n/dev/pts/0 "), "\(inside)")
    #expect(try !inside.contains(terminal.identity), "\(inside)")
    // Without it, that is what they are.
    let control = try shell(streams + "; echo end", ["--no-terminal"] + way, terminal, as: caller)
    let outside = try terminal.waitFor("end\r\n")
    #expect(try control.wait().exitCode == 0)
    let identity = try terminal.identity
    #expect(outside == "0=\(identity)\r\n1=\(identity)\r\n2=\(identity)\r\n")
  }

  @Test(arguments: Caller.reachable)
  func `a terminal is implied where somebody types and reads, and what is redirected stays so`(caller: Caller) throws {
    let look = "[ -t 0 ] && a=yes; [ -t 1 ] && b=yes; [ -t 2 ] && c=yes; tty >&2; echo in=$a out=$b errors=$c"
    let box = try Capsrun.spawn(["box"], as: caller)
    func outcome(_ options: String, _ redirection: String) throws -> String {
      let terminal = try Terminal()
      let folder = try TemporaryFolder(of: caller)
      var line = box.inShell("\"$@\" \(options) -- sh -c '\(look)' \(redirection); echo end")
      line.workingFolder = folder.path
      let process = try line.start(at: terminal)
      let text = try terminal.waitFor("end\r\n")
      #expect(try process.wait().exitCode == 0)
      let kept =
        FileManager.default.contents(atPath: folder("errors")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      return Self.withoutReturns(text) + kept
    }
    #expect(try outcome("", "") == "/dev/pts/0\nin=yes out=yes errors=yes\n")
    #expect(try outcome("", "2>errors") == "in=yes out=yes errors=\n/dev/pts/0\n")
    #expect(try outcome("", "| cat") == "not a tty\nin=yes out= errors=yes\n")
    #expect(try outcome("", "</dev/null") == "not a tty\nin= out=yes errors=yes\n")
    #expect(try outcome("--no-terminal", "") == "not a tty\nin=yes out=yes errors=yes\n")
    #expect(try outcome("-t", "| cat") == "/dev/pts/0\nin=yes out=yes errors=yes\n")
    #expect(try outcome("--terminal", "</dev/null 2>errors") == "/dev/pts/0\nin=yes out=yes errors=yes\n")
  }

  @Test(arguments: Caller.reachable, ways)
  func `the window has the size of the caller's, from the start and when it changes`(
    caller: Caller, way: [String]
  ) throws {
    let terminal = try Terminal()
    try terminal.resize(rows: 31, columns: 101)
    let script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.01; done"
    let process = try shell(script, way, terminal, as: caller)
    try terminal.waitFor("31 101\r\n")
    try terminal.resize(rows: 17, columns: 67)
    try terminal.waitFor("17 67\r\n")
    try terminal.type("\u{3}")
    #expect(try process.wait().exitCode == 130)
  }

  @Test(arguments: Caller.reachable, ways)
  func `a shell inside controls its jobs`(caller: Caller, way: [String]) throws {
    let terminal = try Terminal()
    let shell = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
    let variables = ["--env", "PS1=> ", "--env", "PROGRAM=" + Self.telling]
    let process = try Capsrun.begin(["box"] + way + variables + ["--"] + shell, at: terminal, as: caller)
    try terminal.waitFor("> ")
    try terminal.type("python3 -c \"$PROGRAM\"\r")
    try terminal.waitFor("up\r\n")
    try terminal.type("\u{1a}")
    try terminal.waitFor("Stopped")
    try terminal.waitFor("> ")
    try terminal.type("jobs -s | wc -l; fg\r")
    try terminal.waitFor("1\r\n")
    // By now the job has the terminal.
    try terminal.waitFor("again")
    try terminal.type("\u{3}")
    try terminal.waitFor("> ")
    try terminal.type("echo code $?; exit 5\r")
    try terminal.waitFor("code 130\r\n")
    #expect(try process.wait().exitCode == 5)
  }

  @Test(arguments: Caller.reachable, ways)
  func `Ctrl-C, Ctrl-Backslash and Ctrl-D are typed to the program`(caller: Caller, way: [String]) throws {
    let terminal = try Terminal()
    let interrupted = try shell("echo up; exec sleep 60", way, terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("\u{3}")
    #expect(try interrupted.wait().exitCode == 130)
    let quit = try shell("echo up; exec sleep 60", way, terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("\u{1c}")
    #expect(try quit.wait().exitCode == 131)
    let ended = try shell("echo up; cat; echo over; exit 9", way, terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.type("line\r\u{4}")
    try terminal.waitFor("over")
    #expect(try ended.wait().exitCode == 9)
  }

  @Test(arguments: Caller.reachable, ways)
  func `ten megabytes arrive whole at a slow reader`(caller: Caller, way: [String]) throws {
    let terminal = try Terminal()
    let process = try shell("seq 1 1400000; printf END", way, terminal, as: caller)
    let bytes = try terminal.readSlowly(until: "END")
    #expect(try process.wait().exitCode == 0)
    var expected: [UInt8] = []
    for number in 1...1_400_000 { expected += Array("\(number)\r\n".utf8) }
    #expect(bytes.count > 10_000_000)
    #expect(bytes == expected + Array("END".utf8))
  }

  @Test(arguments: Caller.reachable)
  func `the output of two hundred short runs is complete`(caller: Caller) throws {
    let expected = (1...300).map { "\($0)\r\n" }.joined()
    for _ in 1...200 {
      let outcome = try Capsrun.shell("seq 1 300; exit 3", ["-t"], as: caller)
      #expect(outcome.exitCode == 3 && outcome.output == expected && outcome.errors.isEmpty)
    }
  }

  @Test(arguments: Caller.reachable)
  func `a child that keeps the terminal open holds nothing up`(caller: Caller) throws {
    let outcome = try Capsrun.shell("sleep 60 & setsid sleep 60 & echo done; exit 4", ["-t"], as: caller)
    #expect(outcome.exitCode == 4 && outcome.output == "done\r\n")
  }

  @Test(arguments: Caller.reachable, ways)
  func `input that comes from a file is typed unseen, and has an end for each reader`(
    caller: Caller, way: [String]
  ) throws {
    let outcome = try Capsrun.run(
      ["box", "-t"] + way + ["--", "sh", "-c", "head -n1; cat; echo; cat; tty"], as: caller,
      input: Array("one\ntwo\nthree".utf8))
    // A terminal hands out whole lines, one at a time.
    #expect(outcome.output == "one\r\ntwo\r\nthree\r\n/dev/pts/0\r\n" && outcome.exitCode == 0, "\(outcome)")
    let shell = try Capsrun.run(
      ["box", "-t"] + way + ["--env", "PS1=", "--", "bash", "--norc", "--noprofile", "-i"], as: caller,
      input: Array("echo one\necho two; exit 6\n".utf8))
    #expect(shell.exitCode == 6 && shell.output.contains("one\r\n") && shell.output.contains("two\r\n"), "\(shell)")
    let long = (1...50_000).map { "line \($0)\n" }.joined()
    let counted = try Capsrun.run(
      ["box", "-t"] + way + ["--", "wc", "-c"], as: caller, input: Array(long.utf8))
    #expect(counted.output == "\(long.utf8.count)\r\n")
  }

  @Test(arguments: Caller.reachable)
  func `when nobody reads any more, the program's terminal hangs up`(caller: Caller) throws {
    let line = try Capsrun.spawn(
      ["box", "-t", "--", "sh", "-c", "while :; do echo y; sleep 0.01; done"], as: caller)
    var shell = Spawn(["/bin/bash", "-c", "\"$@\" | head -n1; echo ${PIPESTATUS[0]}", "bash"])
    shell.commandLine += line.commandLine
    let outcome = try shell.run()
    #expect(outcome.output == "y\r\n129\n", "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `an input that cannot be read is at its end, and an output that cannot be written has no reader`(
    caller: Caller
  ) throws {
    let line = try Capsrun.spawn(["box", "-t", "--", "sh", "-c"], as: caller)
    func outcome(_ script: String, _ redirection: String) throws -> Outcome {
      var shell = Spawn(["/bin/sh", "-c", "\"$@\" '\(script)' \(redirection); echo $?", "sh"])
      shell.commandLine += line.commandLine
      return try shell.run()
    }
    #expect(try outcome("read line; echo $?", "0>/dev/null").output == "1\r\n0\n")
    #expect(try outcome("while :; do echo y; sleep 0.01; done", "1</dev/null").output == "129\n")
    #expect(try outcome("read line; echo $?", "</dev/null").output == "1\r\n0\n")
  }

  @Test(arguments: Caller.reachable, ways)
  func `when the caller's terminal goes away, the program is told`(caller: Caller, way: [String]) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      trap 'echo told >> \(folder.path)/said; exit 3' HUP; trap 'echo gone >> \(folder.path)/said' EXIT
      echo up; while :; do sleep 0.01; done
      """
    let terminal = try Terminal()
    let process = try shell(script, ["--write", folder.path] + way, terminal, as: caller)
    try terminal.waitFor("up")
    try terminal.hangUp()
    #expect(try process.wait().exitCode == 3)
    let said = FileManager.default.contents(atPath: folder("said")).map { String(decoding: $0, as: UTF8.self) }
    #expect(said == "told\ngone\n")
  }

  @Test(arguments: Caller.reachable)
  func `the kind of the terminal is passed on, if it is one, and nothing else about it`(caller: Caller) throws {
    func environment(_ options: [String], _ variables: [String: String]) throws -> [String] {
      let outcome = try Capsrun.run(["box"] + options + ["--", "env"], as: caller, environment: variables)
      return Self.withoutReturns(outcome.output).split(separator: "\n").map(String.init)
        .filter { !["HOME", "LANG", "PATH", "TMPDIR"].contains($0.split(separator: "=")[0]) }
    }
    let told = ["TERM": "xterm-256color", "COLUMNS": "7", "LINES": "8", "COLORTERM": "truecolor"]
    #expect(try environment(["-t"], told) == ["TERM=xterm-256color"])
    #expect(try environment([], told) == [])
    #expect(try environment(["-t", "--env", "TERM=vt100"], told) == ["TERM=vt100"])
    #expect(try environment(["-t"], [:]) == [])
    for odd in ["../../../tmp/x", "/etc/passwd", "a b", "x\n", "-x", "", String(repeating: "x", count: 65), "ä"] {
      #expect(try environment(["-t"], ["TERM": odd]) == [], "\(odd)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `nothing can be typed into the program's own terminal from inside`(caller: Caller) throws {
    let program = """
      import fcntl, termios, os
      for request in termios.TIOCSTI, 0x541C, 0x5423:
          try: print("did", fcntl.ioctl(0, request, b"\\x06"))
          except OSError as error: print(error.strerror)
      """
    let terminal = try Terminal()
    let process = try Capsrun.begin(["box", "-t", "--", "python3", "-c", program], at: terminal, as: caller)
    let text = try terminal.waitFor("Operation not permitted\r\nOperation not permitted\r\nOperation not permitted\r\n")
    #expect(text == "")
    #expect(try process.wait().exitCode == 0)
    // Outside it works, for root at least.
    guard Caller.testsRunAsRoot else { return }
    let outside = try Spawn(["/usr/bin/python3", "-c", program]).start(at: terminal)
    try terminal.waitFor("did")
    #expect(try outside.wait().exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `the options contradict each other, and are shown in the plan`(caller: Caller) throws {
    let both = try Capsrun.run(["box", "-t", "--no-terminal", "--", "true"], as: caller)
    #expect(both.exitCode == 64 && both.errors.contains("--terminal and --no-terminal contradict each other"))
    let shown = try Capsrun.run(["box", "-t", "--explain", "--", "true"], as: caller)
    #expect(shown.output.contains("  streams     a terminal of the sandbox's own\n"))
    let without = try Capsrun.run(["box", "--explain", "--", "true"], as: caller)
    #expect(!without.output.contains("streams"))
    func policy(_ outcome: Outcome) -> String? { outcome.lines.first { $0.hasPrefix("policy ") } }
    #expect(policy(shown) == policy(without) && policy(shown) != nil)
  }
}
