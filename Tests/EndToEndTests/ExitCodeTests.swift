import Testing

/// What capsrun's exit code tells about the program.
@Suite struct ExitCodeTests {
  @Test(arguments: Caller.reachable, [0, 1, 37, 64, 125, 127, 255] as [Int32])
  func `the program's exit code passes through`(caller: Caller, code: Int32) throws {
    let outcome = try Capsrun.shell("echo ran; exit \(code)", as: caller)
    #expect(outcome.exitCode == code)
    #expect(outcome.output == "ran\n")
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: Caller.reachable, [6, 9, 11, 15] as [Int32])
  func `a signal that ends the program gives 128 and its number`(caller: Caller, signal: Int32) throws {
    let outcome = try Capsrun.shell("echo ran; kill -\(signal) $$", as: caller)
    #expect(outcome.exitCode == 128 + signal)
    #expect(outcome.output == "ran\n")
  }

  /// A file with this content and mode in a granted folder, and how its start ends.
  struct ProgramFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let content: String
    let mode: UInt32
    let exitCode: Int32
    let message: String
  }

  static let programFiles = [
    ProgramFile(
      testDescription: "not executable", content: "#!/bin/sh\necho ran\n", mode: 0o644, exitCode: 126,
      message: "chmod +x"),
    ProgramFile(
      testDescription: "missing interpreter", content: "#!/no/such\necho ran\n", mode: 0o755, exitCode: 127,
      message: "interpreter"),
    ProgramFile(
      testDescription: "text without #!", content: "echo ran\n", mode: 0o755, exitCode: 126, message: "#!"),
    ProgramFile(testDescription: "empty", content: "", mode: 0o755, exitCode: 126, message: "it is empty"),
  ]

  @Test(arguments: Caller.reachable, programFiles)
  func `a file that cannot be executed is told apart`(caller: Caller, file: ProgramFile) throws {
    let folder = try TemporaryFolder(of: caller)
    let path = try folder.file("program", file.content, mode: file.mode)
    let outcome = try Capsrun.run(["box", "--read", folder.path, "--", path], as: caller)
    #expect(outcome.exitCode == file.exitCode)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("\"\(path)\""))
    #expect(outcome.errors.contains(file.message))
    let good = try folder.file("good", "#!/bin/sh\necho ran\n", mode: 0o755)
    #expect(try Capsrun.run(["box", "--read", folder.path, "--", good], as: caller).output == "ran\n")
  }

  @Test(arguments: Caller.reachable)
  func `a folder is no program`(caller: Caller) throws {
    let outcome = try Capsrun.run(["box", "--", "/usr/bin"], as: caller)
    #expect(outcome.exitCode == 126)
    #expect(outcome.errors.contains("\"/usr/bin\""))
  }

  @Test(arguments: Caller.reachable, ["no-such-program", "/no/such/program", "./program"])
  func `a program that is not there is 127`(caller: Caller, program: String) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("program", "#!/bin/sh\necho ran\n", mode: 0o755)
    let outcome = try Capsrun.run(["box", "--", program], as: caller, workingFolder: folder.path)
    #expect(outcome.exitCode == 127)
    #expect(outcome.errors.contains("cannot find the program"))
    // The last of them is there once its folder is granted.
    let control = try Capsrun.run(["box", "--read", ".", "--", "./program"], as: caller, workingFolder: folder.path)
    #expect(control.output == "ran\n")
  }

  @Test(arguments: Caller.reachable)
  func `a folder to start in that is not there is 66`(caller: Caller) throws {
    let outcome = try Capsrun.run(["box", "--chdir", "/no/such", "--", "echo", "ran"], as: caller)
    #expect(outcome.exitCode == 66)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("\"/no/such\""))
    let control = try Capsrun.run(["box", "--chdir", "/usr", "--", "echo", "ran"], as: caller)
    #expect(control.output == "ran\n")
  }
}
