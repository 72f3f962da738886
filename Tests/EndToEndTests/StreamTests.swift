import Foundation
import Testing

/// Standard input, output and error.
@Suite struct StreamTests {
  @Test(arguments: Caller.reachable)
  func `all three streams pass a megabyte of any bytes`(caller: Caller) throws {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let program = """
      import sys
      data = sys.stdin.buffer.read()
      sys.stdout.buffer.write(data)
      sys.stderr.buffer.write(data[::-1])
      """
    let outcome = try Capsrun.run(["box", "--", "/usr/bin/python3", "-c", program], as: caller, input: bytes)
    #expect(outcome.exitCode == 0)
    #expect(outcome.bytes == bytes)
    #expect(outcome.errorBytes == bytes.reversed())
  }

  /// In a mount namespace that vanishes with its last process.
  @Test(.needsRoot) func `without a null device it is said why nothing runs`() throws {
    let program = try Program.path()
    for (mount, code) in [("mount -t tmpfs none /dev", 125), ("true", 0)] as [(String, CInt)] {
      let script = "\(mount) && exec \(program) version"
      let outcome = try Spawn(["/usr/bin/unshare", "-m", "sh", "-c", script]).run()
      #expect(outcome.exitCode == code && outcome.errors.contains("/dev/null") == (code != 0), "\(outcome)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `a stream can be opened again by its name for what it is open for alone`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let (input, errors) = (
      try folder.file("input", "content\n", mode: 0o666), try folder.file("errors", "", mode: 0o666)
    )
    let script = "cat /dev/stdin; echo told > /dev/stderr; echo x 2>&- >> /dev/stdin || echo refused"
    // The same without a sandbox changes the input.
    for (command, isConfined) in [([], false), ([try Program.path(), "box", "--"], true)] as [([String], Bool)] {
      let outer = "exec \"$@\" < \(input) 2> \(errors)"
      let outcome = try Spawn(
        caller.commandLine(["/bin/sh", "-c", outer, "sh"] + command + ["/bin/sh", "-c", script])
      ).run()
      #expect(outcome.lines == ["content"] + (isConfined ? ["refused"] : []), "\(outcome)")
      #expect(try String(contentsOfFile: errors, encoding: .utf8) == "told\n")
      #expect(try String(contentsOfFile: input, encoding: .utf8) == (isConfined ? "content\n" : "content\nx\n"))
      _ = try folder.file("input", "content\n", mode: 0o666)
    }
  }

  @Test(arguments: Caller.reachable)
  func `the reader sees the end when the program closes its output`(caller: Caller) throws {
    var spawn = try Capsrun.spawn(
      ["box", "--", "sh", "-c", "echo last words; exec >&- 2>&-; read line; exit 5"], as: caller)
    spawn.input = .pipe
    spawn.output = .pipe
    let process = try spawn.start()
    let pipe = try #require(process.outputPipe)
    var text: [UInt8] = []
    var sawEnd = false
    while !sawEnd, let bytes = try pipe.readNext() {
      text += bytes
      sawEnd = bytes.isEmpty
    }
    #expect(String(decoding: text, as: UTF8.self) == "last words\n")
    #expect(sawEnd)
    #expect(try !process.hasEnded())
    process.closeInput()
    #expect(try process.wait().exitCode == 5)
  }

  @Test(arguments: Caller.reachable)
  func `the program sees the end of its input`(caller: Caller) throws {
    var spawn = try Capsrun.spawn(["box", "--", "sh", "-c", "echo up; cat; echo end"], as: caller)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    process.closeInput()
    #expect(try process.wait().output == "up\nend\n")
  }

  @Test func `a result that cannot be written is an error`() throws {
    for arguments in [["version"], ["version", "--json"], ["--help"], ["box", "--explain", "--", "true"]] {
      var spawn = try Capsrun.spawn(arguments, as: .user)
      let control = try spawn.run()
      #expect(control.exitCode == 0)
      #expect(control.output.count > 10)
      spawn.output = .file("/dev/full")
      let outcome = try spawn.run()
      #expect(outcome.exitCode == 125)
      #expect(outcome.errors.contains("ENOSPC"))
    }
  }
}
