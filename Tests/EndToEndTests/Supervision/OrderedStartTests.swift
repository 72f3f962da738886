import Foundation
import Testing

/// In which order processes start, and what becomes of a start that does not come to its end.
@Suite struct OrderedStartTests {
  @Test(arguments: Caller.reachable)
  func `each starts when those that it waits for have come so far`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("web", "depends_on: {db: ready, setup: completed_ok}", "echo web >> SHARED/order; exec sleep 1000"),
        ("setup", "oneshot: true", "sleep 0.2; echo setup >> SHARED/order"),
        (
          "db", "ready: {exec: [test, -e, SHARED/up], interval: 50ms}",
          "sleep 0.5; echo db >> SHARED/order; touch SHARED/up; exec sleep 1000"
        ),
      ].map { ($0.0, $0.1.replacing("SHARED", with: place.folder("shared")), $0.2) })
    try place.start("app", "--wait")
    // It runs, which is not to say that it has written yet.
    try eventually("web has come so far, too") { place.shared("order").count == 3 }
    let order = place.shared("order")
    #expect(order.last == "web" && Set(order) == ["web", "db", "setup"], "\(order)")
    let status = try place.status()
    #expect(status["web"]?.state == "ready" || status["web"]?.state == "running")
    #expect(status["db"]?.state == "ready" && status["setup"]?.state == "completed")
  }

  @Test(arguments: Caller.reachable)
  func `ready by a line that it writes, and by a port that answers`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let server =
      "import socket,time;s=socket.socket();s.bind(('127.0.0.1',8080));time.sleep(0.3);s.listen();time.sleep(1000)"
    try place.capsule(
      "app",
      [
        ("talker", "ready: {log: here we go}", "sleep 0.3; echo now here we go; exec sleep 1000"),
        ("server", "ready: {tcp: 8080, interval: 50ms}", "exec python3 -c \"\(server)\""),
        ("last", "depends_on: {talker: ready, server: ready}", "exec sleep 1000"),
      ])
    try place.start("app", "--wait")
    let status = try place.status()
    #expect(status["talker"]?.state == "ready" && status["server"]?.state == "ready")
  }

  @Test(arguments: Caller.reachable)
  func `a start that fails shows the last lines, and leaves nothing`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("good", "", "echo $$ > SHARED/good; exec sleep 1000"),
        ("bad", "restart_policy: never, depends_on: [good]", "echo this went wrong; sleep 0.1; exit 4"),
        ("after", "depends_on: {bad: completed_ok}", "touch SHARED/never"),
      ])
    let outcome = try place.capsrun("start", "--wait", "./app")
    #expect(outcome.exitCode == 1, "\(outcome)")
    #expect(outcome.errors.contains("this went wrong") && outcome.errors.contains("\"bad\""), "\(outcome)")
    #expect(try place.leftovers() == [])
    #expect(place.shared("good").count == 1 && place.shared("never") == [])
    #expect(try place.capsrun("ps", "app").exitCode == 64)
  }

  @Test(arguments: Caller.reachable)
  func `a program that is not there fails the start at once`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.folder.folder("app")
    try place.folder.file(
      "app/capsule.yml", "capsule: 1\nname: app\nversion: 1.0.0\nprocesses: {main: {cmd: no-such-program, cwd: /}}\n")
    let outcome = try place.capsrun("start", "./app")
    #expect(outcome.exitCode == 1 && outcome.errors.contains("no-such-program"), "\(outcome)")
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `a start that waits ends when what it waits for is stopped, or ends before it is ready`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let probe = "ready: {exec: [/bin/false], interval: 20ms}"
    try place.capsule("app", [("main", probe, "touch SHARED/up; exec sleep 1000"), ("other", "", "exec sleep 1000")])
    let start = try place.begin("start", "--wait", "./app")
    try eventually("it runs") { FileManager.default.fileExists(atPath: place.folder("shared/up")) }
    #expect(try place.capsrun("stop", "app", "main").exitCode == 0)
    let stopped = try start.wait()
    #expect(stopped.exitCode == 1 && stopped.errors.contains("\"main\" failed: stopped"), "\(stopped)")
    #expect(try place.leftovers() == [])

    try place.capsule("brief", [("main", probe, "exit 0"), ("other", "", "exec sleep 1000")])
    let ended = try place.capsrun("start", "--wait", "./brief")
    #expect(ended.exitCode == 1 && ended.errors.contains("ended before it was ready"), "\(ended)")
    #expect(try place.leftovers() == [])
    // Who does not wait for that is not kept from it.
    #expect(try place.capsrun("start", "./brief").exitCode == 0)
    #expect(try place.wait("other", "running", of: "brief").pid != nil)
  }

  @Test(arguments: Caller.reachable)
  func `what runs already is left alone`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "exec sleep 1000")])
    try place.start()
    let before = try place.status()
    let again = try place.capsrun("start", "./app")
    #expect(again.exitCode == 0 && again.output.contains("already"), "\(again)")
    #expect(try place.status()["main"]?.pid == before["main"]?.pid)
    #expect(try place.status().supervisor == before.supervisor)
  }

  @Test func `a start that is interrupted takes all with it`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule(
      "app",
      [
        ("first", "", "echo $$ > SHARED/first; exec sleep 1000"),
        ("second", "depends_on: {first: completed}", "touch SHARED/never"),
      ])
    let start = try place.begin("start", "--wait", "./app")
    try eventually("the first one runs") { place.shared("first").count == 1 }
    try start.send(SIGINT)
    #expect(try start.wait().exitCode == nil)
    try eventually("nothing is left") { try place.leftovers() == [] }
    #expect(place.shared("never") == [])
  }

  @Test func `nothing that the caller has open is held by what goes on`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", [("main", "", "exec sleep 1000")])
    var spawn = try Capsrun.spawn(
      ["start", "./app"], as: .user, environment: place.environment, workingFolder: place.folder.path)
    spawn.output = .pipe
    let start = try spawn.start()
    let pipe = try #require(start.outputPipe)
    // Its end comes although the supervisor lives.
    var text: [UInt8] = []
    while let part = try pipe.readNext(), !part.isEmpty { text += part }
    #expect(String(decoding: text, as: UTF8.self).hasPrefix("Started app"))
    #expect(try start.wait().exitCode == 0)
    #expect(try place.status()["main"]?.pid != nil)
  }
}
