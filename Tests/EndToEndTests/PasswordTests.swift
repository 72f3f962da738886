import Foundation
import Testing

/// How capsrun asks for passwords.
@Suite struct PasswordTests {
  private func start(_ arguments: [String], _ terminal: Terminal, in place: SigningPlace) throws -> RunningProcess {
    // Swift's handlers would look into a debug build that a signal ends.
    try Capsrun.spawn(
      arguments, as: .user, environment: ["SWIFT_BACKTRACE": "enable=no"], workingFolder: place.folder.path
    ).start(at: terminal)
  }

  /// Whether the terminal shows what is typed.
  private func echoes(_ terminal: Terminal) throws -> Bool {
    let outcome = try Spawn(["/usr/bin/stty", "-F", terminal.path, "-a"]).run()
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    return outcome.output.split { " ;\n".contains($0) }.contains("echo")
  }

  @Test(arguments: [("\u{3}", SIGINT), ("\u{1C}", SIGQUIT), ("", SIGTERM), ("", SIGHUP)] as [(String, Int32)])
  func `whatever ends the question, the terminal shows again what is typed`(key: String, signal: Int32) throws {
    let place = try SigningPlace()
    let terminal = try Terminal()
    #expect(try echoes(terminal))
    let process = try start(["keygen", "-o", "k"], terminal, in: place)
    try terminal.waitFor("Password: ")
    #expect(!(try echoes(terminal)))
    if key.isEmpty { try process.send(signal) } else { try terminal.type(key) }
    // Killed by the signal, as whoever waits for it expects.
    #expect(try process.wait().exitCode == nil)
    #expect(try echoes(terminal))
    #expect(try place.folder.entries() == [])
  }

  @Test func `after Ctrl-Z it is asked again`() throws {
    let place = try SigningPlace()
    let terminal = try Terminal()
    // Only a shell with job control lets a terminal stop what it has started.
    let script = "set -m; \"$0\" keygen -o k; echo state $?; fg; echo ended $?"
    var spawn = Spawn(try Caller.user.commandLine(["/bin/sh", "-c", script, try Program.path()]))
    spawn.workingFolder = place.folder.path
    spawn.output = .terminal(terminal.path)
    let shell = try spawn.start()
    try terminal.waitFor("Password: ")
    try terminal.type("\u{1A}")
    try terminal.waitFor("state \(128 + SIGTSTP)")
    try terminal.waitFor("Password: ")
    #expect(!(try echoes(terminal)))
    try terminal.type("\u{4}")
    try terminal.waitFor("no password was given")
    try terminal.waitFor("ended 64")
    #expect(try shell.wait().exitCode == 0)
    #expect(try echoes(terminal))
  }

  @Test func `two passwords that differ make no key`() throws {
    let place = try SigningPlace()
    let terminal = try Terminal()
    let process = try start(["keygen", "-o", "k"], terminal, in: place)
    try terminal.waitFor("Password: ")
    try terminal.type("first secret\n")
    #expect(!(try terminal.waitFor("one more time): ").contains("first secret")))
    try terminal.type("second secret\n")
    try terminal.waitFor("the two passwords differ")
    #expect(try process.wait().exitCode == 64)
    #expect(try place.folder.entries() == [])
  }

  @Test(
    arguments: [
      ("", "the password is empty", 64), ("\n", "the password is empty", 64),
      ("a\nb\n", "holds more than one line", 65),
      ("a\0b\n", "holds a zero byte", 65), (String(repeating: "x", count: 1024) + "\n", "more than 1023 bytes", 65),
      (String(repeating: "x", count: 5000), "more than 1025 bytes", 65),
    ] as [(String, String, Int32)])
  func `a password that is none is refused, from a file and from standard input`(
    text: String, problem: String, code: Int32
  ) throws {
    let place = try SigningPlace()
    try place.folder.file("password", text, mode: 0o600)
    let fromFile = try place.capsrun("keygen", "-o", "k", "--password-file", "password")
    #expect(fromFile.exitCode == code && fromFile.errors.contains(problem), "\(fromFile)")
    let fromInput = try place.capsrun("keygen", "-o", "k", "--password-stdin", input: text)
    #expect(fromInput.exitCode == code && fromInput.errors.contains(problem), "\(fromInput)")
    #expect(try place.folder.entries() == ["password"])
  }

  @Test func `without a terminal the other ways are named, and two at once are refused`() throws {
    let place = try SigningPlace()
    var spawn = try Capsrun.spawn(["keygen", "-o", "k"], as: .user, workingFolder: place.folder.path)
    spawn.commandLine = ["/usr/bin/setsid", "--wait"] + spawn.commandLine
    let alone = try spawn.run()
    #expect(alone.exitCode == 64 && alone.errors.contains("use --password-file or --password-stdin"), "\(alone)")
    try place.folder.file("password", "x\n", mode: 0o644)
    let open = try place.capsrun("keygen", "-o", "k", "--password-file", "password")
    #expect(open.exitCode == 65 && open.errors.contains("hint: chmod 600 password"), "\(open)")
    let both = try place.capsrun("keygen", "-o", "k", "--password-file", "password", "--password-stdin")
    #expect(both.exitCode == 64 && both.errors.contains("from one place alone"), "\(both)")
  }
}
