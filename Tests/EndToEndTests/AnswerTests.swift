import Foundation
import Testing

/// What a capsule asks for when it is installed, and where the answers go.
@Suite struct AnswerTests {
  private static let canary = "hunter2-canary"
  private static let manifest = """
    version: 1.0.0
    processes: {a: {cmd: sh, args: [-c, 'echo $TOKEN $LEVEL $PORT $FIXED $LOG'], cwd: .}}
    env:
      TOKEN: {type: secret, request: The token of the shop}
      LEVEL: {type: enum, values: [low, high], request: How much to tell, default: low}
      PORT: {type: int, description: where it listens}
      FIXED: as it is
      LOG: {default: quiet}

    """

  /// A folder with the capsule `shop` as a file, and a store of its own.
  private struct Place {
    let folder: TemporaryFolder
    let caller: Caller

    init(_ manifest: String = AnswerTests.manifest, as caller: Caller = .user) throws {
      folder = try TemporaryFolder(of: caller)
      self.caller = caller
      try folder.folder("source")
      try build(manifest)
    }

    func build(_ manifest: String) throws {
      try folder.file("source/capsule.yml", "capsule: 1\nname: shop\n" + manifest)
      let built = try run("build", "source", "-o", "shop.tar.gz")
      try #require(built.exitCode == 0, "\(built)")
    }

    func environment(_ more: [String: String] = [:]) -> [String: String] {
      ["CAPSRUN_STORE": folder("store"), "CAPSRUN_CONFIG": folder("config")].merging(more) { _, new in new }
    }

    func run(_ arguments: String..., input: String = "", _ more: [String: String] = [:]) throws -> Outcome {
      try Capsrun.run(
        arguments, as: caller, environment: environment(more), input: Array(input.utf8), workingFolder: folder.path)
    }

    func install(_ arguments: [String], input: String = "", _ more: [String: String] = [:]) throws -> Outcome {
      try Capsrun.run(
        ["install", "--allow-unsigned"] + arguments + ["shop.tar.gz"], as: caller, environment: environment(more),
        input: Array(input.utf8), workingFolder: folder.path)
    }

    /// Starts an installation at a terminal.
    func install(at terminal: Terminal) throws -> RunningProcess {
      try Capsrun.spawn(
        ["install", "--allow-unsigned", "shop.tar.gz"], as: caller,
        environment: environment(["SWIFT_BACKTRACE": "enable=no"]), workingFolder: folder.path
      ).start(at: terminal)
    }

