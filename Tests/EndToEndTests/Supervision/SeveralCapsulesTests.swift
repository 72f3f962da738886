import Foundation
import Testing

/// `start` of several capsules at once, and of one that requires what others provide.
@Suite struct SeveralCapsulesTests {
  /// Each writes its name when it starts.
  private func place(_ caller: Caller) throws -> SupervisedPlace {
    let place = try SupervisedPlace(as: caller)
    func capsule(_ name: String, _ dependencies: String) throws {
      try place.capsule(
        name, more: "dependencies: {\(dependencies)}\n",
        [("main", "ready: {log: up}", "echo \(name) >> SHARED/order; echo up; exec sleep 1000")])
    }
    try capsule("db", "provides: ['topic:db']")
    try capsule("app", "requires: ['topic:db'], provides: ['topic:app']")
    try capsule("web", "requires: ['topic:app', 'topic:*']")
    return place
  }

  @Test(arguments: Caller.reachable)
  func `those that provide are started before those that require`(caller: Caller) throws {
    let place = try place(caller)
    let outcome = try place.capsrun("start", "--wait", "./web", "./db", "./app")
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(place.shared("order") == ["db", "app", "web"])
    #expect(outcome.lines.map { $0.prefix { $0 != ":" } } == ["Started db", "Started app", "Started web"])
    let table = try place.capsrun("ps")
    for name in ["db", "app", "web"] { #expect(table.lines.contains { $0.hasPrefix(name + " ") }, "\(table)") }
  }

  @Test(arguments: Caller.reachable)
  func `what is required must run, be it since before`(caller: Caller) throws {
    let place = try place(caller)
    let alone = try place.capsrun("start", "./app")
    #expect(alone.exitCode == 69 && alone.errors.contains("\"app\" requires \"topic:db\""), "\(alone)")
    #expect(try place.leftovers() == [] && place.shared("order") == [])
    try place.start("db")
    try place.start("app")
    try eventually("both run") { place.shared("order") == ["db", "app"] }
    let foreground = try place.begin("start", "--foreground", "./web")
    try foreground.waitForOutput("main | up")
    try foreground.send(SIGINT)
    #expect(try foreground.wait().exitCode == 0)
    #expect(try place.capsrun("stop", "db").exitCode == 0)
    // What runs already is not asked for what it requires.
    #expect(try place.capsrun("start", "./app").exitCode == 0)
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try place.capsrun("start", "./app").exitCode == 69)
  }

  @Test(arguments: Caller.reachable)
  func `when the last one fails, all that were started with it are stopped again`(caller: Caller) throws {
    let place = try place(caller)
    try place.capsule(
      "engine", more: "dependencies: {requires: ['topic:app']}\n",
      [
        ("good", "", "echo good >> SHARED/order; exec sleep 1000"),
        (
          "bad", "restart_policy: never, ready: {log: never written}, depends_on: [good]",
          "sleep 0.2; echo this went wrong; exit 4"
        ),
      ])
    try place.start("db")
    let outcome = try place.capsrun("start", "--wait", "./engine", "./app", "./db")
    #expect(outcome.exitCode == 1, "\(outcome)")
    #expect(outcome.errors.contains("engine was not started") && outcome.errors.contains("this went wrong"))
    #expect(outcome.errors.contains("\"bad\"") && outcome.output.isEmpty, "\(outcome)")
    #expect(place.shared("order") == ["db", "app", "good"])
    // What ran before runs on.
    #expect(try place.leftovers() == ["db"])
    #expect(try place.status("db")["main"]?.state == "ready")
  }

  @Test func `those that wait for each other are an error, and none of them is started`() throws {
    let place = try SupervisedPlace(as: .user)
    for (name, other) in [("one", "two"), ("two", "one")] {
      try place.capsule(
        name, more: "dependencies: {provides: ['topic:\(name)'], requires: ['topic:\(other)']}\n",
        [("main", "", "exec sleep 1000")])
    }
    let outcome = try place.capsrun("start", "./one", "./two")
    #expect(outcome.exitCode == 65 && outcome.errors.contains("one -> two -> one"), "\(outcome)")
    #expect(try place.leftovers() == [])
  }
}
