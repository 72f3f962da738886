import Foundation
import Testing

/// Which variables a program starts with.
@Suite struct EnvironmentTests {
  @Test(arguments: Caller.reachable)
  func `nothing of the caller's environment is inside`(caller: Caller) throws {
    let outcome = try Capsrun.run(
      ["box", "--", "env"], as: caller, environment: ["SECRET_TOKEN": "hunter2", "LANG": "de"])
    #expect(
      outcome.lines.sorted() == ["HOME=/tmp", "LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp"])
  }

  @Test(arguments: Caller.reachable)
  func `a secret of the caller is in no process that the sandbox sees`(caller: Caller) throws {
    let search = "cat /proc/*/environ /proc/*/cmdline 2> /dev/null | grep -ac hunter[2]"
    let hidden = try Capsrun.run(
      ["box", "--", "sh", "-c", search], as: caller, environment: ["SECRET_TOKEN": "hunter2"])
    #expect(hidden.output == "0\n")
    let granted = try Capsrun.run(
      ["box", "--env", "SECRET_TOKEN", "--", "sh", "-c", search], as: caller, environment: ["SECRET_TOKEN": "hunter2"])
    #expect(granted.output == "1\n")
  }

  @Test(arguments: Caller.reachable)
  func `env hands a variable on or sets it`(caller: Caller) throws {
    let outcome = try Capsrun.run(
      [
        "box", "--env", "SECRET_TOKEN", "--env", "SET=a=b c", "--env", "EMPTY", "--env=NOTHING=", "--env", "HOME=/srv",
        "--", "env",
      ], as: caller, environment: ["SECRET_TOKEN": "hunter2", "EMPTY": ""])
    #expect(
      outcome.lines.sorted() == [
        "EMPTY=", "HOME=/srv", "LANG=C.UTF-8", "NOTHING=", "PATH=/usr/local/bin:/usr/bin:/bin", "SECRET_TOKEN=hunter2",
        "SET=a=b c", "TMPDIR=/tmp",
      ])
  }

  @Test(arguments: Caller.reachable, ["UNSET", "9X=1", "A B=1", "=1", ""])
  func `a variable that is not set, or is none, is refused`(caller: Caller, option: String) throws {
    let refused = try Capsrun.run(["box", "--env", option, "--", "echo", "ran"], as: caller)
    #expect(refused.exitCode == 64)
    #expect(refused.output.isEmpty)
    let control = try Capsrun.run(
      ["box", "--env", "UNSET", "--", "echo", "ran"], as: caller, environment: ["UNSET": "now it is"])
    #expect(control.output == "ran\n")
  }

  @Test(arguments: Caller.reachable)
  func `an env-file sets variables, a later one wins, and env over all`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let one = try folder.file("one.env", "# first\nA=one\nB=one $HOME 'x'\nC=one\n", mode: 0o600)
    let two = try folder.file("two.env", "B=two\nC=two\nHOME=/srv\n", mode: 0o600)
    let outcome = try Capsrun.run(
      ["box", "--env", "C=three", "--env-file", one, "--env-file=" + two, "--", "env"], as: caller)
    #expect(
      outcome.lines.sorted() == [
        "A=one", "B=two", "C=three", "HOME=/srv", "LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=/tmp",
      ])
    let alone = try Capsrun.run(["box", "--env-file", one, "--", "sh", "-c", "echo \"$B\""], as: caller)
    #expect(alone.output == "one $HOME 'x'\n" && alone.errors.isEmpty)
  }

  @Test func `an env-file that is wrong or missing starts nothing`() throws {
    let folder = try TemporaryFolder(of: .user)
    let wrong = try folder.file("wrong.env", "A=1\nexport B=hunter2\nA=2\n")
    let large = try folder.file("large.env", "#" + String(repeating: "x", count: 1 << 20))
    let largest = try folder.file("largest.env", "#" + String(repeating: "x", count: 1 << 20 - 1))
    func run(_ file: String, _ more: String...) throws -> Outcome {
      try Capsrun.run(["box"] + more + ["--env-file", file, "--", "echo", "ran"], as: .user)
    }
    let refused = try run(wrong)
    #expect(refused.exitCode == 65 && refused.output.isEmpty && !refused.errors.contains("hunter2"))
    #expect(refused.errors.contains("\(wrong):2:7: error: ") && refused.errors.contains("\(wrong):3:1: error: A is"))
    let json = try run(wrong, "--json")
    let told = try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [String: Any]
    #expect((told?["diagnostics"] as? [[String: Any]])?.compactMap { $0["line"] as? Int } == [2, 3])
    let refusal = try run(large)
    #expect(refusal.exitCode == 65 && refusal.errors.contains("larger than 1 MiB"))
    #expect(try run(largest).output == "ran\n")
    for missing in [folder("none.env"), folder.path, "/dev/null"] { #expect(try run(missing).exitCode == 66) }
    #expect(try run(folder.file("right.env", "A=1\n")).output == "ran\n")
  }

  @Test(arguments: Caller.reachable)
  func `a program is looked for in the PATH that it gets`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("greet", "#!/bin/sh\necho hello\n", mode: 0o755)
    let arguments = ["--read", folder.path, "--", "greet"]
    #expect(try Capsrun.run(["box"] + arguments, as: caller, environment: ["PATH": folder.path]).exitCode == 127)
    let found = try Capsrun.run(["box", "--env", "PATH=\(folder.path):/usr/bin"] + arguments, as: caller)
    #expect(found.output == "hello\n")
  }

  @Test(arguments: Caller.reachable)
  func `a crash runs no program that a variable names`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let program = try folder.file("reporter", "#!/bin/sh\n: > \(folder("ran"))\n", mode: 0o755)
    let variables = ["SWIFT_BACKTRACE": "enable=yes,swift-backtrace=\(program)"]
    func crash(_ spawn: Spawn, when isUp: (RunningProcess) throws -> Void) throws {
      var spawn = spawn
      spawn.input = .pipe
      let process = try spawn.start()
      try isUp(process)
      try process.send(SIGSEGV)
      #expect(try process.wait().exitCode == nil)
    }
    let box = try Capsrun.spawn(["box", "--", "sh", "-c", "echo up; read line"], as: caller, environment: variables)
    try crash(box) { try $0.waitForOutput("up\n") }
    #expect(!FileManager.default.fileExists(atPath: folder("ran")))
    // The control is another program in Swift, which has the runtime's own handler.
    var other = Spawn(["swift-format", "-"])
    other.environment = variables.merging(["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]) { own, _ in own }
    try crash(other) { process in
      try eventually("it waits for its input, and so is set up") {
        HostProcesses.entry(process.pid).map { $0.name == "swift-format" && $0.state == "S" } ?? false
      }
    }
    #expect(FileManager.default.fileExists(atPath: folder("ran")))
  }
}
