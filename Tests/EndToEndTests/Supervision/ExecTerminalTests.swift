import Foundation
import Testing

/// The terminal of its own that a command gets which joins a running capsule.
@Suite struct ExecTerminalTests {
  private func place(as caller: Caller) throws -> SupervisedPlace {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "exec sleep 1000"), ("loud", "env: {TERM: vt52}", "exec sleep 1000")])
    try place.start()
    return place
  }

  private func exec(
    _ script: String, _ terminal: Terminal, in place: SupervisedPlace, _ options: [String] = []
  ) throws -> RunningProcess {
    try place.begin(["exec", "app"] + options + ["--", "sh", "-c", script], at: terminal)
  }

  @Test(arguments: Caller.reachable)
  func `a command in a running capsule has a terminal of the sandbox, with the size of the caller's`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    let terminal = try Terminal()
    try terminal.resize(rows: 31, columns: 101)
    let look = """
      trap 'stty size' WINCH; tty; for n in 0 1 2; do stat -Lc %d:%i /proc/$$/fd/$n; done; stty size
      while :; do sleep 0.01; done
      """
    let process = try exec(look, terminal, in: place)
    let inside = try terminal.waitFor("31 101\r\n")
    #expect(inside.hasPrefix("/dev/pts/0\r\n"), "\(inside)")
    #expect(try !inside.contains(terminal.identity), "\(inside)")
    try terminal.resize(rows: 17, columns: 67)
    try terminal.waitFor("17 67\r\n")
    // A second one has another.
    let other = try Terminal()
    let second = try exec("tty; exit 3", other, in: place)
    try other.waitFor("/dev/pts/1\r\n")
    #expect(try second.wait().exitCode == 3)
    try terminal.type("\u{3}")
    #expect(try process.wait().exitCode == 130)
    // Without it, the streams are the caller's.
    let control = try exec("stat -Lc %d:%i /proc/$$/fd/0", terminal, in: place, ["--no-terminal"])
    try terminal.waitFor(try terminal.identity)
    #expect(try control.wait().exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `a terminal is implied for a command where somebody types and reads, and what is redirected stays so`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    let look = "[ -t 0 ] && a=yes; [ -t 1 ] && b=yes; [ -t 2 ] && c=yes; tty >&2; echo in=$a out=$b errors=$c"
    func outcome(_ options: String, _ redirection: String) throws -> String {
      let terminal = try Terminal()
      let script = "\"$@\" \(options) -- sh -c '\(look)' \(redirection); echo end"
      let process = try place.spawn(["exec", "app"]).inShell(script).start(at: terminal)
      let text = try terminal.waitFor("end\r\n")
      #expect(try process.wait().exitCode == 0)
      let kept =
        FileManager.default.contents(atPath: place.folder("errors")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      if !kept.isEmpty { try FileManager.default.removeItem(atPath: place.folder("errors")) }
      return String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self) + kept
    }
    #expect(try outcome("", "") == "/dev/pts/0\nin=yes out=yes errors=yes\n")
    #expect(try outcome("", "2>errors") == "in=yes out=yes errors=\n/dev/pts/0\n")
    #expect(try outcome("", "| cat") == "not a tty\nin=yes out= errors=yes\n")
    #expect(try outcome("--no-terminal", "") == "not a tty\nin=yes out=yes errors=yes\n")
    #expect(try outcome("-t", "| cat") == "/dev/pts/0\nin=yes out=yes errors=yes\n")
  }

  /// How a command ends that says "up" and waits for a line.
  enum End: String, CaseIterable, CustomTestStringConvertible {
    case exit, killedInside, interruptKey, terminated, hangUp, notFound, capsuleKilled

    var script: String {
      switch self {
      case .exit: "exit 7"
      case .killedInside: "kill -KILL $$"
      case .interruptKey, .terminated, .hangUp, .notFound, .capsuleKilled: "exec sleep 60"
      }
    }

    var exitCode: Int32 {
      switch self {
      case .exit: 7
      case .killedInside: 137
      case .interruptKey: 130
      case .terminated: 143
      case .hangUp: 129
      case .notFound: 127
      case .capsuleKilled: 125
      }
    }

    var testDescription: String { rawValue }
  }

  @Test(arguments: Caller.reachable, End.allCases)
  func `the caller's terminal is set back, however the command in a running capsule ends`(
    caller: Caller, end: End
  ) throws {
    let place = try place(as: caller)
    let terminal = try Terminal()
    let before = try terminal.settings
    if end == .notFound {
      let process = try place.begin(["exec", "app", "--", "/nonexistent"], at: terminal)
      #expect(try process.wait().exitCode == end.exitCode)
      #expect(try terminal.settings == before)
      return
    }
    let process = try exec("echo up; read line; echo go; \(end.script)", terminal, in: place)
    try terminal.waitFor("up")
    // The control: meanwhile it is not what it was.
    try eventually("the terminal lets everything through") { try terminal.settings != before }
    try terminal.type("\r")
    try terminal.waitFor("go\r\n")
    switch end {
    case .interruptKey: try terminal.type("\u{3}")
    case .terminated: try process.send(SIGTERM)
    case .hangUp: try process.send(SIGHUP)
    case .capsuleKilled: #expect(kill(try place.status().supervisor, SIGKILL) == 0)
    case .exit, .killedInside, .notFound: break
    }
    #expect(try process.wait().exitCode == end.exitCode)
    #expect(try terminal.settings == before)
  }

  @Test(arguments: Caller.reachable)
  func `a command whose capsrun is killed ends, with all that it has started`(caller: Caller) throws {
    let place = try place(as: caller)
    let terminal = try Terminal()
    let seconds = "\(100_000 + Int.random(in: 0..<800_000))"
    let process = try exec(
      "trap '' HUP; setsid sleep \(seconds) & echo up; sleep \(seconds)", terminal, in: place)
    try terminal.waitFor("up")
    func alive() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.contains { pid in
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        return data == Data("sleep\0\(seconds)\0".utf8)
      }
    }
    try eventually("it runs") { try alive() }
    try process.send(SIGKILL)
    #expect(try process.wait().exitCode == nil)
    try eventually("nothing of it is left") { try !alive() }
    // The capsule has not noticed.
    #expect(try place.status()["main"]?.state == "running")
  }

  @Test(arguments: Caller.reachable)
  func `when the caller's terminal goes away, the command in a running capsule is told`(caller: Caller) throws {
    let place = try place(as: caller)
    let terminal = try Terminal()
    let file = place.folder("shared/said")
    let script = "trap 'echo told >> \(file); exit 3' HUP; echo up; while :; do sleep 0.01; done"
    let process = try exec(script, terminal, in: place)
    try terminal.waitFor("up")
    try terminal.hangUp()
    #expect(try process.wait().exitCode == 3)
    #expect(place.shared("said") == ["told"])
  }

  @Test(arguments: Caller.reachable)
  func `a command in a running capsule that is stopped from outside and goes on has its terminal again`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    try place.spawn(["exec", "app", "--", "sh", "-c", Spawn.tellingLine]).expectTerminalAgainAfterStop()
  }

  @Test(arguments: Caller.reachable)
  func `what commands in a running capsule write is complete, however short they are and however slowly it is read`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    let expected = (1...300).map { "\($0)\r\n" }.joined()
    for _ in 1...30 {
      let outcome = try place.capsrun("exec", "app", "-t", "--", "sh", "-c", "seq 1 300; exit 3")
      #expect(outcome.exitCode == 3 && outcome.output == expected && outcome.errors.isEmpty, "\(outcome)")
    }
    let terminal = try Terminal()
    let process = try exec("seq 1 200000; printf END", terminal, in: place)
    let bytes = try terminal.readSlowly(until: "END")
    #expect(try process.wait().exitCode == 0)
    #expect(bytes.elementsEqual((1...200_000).map { "\($0)\r\n" }.joined().utf8 + Array("END".utf8)))
    // What comes from elsewhere is typed, and has an end.
    let typed = try place.capsrun(
      "exec", "app", "-t", "--", "sh", "-c", "head -n1; cat; tty", input: "one\ntwo\nthree")
    #expect(typed.output == "one\r\ntwo\r\nthree/dev/pts/0\r\n" && typed.exitCode == 0, "\(typed)")
  }

  @Test(arguments: Caller.reachable)
  func `a process of the capsule that goes on writing to the terminal of a command keeps nobody there`(
    caller: Caller
  ) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app", [("main", "", "while :; do [ -c /dev/pts/0 ] && yes more > /dev/pts/0; sleep 0.01; done 2> /dev/null")])
    try place.start()
    let outcome = try place.capsrun("exec", "app", "-t", "--", "sh", "-c", "sleep 0.5; exit 3")
    #expect(outcome.exitCode == 3 && outcome.output.contains("more\r\nmore\r\n"), "\(outcome.exitCode ?? -1)")
  }

  @Test(arguments: Caller.reachable)
  func `the kind of the terminal is passed to a command, unless its process or the caller says otherwise`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    func kind(_ arguments: [String], _ term: String) throws -> String {
      let outcome = try Capsrun.run(
        ["exec"] + arguments + ["--", "sh", "-c", "echo \"$TERM\""], as: caller,
        environment: place.environment.merging(["TERM": term]) { $1 }, workingFolder: place.folder.path)
      #expect(outcome.exitCode == 0, "\(outcome)")
      return outcome.output.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
    #expect(try kind(["app", "-t"], "xterm-256color") == "xterm-256color")
    #expect(try kind(["app"], "xterm-256color") == "")
    #expect(try kind(["app", "-t", "--env", "TERM=vt100"], "xterm") == "vt100")
    #expect(try kind(["app/loud", "-t"], "xterm") == "vt52")
    #expect(try kind(["app", "-t"], "../x") == "")
  }
}
