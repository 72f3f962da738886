import Foundation
import Testing

@Suite struct LogsTests {
  /// A caller with logs as a keeper leaves them.
  private final class LogsOfCaller {
    let folder: TemporaryFolder
    let caller: Caller

    init(as caller: Caller) throws {
      self.caller = caller
      folder = try TemporaryFolder(of: caller)
      for name in ["logs", "logs/shop", "logs/blog"] { try folder.folder(name, mode: 0o700) }
      try write(
        "shop/web.log.1", [record("10:00:00.000001", "web", "first"), record("10:00:00.500000", "web", "second")])
      try write(
        "shop/web.log",
        [
          record("10:00:02.000000", "web", "third"), record("10:00:03.000000", "web", #"red \u001b[31m end"#),
          record("10:00:04.000000", "web", nil, more: #","dropped":7,"reason":"rate"}"#),
        ])
      try write("shop/db.log", [record("10:00:01.000000", "db", "a database", stream: "stderr")])
    }

    func record(_ time: String, _ process: String, _ line: String?, stream: String = "stdout", more: String = "}")
      -> String
    {
      #"{"ts":"2026-11-21T\#(time)Z","proc":"\#(process)","stream":"\#(stream)","restart":0,"build_sha":"""#
        + (line.map { #","line":"\#($0)""# } ?? "") + more
    }

    func write(_ name: String, _ records: [String]) throws {
      try folder.file("logs/" + name, records.map { $0 + "\n" }.joined(), mode: 0o600)
    }

    var environment: [String: String] { ["CAPSRUN_LOGS": folder("logs")] }

    func logs(_ arguments: String...) throws -> Outcome {
      try Capsrun.run(["logs"] + arguments, as: caller, environment: environment)
    }
  }

  @Test(arguments: Caller.reachable)
  func `what all processes of a capsule have written is shown in the order of its times`(_ caller: Caller) throws {
    let place = try LogsOfCaller(as: caller)
    let outcome = try place.logs("shop")
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(
      outcome.output == """
        2026-11-21T10:00:00.000001Z web | first
        2026-11-21T10:00:00.500000Z web | second
        2026-11-21T10:00:01.000000Z db  ! a database
        2026-11-21T10:00:02.000000Z web | third
        2026-11-21T10:00:03.000000Z web | red \\u{1b}[31m end
        2026-11-21T10:00:04.000000Z web | (7 lines are missing here: there were more than are kept in a second)

        """)
    #expect(try place.logs("shop", "db").lines.count == 1)
    #expect(try place.logs("blog").output == "")
  }

  @Test func `only the last lines, those since a moment, or those with a text`() throws {
    let place = try LogsOfCaller(as: .user)
    func lines(_ arguments: String...) throws -> [String] {
      let outcome = try Capsrun.run(["logs", "shop"] + arguments, as: .user, environment: place.environment)
      #expect(outcome.exitCode == 0, "\(outcome)")
      return outcome.lines.map { String($0.dropFirst("2026-11-21T10:00:00.000001Z ".count).prefix(12)) }
    }
    #expect(try lines("--tail", "5", "web", "db").first == "web | second")
    #expect(try lines("--tail=0").isEmpty)
    #expect(try lines("--tail", "all").count == 6)
    #expect(try lines("--since", "2026-11-21T10:00:02").count == 3)
    #expect(try lines("--since", "100d").count <= 6)
    #expect(try lines("--grep", "second", "web") == ["web | second", "web | (7 lin"])
  }

  @Test func `as JSON each record is a line as it stands in the log`() throws {
    let place = try LogsOfCaller(as: .user)
    let outcome = try place.logs("shop", "--json")
    #expect(outcome.lines.count == 6)
    #expect(outcome.lines[4] == place.record("10:00:03.000000", "web", #"red \u001b[31m end"#))
    for line in outcome.lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["proc"] as? String == (line.contains("database") ? "db" : "web"))
    }
  }

  @Test(
    arguments: [
      (["shp"], "did you mean shop?"), (["nothing-like-it"], "capsules with logs: blog, shop"),
      (["shop", "wbe"], "did you mean web?"), (["shop", "--tail", "many"], "write a number, or all"),
      (["shop", "--since", "yesterday"], "write 5m, 1h30m or 2026-11-21T10:00"),
      (["../shop"], "capsules with logs: blog, shop"),
      ([], "capsrun logs --help"),
    ] as [([String], String)])
  func `what is not known is told with what may be meant`(_ arguments: [String], _ hint: String) throws {
    let place = try LogsOfCaller(as: .user)
    let outcome = try Capsrun.run(["logs"] + arguments, as: .user, environment: place.environment)
    #expect(outcome.exitCode == 64, "\(outcome)")
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("hint: \(hint)"), "\(outcome.errors)")
    let json = try Capsrun.run(["logs", "--json"] + arguments, as: .user, environment: place.environment)
    #expect(try json.errorsAsJSON()["exit_code"] as? Int == 64)
  }

  @Test func `where nothing has ever been started there are no logs`() throws {
    let folder = try TemporaryFolder(of: .user)
    let outcome = try Capsrun.run(["logs", "shop"], as: .user, environment: ["HOME": folder.path])
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(#"there are no logs of "shop""#))
    #expect(try folder.entries().isEmpty)
  }

  @Test func `who follows sees what comes, across a rotation and of new processes`() throws {
    let place = try LogsOfCaller(as: .user)
    let spawn = try Capsrun.spawn(["logs", "shop", "-f", "--tail", "1"], as: .user, environment: place.environment)
    let process = try spawn.start()
    defer { withExtendedLifetime(process) {} }
    try process.waitForOutput("(7 lines are missing here")
    let web = place.folder("logs/shop/web.log")
    let handle = try #require(FileHandle(forWritingAtPath: web))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((place.record("10:00:05.000000", "web", "fourth") + "\n").utf8))
    try process.waitForOutput("| fourth")
    // As a keeper does it, with a last line that nobody has seen by its old name.
    try handle.write(contentsOf: Data((place.record("10:00:06.000000", "web", "fifth") + "\n").utf8))
    try handle.close()
    try #require(rename(place.folder("logs/shop/web.log.1"), place.folder("logs/shop/web.log.2")) == 0)
    try #require(rename(web, place.folder("logs/shop/web.log.1")) == 0)
    try place.write("shop/web.log", [place.record("10:00:07.000000", "web", "sixth")])
    try place.write("shop/mail.log", [place.record("10:00:08.000000", "mail", "a letter")])
    try process.waitForOutput("mail | a letter")
    try process.send(SIGTERM)
    let outcome = try process.wait()
    let rest = outcome.lines.map { String($0.dropFirst("2026-11-21T10:00:00.000001Z ".count)) }
    #expect(rest.dropFirst() == ["web | fourth", "web | fifth", "web | sixth", "mail | a letter"], "\(outcome)")
  }

  @Test func `no logs are read that others could have written`() throws {
    guard Caller.testsRunAsRoot else { return }
    let place = try LogsOfCaller(as: .user)
    let outcome = try Capsrun.run(["logs", "shop"], as: .root, environment: place.environment)
    #expect(outcome.exitCode == 125)
    #expect(outcome.errors.contains("belongs to user 1500"), "\(outcome.errors)")
  }
}
