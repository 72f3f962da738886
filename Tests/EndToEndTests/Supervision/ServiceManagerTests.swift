import Foundation
import Testing

/// A supervisor in the foreground as a service of systemd's.
@Suite struct ServiceManagerTests {
  private func begin(
    _ place: SupervisedPlace, _ options: [String] = [], _ variables: [String: String]
  ) throws -> RunningProcess {
    var spawn = try place.spawn(["start", "--foreground"] + options + ["./app"])
    spawn.environment.merge(variables) { $1 }
    return try spawn.start()
  }

  @Test(arguments: Caller.reachable, [true, false])
  func `a service manager is told of the start, of the processes and of the end`(
    caller: Caller, isAbstract: Bool
  ) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("main", "", "env > SHARED/env; exec sleep 1000"),
        ("slow", "ready: {exec: [/bin/sh, -c, 'test -e \(place.folder("shared/go"))'], interval: 50ms}", "sleep 1000"),
      ])
    let address = isAbstract ? "@capsrun-test-\(UUID().uuidString)" : place.folder("notify")
    let socket = try NotifySocket(address)
    let process = try begin(
      place, ["--wait"],
      ["NOTIFY_SOCKET": address, "WATCHDOG_USEC": "200000"])
    try eventually("it tells that both run") { try socket.lines().contains("STATUS=2 of 2 processes running") }
    // Not before the second one is ready.
    try eventually("it watches") { try socket.lines().filter { $0 == "WATCHDOG=1" }.count > 3 }
    #expect(try !socket.lines().contains("READY=1"))
    try place.folder.file("shared/go", "")
    try eventually("it is ready") { try socket.lines().contains("READY=1") }
    #expect(try socket.lines().contains("MAINPID=\(place.status().supervisor)"))
    #expect(try !socket.lines().contains("STOPPING=1"))
    try eventually("the process has told its variables") { place.shared("env").contains { $0.hasPrefix("PATH=") } }
    #expect(!place.shared("env").contains { $0.hasPrefix("NOTIFY_") || $0.hasPrefix("WATCHDOG_") })
    try process.send(SIGTERM)
    #expect(try process.wait().exitCode == 0)
    let lines = try socket.lines()
    #expect(lines.filter { $0 == "STOPPING=1" }.count == 1 && lines.filter { $0 == "READY=1" }.count == 1, "\(lines)")
    #expect(try #require(lines.firstIndex(of: "STOPPING=1")) > lines.firstIndex(of: "READY=1") ?? 0)
  }

  @Test(arguments: Caller.reachable)
  func `what fails is told, and that nobody listens is no failure`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app", [("main", "", "exec sleep 1000"), ("odd", "restart_policy: never", "sleep 0.2; exit 3")])
    let socket = try NotifySocket(place.folder("notify"))
    // A watchdog that is somebody else's.
    let process = try begin(
      place, [], ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"])
    try eventually("the failure is told") {
      try socket.lines().contains("STATUS=1 of 2 processes running, failed: odd")
    }
    #expect(try socket.lines().contains("READY=1"))
    #expect(try !socket.lines().contains("WATCHDOG=1"))
    try process.send(SIGTERM)
    #expect(try process.wait().exitCode == 0)
    for address in [place.folder("nobody"), "@capsrun-test-nobody"] {
      let alone = try begin(place, [], ["NOTIFY_SOCKET": address])
      try eventually("it answers") { try place.capsrun("ps", "app").exitCode == 0 }
      try alone.send(SIGTERM)
      let outcome = try alone.wait()
      #expect(outcome.exitCode == 0 && outcome.errors.contains("NOTIFY_SOCKET cannot be told"), "\(outcome)")
    }
  }

  /// The lines of the unit in the documentation.
  private static func unit() throws -> String {
    let text = try String(
      contentsOfFile: Program.packageFolder.appending(path: "docs/supervision.md").path, encoding: .utf8)
    let begin = try #require(text.range(of: "```ini\n"))
    let end = try #require(text.range(of: "```", range: begin.upperBound..<text.endIndex))
    return String(text[begin.upperBound..<end.lowerBound])
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"), "systemd-analyze"))
  func `systemd takes the unit of the documentation, and not one that is wrong`() throws {
    let folder = try TemporaryFolder(of: Caller.reachable[0])
    func verify(_ unit: String) throws -> Outcome {
      try folder.file("hello.service", unit.replacing("/usr/local/bin/capsrun", with: try Program.path()))
      return try Spawn(["/usr/bin/systemd-analyze", "verify", folder("hello.service")]).run()
    }
    let good = try verify(try Self.unit())
    #expect(good.exitCode == 0 && !good.errors.contains("hello.service"), "\(good)")
    let bad = try verify(try Self.unit().replacing("KillMode=mixed", with: "KillMode=never"))
    #expect(bad.errors.contains("hello.service"), "\(bad)")
  }
}
