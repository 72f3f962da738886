import Foundation
import Testing

/// What becomes of a process when it ends: as its manifest says, and no sooner or more often.
@Suite struct RestartTests {
  @Test(arguments: Caller.reachable)
  func `never starts nothing again, whatever the end was`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("good", "restart_policy: never", "echo x >> SHARED/good"),
        ("bad", "restart_policy: never", "echo x >> SHARED/bad; exit 1"),
        ("killed", "restart_policy: never", "echo x >> SHARED/killed; kill -KILL $$"),
        ("stays", "restart_policy: never", "exec sleep 1000"),
      ])
    try place.start()
    #expect(try place.wait("good", "completed").restarts == 0)
    #expect(try place.wait("bad", "failed").restarts == 0)
    #expect(try place.wait("killed", "failed").restarts == 0)
    #expect(try place.wait("stays", "ready", "running").restarts == 0)
    for file in ["good", "bad", "killed"] { #expect(place.shared(file) == ["x"]) }
  }

  @Test(arguments: Caller.reachable)
  func `on_failure starts again what failed, and nothing else`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let twice = "echo x >> SHARED/FILE; [ $(wc -l < SHARED/FILE) -ge 3 ] && exec sleep 1000; "
    try place.capsule(
      "app",
      [
        ("good", "restart_policy: on_failure", "echo x >> SHARED/good"),
        ("bad", "restart_policy: on_failure", twice.replacing("FILE", with: "bad") + "exit 1"),
        ("killed", "restart_policy: on_failure", twice.replacing("FILE", with: "killed") + "kill -KILL $$"),
        ("forgiven", "restart_policy: on_failure, success_exit_codes: [3]", "echo x >> SHARED/forgiven; exit 3"),
        ("final", "restart_policy: on_failure", "echo x >> SHARED/final; exit 125"),
      ])
    try place.start()
    try eventually("two starts again each") {
      let status = try place.status()
      return status["bad"]?.restarts == 2 && status["killed"]?.restarts == 2
    }
    #expect(try place.wait("good", "completed").restarts == 0)
    #expect(try place.wait("forgiven", "completed").restarts == 0)
    #expect(try place.wait("final", "failed").restarts == 0)
    #expect(place.shared("bad").count == 3 && place.shared("killed").count == 3)
    #expect(place.shared("good") == ["x"] && place.shared("forgiven") == ["x"] && place.shared("final") == ["x"])
  }

  @Test(arguments: Caller.reachable)
  func `always starts again what ended well, too, but not what was stopped by hand`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [("main", "restart_policy: always", "echo x >> SHARED/main; [ $(wc -l < SHARED/main) -ge 3 ] && exec sleep 1000")]
    )
    try place.start()
    try eventually("two starts again") { try place.status()["main"]?.restarts == 2 }
    let before = try place.wait("main", "ready", "running")
    let stopped = try place.capsrun("stop", "app", "main")
    #expect(stopped.exitCode == 0, "\(stopped)")
    #expect(try place.status()["main"]?.state == "disabled")
    #expect(try place.capsrun("restart", "app", "main").exitCode == 0)
    let after = try place.wait("main", "ready", "running")
    #expect(after.pid != before.pid && after.restarts == 2)
    // Killed by hand it stays away as well.
    #expect(try place.capsrun("kill", "app", "main").exitCode == 0)
    usleep(300_000)
    #expect(try place.status()["main"]?.pid == nil)
  }

  @Test(arguments: Caller.reachable)
  func `a crash loop ends at its limit, and says so`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app", [("loop", "restart: {max: 3, window: 60s, backoff: 10ms, cap: 20ms}", "echo x >> SHARED/loop; exit 7")])
    try place.start()
    let process = try place.wait("loop", "failed")
    #expect(process.restarts == 3 && process.reason.contains("start-limit"), "\(process.values)")
    #expect(place.shared("loop").count == 4)
  }

  @Test func `restart_delay is waited for`() throws {
    let place = try SupervisedPlace(as: .user)
    let script = "date +%s%N >> SHARED/times; [ $(wc -l < SHARED/times) -ge 2 ] && exec sleep 1000; exit 1"
    try place.capsule("app", [("main", "restart_delay: 400", script)])
    try place.start()
    try eventually("the start again") { place.shared("times").count == 2 }
    let times = place.shared("times").compactMap { Int($0) }
    #expect(times[1] - times[0] >= 400_000_000)
  }
}
