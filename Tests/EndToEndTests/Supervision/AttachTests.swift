import Foundation
import Testing

/// Watching a process that runs.
@Suite struct AttachTests {
  @Test(arguments: Caller.reachable)
  func `who attaches sees what comes on each stream, and gets the exit code`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let script =
      "echo before; while [ ! -e SHARED/go ]; do sleep 0.05; done; echo out; echo err >&2; printf end; exit 7"
    try place.capsule("app", [("main", "restart_policy: never", script), ("other", "", "exec sleep 1000")])
    try place.start()
    try eventually("it has begun") { try place.capsrun("logs", "app", "main").output.contains("before") }
    let attached = try place.begin("attach", "app/main")
    // It has looked once, at the end of what is there.
    usleep(300_000)
    try place.folder.file("shared/go")
    let outcome = try attached.wait()
    #expect(outcome.exitCode == 7 && outcome.output == "out\nend\n" && outcome.errors == "err\n", "\(outcome)")
    #expect(try place.status()["other"]?.pid != nil)
  }

  @Test func `who attaches and goes leaves the process alone`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", [("main", "", "while :; do echo tick; sleep 0.05; done")])
    try place.start()
    let attached = try place.begin("attach", "app")
    try attached.waitForOutput("tick")
    let before = try place.status()["main"]?.pid
    try attached.send(SIGINT)
    #expect(try attached.wait().exitCode == nil)
    #expect(try place.status()["main"]?.pid == before)
    #expect(try place.capsrun("stop", "app").exitCode == 0)
  }

  @Test func `what is not there is told with what is near`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", [("main", "", "exec sleep 1000"), ("other", "", "exec sleep 1000")])
    try place.start()
    let wrong = try place.capsrun("attach", "app/mian")
    #expect(wrong.exitCode == 64 && wrong.errors.contains("app/main"), "\(wrong)")
    let several = try place.capsrun("attach", "app")
    #expect(several.exitCode == 64 && several.errors.contains("2 processes"), "\(several)")
    #expect(try place.capsrun("attach", "no-such").exitCode == 64)
  }
}
