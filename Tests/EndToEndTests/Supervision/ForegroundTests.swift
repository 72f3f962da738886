import Foundation
import Testing

/// `start --foreground`
@Suite struct ForegroundTests {
  @Test(arguments: Caller.reachable)
  func `each stream comes whole and in order, with the name before each line`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let script = "seq 1 250000 & seq 300001 550000 >&2 & wait"
    try place.capsule("app", [("one", "", script), ("other", "", script)])
    let outcome = try place.capsrun("start", "--foreground", "./app")
    #expect(outcome.exitCode == 0)
    let errors = outcome.errors.split(separator: "\n")
    #expect(outcome.lines.count == 500_000 && errors.count == 500_000)
    for name in ["one", "other"] {
      let said = outcome.lines.filter { $0.hasPrefix(name + " | ") }.map { $0.dropFirst(name.count + 3) }
      #expect(said.elementsEqual((1...250_000).map { "\($0)"[...] }))
      let complained = errors.filter { $0.hasPrefix(name + " | ") }.map { $0.dropFirst(name.count + 3) }
      #expect(complained.elementsEqual((300_001...550_000).map { "\($0)"[...] }))
    }
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `Ctrl-C stops in order, and is no failure`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    func script(_ name: String) -> String {
      "trap 'echo \(name) interrupted >> SHARED/ends' INT; trap 'sleep 0.2; echo \(name) >> SHARED/ends; exit 0' TERM; echo up \(name); while :; do sleep 0.05; done"
    }
    try place.capsule("app", [("db", "", script("db")), ("web", "depends_on: [db]", script("web"))])
    let terminal = try Terminal()
    let start = try place.begin(["start", "--foreground", "./app"], at: terminal)
    try terminal.waitFor("up web")
    try terminal.type("\u{3}")
    let outcome = try start.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    // Nobody but the supervisor was interrupted.
    #expect(place.shared("ends") == ["web", "db"])
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable, [true, false])
  func `what it cannot go on without is told when it is gone`(caller: Caller, isPID1: Bool) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "echo up; exec sleep 1000")])
    let start = try place.begin("start", "--foreground", "./app")
    try start.waitForOutput("up")
    let supervisor = try place.status().supervisor
    let attendants = try place.attendants(of: supervisor).filter { $0 != supervisor }
    let isFirst = attendants.map { pid in
      let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      return text?.split(separator: "\n").first { $0.hasPrefix("NSpid:") }?.split(separator: "\t").count == 3
    }
    // PID 1 is in a namespace of its own; the other one is the keeper.
    try #require(isFirst.count == 2 && isFirst[0] != isFirst[1], "\(attendants)")
    kill(attendants[isFirst[0] == isPID1 ? 0 : 1], SIGKILL)
    let outcome = try start.wait()
    let words = isPID1 ? "PID 1 of its sandbox is gone" : "the keeper of its logs is gone"
    #expect(outcome.exitCode == 125 && outcome.errors.contains("app has ended: " + words), "\(outcome)")
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `the second Ctrl-C waits for nobody`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = "\(100_000 + Int.random(in: 0..<800_000))"
    let script = "trap 'echo asked' TERM; echo up; (trap '' TERM; exec sleep \(seconds)) & while :; do sleep 0.05; done"
    try place.capsule("app", [("deaf", "stop: {timeout: 50s}", script)])
    let start = try place.begin("start", "--foreground", "./app")
    try start.waitForOutput("up")
    try start.send(SIGINT)
    try start.waitForOutput("asked")
    #expect(try !start.hasEnded())
    let before = ContinuousClock.now
    try start.send(SIGINT)
    #expect(try start.wait().exitCode == 0)
    #expect(ContinuousClock.now - before < .seconds(5))
    #expect(try HostProcesses.withWord(seconds).isEmpty && place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `it ends with the last process, and with the code of the first that failed`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("late", "restart_policy: never", "sleep 0.6; exit 3"), ("good", "", "sleep 0.8"),
        ("first", "restart_policy: never", "sleep 0.1; exit 4"),
      ])
    let outcome = try place.capsrun("start", "--foreground", "./app")
    #expect(outcome.exitCode == 4, "\(outcome)")
    try place.capsule("killed", [("main", "restart_policy: never", "sleep 0.1; kill -KILL $$")])
    #expect(try place.capsrun("start", "--foreground", "./killed").exitCode == 137)
    try place.capsule("fine", [("main", "", "exit 0")])
    #expect(try place.capsrun("start", "--foreground", "./fine").exitCode == 0)
    #expect(try place.leftovers() == [])
  }

  @Test func `while it runs, the other commands find it`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", [("main", "", "echo up; exec sleep 1000")])
    let start = try place.begin("start", "--foreground", "./app")
    try start.waitForOutput("main | up")
    #expect(try place.status()["main"]?.pid != nil)
    #expect(try place.capsrun("logs", "app").output.contains("up"))
    let again = try place.capsrun("start", "--foreground", "./app")
    #expect(again.exitCode == 125 && again.errors.contains("already"), "\(again)")
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try start.wait().exitCode == 0)
  }
}
