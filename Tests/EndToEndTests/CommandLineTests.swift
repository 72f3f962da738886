import Testing

/// How a person and a script talk to capsrun.
@Suite struct CommandLineTests {
  static let commands = [
    "box", "run", "init", "check", "fmt", "schema", "migrate", "explain", "order", "doctor", "completions", "manual",
    "version",
  ]

  @Test(arguments: commands, [["--help"], ["-h"], ["--json", "--help"]])
  func `every command has a help on standard output`(command: String, options: [String]) throws {
    let outcome = try Capsrun.run([command] + options, as: .user)
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("capsrun \(command): "))
    #expect(outcome.output.contains("\nUsage: capsrun \(command) "))
    #expect(outcome.errors.isEmpty)
    #expect(try Capsrun.run(["help", command], as: .user).output == outcome.output)
  }

  @Test(arguments: ["--help", "-h", "help"])
  func `the help lists every command`(option: String) throws {
    let outcome = try Capsrun.run([option], as: .user)
    #expect(outcome.exitCode == 0)
    for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
    #expect(outcome.errors.isEmpty)
  }

  @Test func `the version is a line, or JSON`() throws {
    let text = try Capsrun.run(["version"], as: .user)
    #expect(text.exitCode == 0)
    #expect(text.lines.count == 1)
    #expect(try Capsrun.run(["--version"], as: .user).output == text.output)
    let json = try Capsrun.run(["version", "--json"], as: .user)
    #expect(json.exitCode == 0)
    let version = try #require(json.outputAsJSON()["version"] as? String)
    #expect(try json.outputAsJSON()["manifest_format"] as? Int == 1)
    #expect(text.output == "capsrun \(version), manifest format 1\n")
    #expect(try Capsrun.run(["--json", "version"], as: .user).output == json.output)
  }

  /// A wrong command line and what the message must hold.
  static let mistakes: [(arguments: [String], message: String)] = [
    ([], "no command"),
    (["bxo"], "did you mean \"box\"?"),
    (["versoin"], "did you mean \"version\"?"),
    (["--frobnicate"], "unknown option \"--frobnicate\""),
    (["help", "bxo"], "did you mean \"box\"?"),
    (["box"], "COMMAND is missing"),
    (["box", "--"], "COMMAND is missing"),
    (["box", "--", ""], "empty"),
    (["box", "--raed", ".", "--", "true"], "did you mean --read?"),
    (["box", "--frobnicate", "--", "true"], "unknown option \"--frobnicate\""),
    (["box", "-r", "--", "true"], "unknown option \"-r\""),
    (["box", "--read"], "needs a value"),
    (["box", "--explain=yes", "--", "true"], "takes no value"),
    (["box", "--chdir", "/", "--chdir", "/usr", "--", "true"], "given twice"),
    (["run"], "CAPSULE is missing"),
    (["explain", "a", "b"], "unexpected argument \"b\""),
    (["version", "now"], "unexpected argument \"now\""),
  ]

  @Test(arguments: mistakes)
  func `a wrong command line is 64, with a message and nothing else`(arguments: [String], message: String) throws {
    let outcome = try Capsrun.run(arguments, as: .user)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("capsrun: error: "))
    #expect(outcome.errors.contains(message))
  }

  @Test(arguments: mistakes)
  func `with json, the same mistake is reported as JSON`(arguments: [String], message: String) throws {
    let outcome = try Capsrun.run(["--json"] + arguments, as: .user)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    try expectDiagnostics(outcome, message)
  }

  /// What goes wrong later, with its exit code.
  static let failures: [(arguments: [String], exitCode: Int32, message: String)] = [
    (["--read", "/", "--", "true"], 64, "\"/\""),
    (["--read", "/proc", "--", "true"], 64, "/proc"),
    (["--env", "UNSET", "--", "true"], 64, "UNSET"),
    (["--bind", "x", "--", "true"], 64, "SOURCE:TARGET"),
    (["--read", "/no/such", "--", "true"], 66, "\"/no/such\""),
    (["--read", "/etc/passwd/below", "--", "true"], 66, "\"/etc/passwd/below\""),
    (["--chdir", "/no/such", "--", "true"], 66, "\"/no/such\""),
    (["--", "/etc/passwd"], 126, "\"/etc/passwd\""),
    (["--", "no-such-program"], 127, "no-such-program"),
    (["--", "no\u{1B}such\n\"program\""], 127, "cannot find"),
  ]

  @Test(arguments: Caller.reachable, failures)
  func `with json, every failure is reported as JSON`(
    caller: Caller, failure: (arguments: [String], exitCode: Int32, message: String)
  ) throws {
    let text = try Capsrun.run(["box"] + failure.arguments, as: caller)
    #expect(text.exitCode == failure.exitCode)
    #expect(text.errors.hasPrefix("capsrun: error: "))
    #expect(text.errors.contains(failure.message))
    #expect(!text.errors.contains("\u{1B}"))
    let json = try Capsrun.run(["box", "--json"] + failure.arguments, as: caller)
    #expect(json.exitCode == failure.exitCode)
    #expect(json.output.isEmpty)
    try expectDiagnostics(json, failure.message)
  }

  private func expectDiagnostics(_ outcome: Outcome, _ message: String) throws {
    let json = try outcome.errorsAsJSON()
    #expect(json["exit_code"] as? Int == outcome.exitCode.map(Int.init))
    let diagnostics = try #require(json["diagnostics"] as? [[String: Any]])
    #expect(!diagnostics.isEmpty)
    for diagnostic in diagnostics { #expect(diagnostic["severity"] as? String == "error") }
    let texts = diagnostics.flatMap { [$0["message"], $0["hint"]] }.compactMap { $0 as? String }
    #expect(texts.contains { $0.contains(message) })
  }

  @Test func `what stands behind -- belongs to the program`() throws {
    let outcome = try Capsrun.run(["box", "--", "echo", "--json", "--", "--help"], as: .user)
    #expect(outcome.output == "--json -- --help\n")
    let withoutMark = try Capsrun.run(["box", "echo", "--help-me", "--json"], as: .user)
    #expect(withoutMark.output == "--help-me --json\n")
  }
}