    var installed: [String] { get throws { try folder.entries("store/capsules") } }
    var answers: String { folder("store/names/shop/answers.json") }
    func answered() throws -> [String: String] {
      try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: answers))) as? [String: String])
    }
  }

  @Test(arguments: Caller.reachable)
  func `without a required value nothing is installed, and the error says how to give it`(caller: Caller) throws {
    let place = try Place(as: caller)
    let refused = try place.install([])
    #expect(refused.exitCode == 65 && refused.output.isEmpty)
    #expect(refused.errors.contains("no value for PORT, TOKEN (The token of the shop)"), "\(refused)")
    #expect(refused.errors.contains("--env PORT=VALUE --env TOKEN, ") && refused.errors.contains("--env-stdin"))
    #expect(try place.installed.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.answers))
    let given = try place.install(["--env", "PORT=80", "--env", "TOKEN"], ["TOKEN": Self.canary])
    #expect(given.exitCode == 0, "\(given)")
    #expect(try place.installed.count == 1)
    #expect(try place.run("run", "shop").output == "\(Self.canary) low 80 as it is quiet\n")
  }

  @Test(arguments: Caller.reachable)
  func `answers are for their owner alone, and only what is asked for is kept`(caller: Caller) throws {
    let place = try Place(as: caller)
    let file = try place.folder.file("shop.env", "TOKEN=\(Self.canary)\nPORT=1\nOTHER=x\nFIXED=y\n", mode: 0o600)
    let outcome = try place.install(["--env-file", file])
    #expect(outcome.exitCode == 0 && outcome.errors.contains("asks for no variable OTHER"), "\(outcome)")
    #expect(try place.answered() == ["TOKEN": Self.canary, "PORT": "1"])
    let attributes = try FileManager.default.attributesOfItem(atPath: place.answers)
    #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.ownerAccountID] as? UInt32 == caller.id)
    #expect(try place.folder.entries("store/names/shop") == ["answers.json", "floor"])
    let stranger = try place.install(["--env", "TOKE=x"])
    #expect(stranger.exitCode == 64 && stranger.errors.contains("did you mean TOKEN?"), "\(stranger)")
  }

  @Test func `of the ways to answer, env wins over files, and files over standard input`() throws {
    let place = try Place()
    let file = try place.folder.file("shop.env", "PORT=2\nLOG=file\n", mode: 0o600)
    let outcome = try place.install(
      ["--env-stdin", "--env-file", file, "--env", "LOG=option"], input: "PORT=1\nLOG=input\nTOKEN=t\nLEVEL=high\n")
    #expect(outcome.exitCode == 0 && !outcome.errors.contains("warning"), "\(outcome)")
    #expect(try place.answered() == ["PORT": "2", "LOG": "option", "TOKEN": "t", "LEVEL": "high"])
  }

  @Test(
    arguments: [
      ("PORT", "many", "is no integer"), ("LEVEL", "mid", "is none of low, high"), ("PORT", "", "is no integer"),
    ])
  func `a value that is none is refused, and nothing is installed`(name: String, value: String, problem: String) throws
  {
    let place = try Place()
    let others = ["--env", "TOKEN"] + (name == "PORT" ? [] : ["--env", "PORT=1"])
    let outcome = try place.install(others + ["--env", "\(name)=\(value)"], ["TOKEN": Self.canary])
    #expect(outcome.exitCode == 64 && outcome.errors.contains("\(name) = \"\(value)\" \(problem)"), "\(outcome)")
    #expect(try place.installed.isEmpty)
  }

  @Test func `a person is asked, sees no secret while typing it, and may try again`() throws {
    let place = try Place()
    let terminal = try Terminal()
    let process = try place.install(at: terminal)
    try terminal.waitFor("How much to tell (LEVEL: low, high) [low]: ")
    try terminal.type("mid\n")
    try terminal.waitFor("LEVEL is none of low, high")
    try terminal.waitFor("[low]: ")
    try terminal.type("\n")
    try terminal.waitFor("PORT: where it listens")
    try terminal.waitFor("PORT (a whole number): ")
    try terminal.type("8080\n")
    #expect(try terminal.waitFor("The token of the shop (TOKEN): ").contains("8080"))
    try terminal.type(Self.canary + "\n")
    #expect(!(try terminal.waitFor("Installed: shop 1.0.0").contains(Self.canary)))
    #expect(try process.wait().exitCode == 0)
    #expect(try place.answered() == ["PORT": "8080", "TOKEN": Self.canary])
  }

  @Test(arguments: [("x\ny\nz\n", "no value for PORT after 3 answers"), ("\u{4}", "no value for PORT, TOKEN")])
  func `who has no answer installs nothing`(typed: String, problem: String) throws {
    let place = try Place()
    let terminal = try Terminal()
    let process = try place.install(at: terminal)
    try terminal.waitFor("[low]: ")
    try terminal.type("high\n")
    for key in typed.split(separator: "\n") {
      try terminal.waitFor("PORT (a whole number): ")
      try terminal.type(key == "\u{4}" ? "\u{4}" : key + "\n")
    }
    try terminal.waitFor(problem)
    #expect(try process.wait().exitCode == 65)
    #expect(try place.installed.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.answers))
  }

  @Test func `whoever is interrupted while he is asked has installed nothing`() throws {
    let place = try Place()
    let terminal = try Terminal()
    let process = try place.install(at: terminal)
    try terminal.waitFor("[low]: ")
    // Nobody else has to wait meanwhile.
    #expect(try place.install(["--env", "TOKEN=t", "--env", "PORT=1"]).exitCode == 0)
    #expect(try place.run("env", "--remove", "PORT", "shop").exitCode == 0)
    for id in try place.installed { try FileManager.default.removeItem(atPath: place.folder("store/capsules/" + id)) }
    try terminal.type("\u{3}")
    #expect(try process.wait().exitCode == nil)
    #expect(try place.installed.isEmpty && place.folder.entries("store/staging").isEmpty)
    #expect(try place.answered() == ["TOKEN": "t"])
  }

  @Test func `answers that several give at once are all kept`() throws {
    let names = (1...8).map { "KEY\($0)" }
    let place = try Place(
      "processes: {a: {cmd: env, cwd: .}}\nenv: {" + names.map { "\($0): {default: d}" }.joined(separator: ", ") + "}\n"
    )
    #expect(try place.install([]).exitCode == 0)
    let running = try names.map { name in
      try Capsrun.spawn(
        ["env", "--env", "\(name)=of \(name)", "shop"], as: .user, environment: place.environment(),
        workingFolder: place.folder.path
      ).start()
    }
    for process in running { #expect(try process.wait().exitCode == 0) }
    #expect(try place.answered() == Dictionary(uniqueKeysWithValues: names.map { ($0, "of \($0)") }))
  }

  @Test func `the next version asks for nothing but what is new or fits no more`() throws {
    let place = try Place()
    #expect(try place.install(["--env", "TOKEN=t", "--env", "PORT=80", "--env", "LEVEL=high"]).exitCode == 0)
    try place.build(
      """
      version: 2.0.0
      processes: {a: {cmd: sh, args: [-c, 'echo $TOKEN $LEVEL $NEW'], cwd: .}}
      env: {TOKEN: {type: secret}, LEVEL: {type: enum, values: [some, all], default: some}, NEW: {request: something}}

      """)
    let refused = try place.install([])
    #expect(refused.exitCode == 65 && refused.errors.contains("no value for NEW (something)\n"), "\(refused)")
    #expect(refused.errors.contains("what was answered for LEVEL before is none of some, all"))
    #expect(try place.installed.count == 1)
    #expect(try place.install(["--env", "NEW=n"]).exitCode == 0)
    // What the first version was told is still there for it.
    #expect(try place.answered() == ["TOKEN": "t", "PORT": "80", "LEVEL": "high", "NEW": "n"])
    let again = try place.run("run", "shop.tar.gz", "--allow-unsigned")
    #expect(again.output == "t some n\n" && again.errors.contains("warning: what was answered for LEVEL"), "\(again)")
  }

  @Test func `an answer gives way to env and env-file, and wins over a default`() throws {
    let place = try Place()
    #expect(try place.install(["--env", "TOKEN=t", "--env", "PORT=80", "--env", "LOG=kept"]).exitCode == 0)
    let file = try place.folder.file("run.env", "PORT=81\n", mode: 0o600)
    #expect(try place.run("run", "shop").output == "t low 80 as it is kept\n")
    #expect(try place.run("run", "--env-file", file, "shop").output == "t low 81 as it is kept\n")
    #expect(
      try place.run("run", "--env-file", file, "--env", "PORT=82", "--env", "LOG=now", "shop").output
        == "t low 82 as it is now\n")
    #expect(try place.answered()["PORT"] == "80", "a run keeps nothing")
  }

  @Test func `a file that is run is not asked about, and the start says how to answer for good`() throws {
    let place = try Place()
    let missing = try place.run("run", "--allow-unsigned", "shop.tar.gz")
    #expect(missing.exitCode == 65 && missing.errors.contains("TOKEN (The token of the shop)"), "\(missing)")
    #expect(missing.errors.contains("capsrun env shop keeps them"))
    #expect(try place.run("env", "--env", "PORT=1", "--env-stdin", "shop", input: "TOKEN=t\n").exitCode == 0)
    #expect(try place.run("run", "--allow-unsigned", "shop.tar.gz").output == "t low 1 as it is quiet\n")
  }

  @Test func `env shows what was answered, changes it and forgets it`() throws {
    let place = try Place()
    #expect(try place.install(["--env", "TOKEN", "--env", "PORT=80"], ["TOKEN": Self.canary]).exitCode == 0)
    let shown = try place.run("env", "shop")
    #expect(
      shown.lines == ["LEVEL  low (its default)", "LOG    quiet (its default)", "PORT   80", "TOKEN  (answered)"],
      "\(shown)")
    let changed = try place.run("env", "--env", "LEVEL=high", "--remove", "PORT", "shop")
    #expect(changed.lines[0] == "LEVEL  high" && changed.lines[2] == "PORT   (no value)", "\(changed)")
    #expect(try place.run("run", "shop").exitCode == 65)
    let wrong = try place.run("env", "--env", "LEVEL=mid", "shop")
    #expect(wrong.exitCode == 64 && wrong.errors.contains("none of low, high"))
    #expect(try place.run("env", "--remove", "TOKE", "shop").errors.contains("did you mean TOKEN?"))
    #expect(try place.run("env", "--remove", "TOKEN", "--env", "TOKEN=x", "shop").exitCode == 64)
    #expect(try place.run("env", "shopp").exitCode == 66)
    #expect(try place.answered() == ["TOKEN": Self.canary, "LEVEL": "high"])
    let json = try place.run("env", "--json", "shop").outputAsJSON()
    let variables = try #require(json["variables"] as? [[String: Any]])
    #expect(variables.compactMap { $0["name"] as? String } == ["LEVEL", "LOG", "PORT", "TOKEN"])
    #expect(variables.map { $0["answered"] as? Bool } == [true, false, false, true])
    #expect(variables[3]["value"] is NSNull && variables[0]["value"] as? String == "high")
  }

  @Test func `answers stay when the capsule goes, and can still be forgotten`() throws {
    let place = try Place()
    #expect(try place.install(["--env", "TOKEN", "--env", "PORT=80"], ["TOKEN": Self.canary]).exitCode == 0)
    for id in try place.installed { try FileManager.default.removeItem(atPath: place.folder("store/capsules/" + id)) }
    let shown = try place.run("env", "shop")
    #expect(shown.exitCode == 0 && shown.lines.count == 2 && !shown.output.contains("80"), "\(shown)")
    #expect(try place.run("env", "--env", "PORT=1", "shop").exitCode == 64)
    #expect(try place.install([]).exitCode == 0, "they are still known")
    #expect(try place.run("env", "--remove", "TOKEN", "--remove", "PORT", "shop").exitCode == 0)
    #expect(try place.answered().isEmpty)
  }

  @Test func `the value of a secret is in nothing that is shown`() throws {
    let place = try Place()
    let install = try place.install(["--json", "--env", "TOKEN", "--env", "PORT=80"], ["TOKEN": Self.canary])
    #expect(install.exitCode == 0)
    var outcomes = [install]
    for arguments in [
      ["env", "shop"], ["env", "--json", "shop"], ["run", "--explain", "shop"], ["run", "--explain", "--json", "shop"],
      ["run", "--explain", "--env", "TOKEN=" + Self.canary, "shop"], ["run", "--env", "PORT=x", "shop"],
      ["run", "--json", "--env", "PORT=x", "shop"],
    ] {
      outcomes.append(
        try Capsrun.run(arguments, as: .user, environment: place.environment(), workingFolder: place.folder.path))
    }
    for outcome in outcomes {
      #expect(!outcome.output.contains(Self.canary) && !outcome.errors.contains(Self.canary), "\(outcome)")
    }
    #expect(outcomes[3].output.contains("TOKEN=(secret)") && outcomes[4].output.contains("\"TOKEN=(secret)\""))
    #expect(outcomes[3].output.contains("PORT=80"), "what is no secret is shown")
    let search = try Spawn(["/usr/bin/grep", "-rl", Self.canary, place.folder("store")]).run()
    #expect(search.lines == [place.answers])
    #expect(try place.run("run", "shop").output.hasPrefix(Self.canary), "and reaches the program all the same")
  }

  @Test func `answers that somebody has spoilt are told, without a word of them`() throws {
    let place = try Place()
    #expect(try place.install(["--env", "TOKEN=t", "--env", "PORT=80"]).exitCode == 0)
    for spoilt in ["{\"TOKEN\": \"\(Self.canary)", "[\"\(Self.canary)\"]", "{\"TOKEN\": [\"\(Self.canary)\"]}"] {
      try place.folder.file("store/names/shop/answers.json", spoilt, mode: 0o600)
      let outcome = try place.run("run", "shop")
      #expect(outcome.exitCode == 65 && outcome.errors.contains("capsrun env shop"), "\(outcome)")
      #expect(!outcome.errors.contains(Self.canary))
    }
  }
}
