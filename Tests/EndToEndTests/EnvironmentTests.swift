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
  func `a program is looked for in the PATH that it gets`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("greet", "#!/bin/sh\necho hello\n", mode: 0o755)
    let arguments = ["--read", folder.path, "--", "greet"]
    #expect(try Capsrun.run(["box"] + arguments, as: caller, environment: ["PATH": folder.path]).exitCode == 127)
    let found = try Capsrun.run(["box", "--env", "PATH=\(folder.path):/usr/bin"] + arguments, as: caller)
    #expect(found.output == "hello\n")
  }
}
