import Foundation
import Testing

/// What stops a capsule, by hand or by accident, and that nothing of it goes on.
@Suite struct StopTests {
  /// A number of seconds that nobody else sleeps.
  private static func seconds() -> String { "\(100_000 + Int.random(in: 0..<800_000))" }

  @Test(arguments: Caller.reachable)
  func `stop asks, in reverse order, and returns when nothing is left`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    func script(_ name: String) -> String {
      "trap 'sleep 0.1; echo \(name) >> SHARED/ends; exit 0' TERM; echo up >> SHARED/\(name); while :; do sleep 0.05; done"
    }
    try place.capsule(
      "app",
      [
        ("db", "", script("db")), ("app", "depends_on: [db]", script("app")),
        ("web", "depends_on: [app]", script("web")),
      ])
    try place.start()
    try eventually("all run") { ["db", "app", "web"].allSatisfy { place.shared($0) == ["up"] } }
    let outcome = try place.capsrun("stop", "app")
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(place.shared("ends") == ["web", "app", "db"])
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `a child that ignores TERM, a daemon and an orphan end with their process`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    try place.capsule(
      "app",
      [
        (
          "deaf", "stop: {timeout: 300ms}",
          "trap '' TERM; (trap '' TERM; sleep \(seconds)) & setsid sh -c 'sleep \(seconds) & sleep \(seconds) &' & echo up > SHARED/deaf; while :; do sleep 1; done"
        ),
        ("other", "", "echo up > SHARED/other; exec sleep 1000"),
      ])
    try place.start()
    try eventually("they run") { try HostProcesses.withWord(seconds).count >= 3 && place.shared("other") == ["up"] }
    let other = try place.wait("other", "ready", "running")
    let outcome = try place.capsrun("stop", "app", "deaf")
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try HostProcesses.withWord(seconds) == [])
    // The other one has not noticed.
    #expect(try place.wait("other", "ready", "running").pid == other.pid)
  }

  @Test(arguments: Caller.reachable)
  func `what a process leaves behind ends before it is started again`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    let script =
      "setsid sh -c 'sleep \(seconds) &' ; echo x >> SHARED/main; [ $(wc -l < SHARED/main) -ge 3 ] && exec sleep 1000; exit 1"
    try place.capsule("app", [("main", "restart: {backoff: 10ms}", script)])
    try place.start()
    try eventually("two starts again") { try place.status()["main"]?.restarts == 2 }
    try eventually("one of each generation at a time") { try HostProcesses.withWord(seconds).count == 1 }
  }

  @Test(arguments: Caller.reachable)
  func `a supervisor that is killed takes all with it, and its keeper tidies up`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    try place.capsule("app", [("main", "", "setsid sleep \(seconds) & exec sleep \(seconds)")])
    try place.start()
    try eventually("both run") { try HostProcesses.withWord(seconds).count == 2 }
    kill(try place.status().supervisor, SIGKILL)
    try eventually("nothing is left") { try HostProcesses.withWord(seconds) == [] && place.leftovers() == [] }
  }

  @Test(arguments: Caller.reachable)
  func `a keeper that is killed with its supervisor leaves what the next start removes`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    try place.capsule("app", [("main", "", "exec sleep \(seconds)")])
    try place.start()
    let supervisor = try place.status().supervisor
    let children = try HostProcesses.descendants(of: supervisor).filter { $0.parent == supervisor }
    kill(supervisor, SIGSTOP)
    // Whatever of these is the keeper: with it all.
    for child in children { kill(child.pid, SIGKILL) }
    kill(supervisor, SIGKILL)
    try eventually("it is dead") { try HostProcesses.withWord(seconds) == [] }
    try place.start()
    #expect(try place.status()["main"]?.pid != nil)
  }

  @Test(arguments: Caller.reachable)
  func `PID 1 that is killed with 50 processes running ends the capsule, and leaves nothing`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    try place.capsule("app", (1...50).map { ("p\($0)", "", "exec sleep \(seconds)") })
    try place.start("app", "--wait")
    try eventually("all run") { try HostProcesses.withWord(seconds).count == 50 }
    let supervisor = try place.status().supervisor
    let workers = Set(try HostProcesses.withWord(seconds))
    let first = try #require(
      try HostProcesses.all().first { process in
        process.parent == supervisor && !workers.contains(process.pid)
          && (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("NSpid:") }?.split(separator: "\t").count == 3
      })
    kill(first.pid, SIGKILL)
    try eventually("nothing is left") { try HostProcesses.withWord(seconds) == [] && place.leftovers() == [] }
  }

  @Test(arguments: Caller.reachable)
  func `kill --all empties all trees, and the supervisor answers on`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = Self.seconds()
    try place.capsule(
      "app",
      (1...5).map { ("p\($0)", "restart_policy: always", "trap '' TERM; setsid sleep \(seconds) & sleep \(seconds)") })
    try place.start("app", "--wait")
    try eventually("all run") {
      try HostProcesses.withWord("sleep").count >= 10 && HostProcesses.withWord(seconds).count >= 10
    }
    let outcome = try place.capsrun("kill", "app", "--all")
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try HostProcesses.withWord(seconds) == [])
    #expect(try place.status().processes.allSatisfy { $0.pid == nil })
  }
}
