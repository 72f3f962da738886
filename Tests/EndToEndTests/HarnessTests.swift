import Testing

/// What the other tests rely on.
@Suite struct HarnessTests {
  @Test func `the program is built and says its version`() throws {
    let outcome = try Spawn([try Program.path(), "version"]).run()
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("capsrun "))
  }

  @Test(.needsRoot) func `the tests cover root and an ordinary user`() throws {
    for caller in Caller.allCases {
      let outcome = try Spawn(try caller.commandLine(["/usr/bin/id", "-u"])).run()
      #expect(outcome.output == "\(caller.id)\n")
    }
    #expect(try Spawn(try Caller.user.commandLine(["/usr/bin/id", "-G"])).run().output == "1500\n")
  }

  @Test func `a process that a signal ends has no exit code`() throws {
    let killed = try Spawn(["/bin/sh", "-c", "kill -TERM $$"]).run()
    #expect(killed.exitCode == nil)
    let ended = try Spawn(["/bin/sh", "-c", "exit 143"]).run()
    #expect(ended.exitCode == 143)
  }
}
