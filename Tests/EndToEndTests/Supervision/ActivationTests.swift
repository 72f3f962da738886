import Foundation
import Testing

/// `activate` and `rollback` of a name that runs.
@Suite struct ActivationTests {
  /// Tells which version it is, and when it is asked to end.
  private static let script = """
    trap 'echo VERSION ends; echo VERSION ended >> SHARED/order; exit 0' TERM
    echo VERSION $CAPSULE_ID >> SHARED/began
    echo VERSION $CAPSULE_ID is up; while :; do sleep 0.05; done
    """

  /// Two versions of which the first one runs.
  private func place(
    _ caller: Caller, more: String = "", second: String = script, keys: String = "ready: {log: is up}"
  ) throws -> (place: VersionPlace, first: String, second: String) {
    let versions = try VersionPlace(as: caller)
    let first = try versions.install("1.0.0", more: more, [("main", "ready: {log: is up}", Self.script)])
    let outcome = try versions.place.capsrun("start", "--wait", "app")
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    let last = try versions.install("2.0.0", more: more, [("main", keys, second)])
    // Whatever an installation makes of the name.
    let back = try versions.place.capsrun("activate", "--no-restart", first)
    guard back.exitCode == 0 else { throw HarnessError("\(back)") }
    return (versions, first, last)
  }

  @Test(arguments: Caller.reachable)
  func `the new version is started beside the old one, and takes over its name and its logs`(caller: Caller) throws {
    let (versions, first, second) = try place(caller)
    let place = versions.place
    let before = try versions.running()
    #expect(before.capsule == first)
    let outcome = try place.capsrun("activate", second)
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(outcome.output.contains("app now stands for app 2.0.0") && outcome.output.contains("Running: 1 process"))
    let after = try versions.running()
    #expect(after.capsule == second && after.supervisor != before.supervisor && after.pid != before.pid)
    #expect(try versions.active() == second)
    #expect(HostProcesses.entry(before.supervisor).map(HostProcesses.isAlive) != true)
    // The new one was ready before the old one was asked to end.
    #expect(place.shared("began") == ["1.0.0 \(first)", "2.0.0 \(second)"])
    #expect(place.shared("order") == ["1.0.0 ended"])
    #expect(try place.leftovers() == ["app"])
    let logs = try place.capsrun("logs", "app")
    for text in ["1.0.0 \(first) is up", "1.0.0 ends", "2.0.0 \(second) is up"] {
      #expect(logs.output.contains(text), "\(logs)")
    }
    #expect(try place.folder.entries("logs") == ["app"])
    // What it writes from now on stands there, too.
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try place.capsrun("logs", "app").output.contains("2.0.0 ends"))
    #expect(try place.leftovers() == [])
  }

  @Test(arguments: Caller.reachable)
  func `under one name one capsule runs, and another one beside it under its own`(caller: Caller) throws {
    let (versions, first, second) = try place(caller)
    let place = versions.place
    let refused = try place.capsrun("start", second)
    #expect(refused.exitCode == 125 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("\"app\" runs already, from the capsule \(first.prefix(12))"), "\(refused)")
    #expect(try versions.running().capsule == first)
    place.stopAtEnd("beside")
    let beside = try place.capsrun("start", "--name", "beside", second)
    #expect(beside.exitCode == 0, "\(beside)")
    #expect(try versions.running().capsule == first && versions.running("beside").capsule == second)
  }

  @Test(arguments: Caller.reachable)
  func `rollback of a name that runs goes back to the version before, and the journal says so`(caller: Caller) throws {
    let (versions, first, second) = try place(caller)
    let place = versions.place
    #expect(try place.capsrun("activate", second).exitCode == 0)
    let outcome = try place.capsrun("rollback", "app", "--json")
    #expect(outcome.exitCode == 0, "\(outcome)")
    let values = try outcome.outputAsJSON()
    #expect(values["action"] as? String == "rolled back" && values["id"] as? String == first, "\(values)")
    let running = try versions.running()
    #expect(running.capsule == first)
    let exchanged = try #require(values["exchanged"] as? [String: Any])
    #expect((exchanged["supervisor"] as? NSNumber)?.int32Value == running.supervisor)
    #expect(exchanged["processes"] as? Int == 1 && exchanged["stopped_first"] as? Bool == false)
    #expect(try versions.active() == first)
    #expect(try place.leftovers() == ["app"])
  }

  @Test func `a rollback takes less than a second, of a name that runs as of one that does not`() throws {
    let (versions, _, second) = try place(.user)
    #expect(try versions.place.capsrun("activate", second).exitCode == 0)
    for isRunning in [true, false] {
      if !isRunning { #expect(try versions.place.capsrun("stop", "app").exitCode == 0) }
      // Of a few, as others use this machine at the same time.
      var times: [Duration] = []
      for _ in 0..<5 {
        let begun = ContinuousClock.now
        let outcome = try versions.place.capsrun("rollback", "app")
        times.append(ContinuousClock.now - begun)
        #expect(outcome.exitCode == 0, "\(outcome)")
      }
      #expect(try #require(times.min()) < .seconds(1))
    }
  }

  @Test(arguments: Caller.reachable)
  func `a new version that fails leaves the old one as it is, and the store`(caller: Caller) throws {
    let (versions, first, second) = try place(
      caller, second: "echo this went wrong; exit 4", keys: "restart_policy: never, ready: {log: is up}")
    let place = versions.place
    let before = try versions.running()
    let outcome = try place.capsrun("activate", second)
    #expect(outcome.exitCode == 1, "\(outcome)")
    #expect(outcome.errors.contains("this went wrong") && outcome.errors.contains("app 2.0.0"), "\(outcome)")
    let after = try versions.running()
    #expect(after == before)
    #expect(try versions.active() == first)
    #expect(try place.leftovers() == ["app"])
    #expect(place.shared("order") == [])
    // And its logs are told apart.
    #expect(try !place.capsrun("logs", "app").output.contains("this went wrong"))
    #expect(try place.capsrun("logs", "app+beside").output.contains("this went wrong"))
    let json = try place.capsrun("activate", second, "--json")
    #expect(json.exitCode == 1 && json.errors.contains("\"exit_code\"") || json.output.contains("\"exit_code\""))
  }

  @Test(arguments: Caller.reachable)
  func `a new version that is not ready in time is given up`(caller: Caller) throws {
    let (versions, first, second) = try place(
      caller, second: "echo still waiting; exec sleep 1000", keys: "ready: {log: never written}")
    let before = try versions.running()
    let outcome = try versions.place.capsrun("activate", "--timeout", "500ms", second)
    #expect(outcome.exitCode == 1 && outcome.errors.contains("not ready after 500ms"), "\(outcome)")
    #expect(outcome.errors.contains("main") && outcome.errors.contains("still waiting"), "\(outcome)")
    #expect(try versions.running() == before)
    #expect(try versions.active() == first)
    #expect(try versions.place.leftovers() == ["app"])
    for wrong in ["0s", "5", "soon"] {
      #expect(try versions.place.capsrun("activate", "--timeout", wrong, second).exitCode == 64)
    }
  }

  @Test(arguments: Caller.reachable)
  func `an activation that is killed leaves the old version, and nothing of the new one`(caller: Caller) throws {
    let (versions, first, second) = try place(
      caller, second: "echo up >> SHARED/second; exec sleep 1000", keys: "ready: {log: never written}")
    let place = versions.place
    let before = try versions.running()
    let activation = try place.begin("activate", second)
    try eventually("the new one runs") { place.shared("second") == ["up"] }
    #expect(try place.leftovers() == ["app", "app+beside"])
    let another = try place.capsrun("activate", second)
    #expect(another.exitCode != 0 && another.errors.contains("another version of app"), "\(another)")
    try activation.send(SIGKILL)
    _ = try activation.wait()
    try eventually("the new one is gone") { try place.leftovers() == ["app"] }
    #expect(try versions.running() == before)
    #expect(try versions.active() == first)
  }

  @Test(arguments: Caller.reachable)
  func `killed at any moment, one version runs under the name, and it is the one of the store`(caller: Caller) throws {
    let (versions, first, second) = try place(caller)
    let place = versions.place
    var target = second
    for delay in stride(from: 0, to: 120, by: 10) {
      let activation = try place.begin("activate", target)
      usleep(UInt32(delay) * 1000)
      try activation.send(SIGKILL)
      _ = try activation.wait()
      // Killed between the claim of the second name and its use it leaves a folder, which whoever looks removes.
      try eventually("one of both is left") {
        try place.capsrun("ps").exitCode == 0 && place.leftovers() == ["app"]
      }
      let running = try versions.running()
      #expect(try versions.active() == running.capsule, "after \(delay) ms")
      if running.capsule == target { target = running.capsule == first ? second : first }
    }
    #expect(try place.capsrun("activate", target).exitCode == 0)
    #expect(try versions.running().capsule == target)
  }

  @Test(arguments: Caller.reachable)
  func `what keeps state is stopped first, and started again when the new version fails`(caller: Caller) throws {
    let state = "state: {data: /data}\n"
    let (versions, first, second) = try place(
      caller, more: state, second: "echo 2.0.0 began >> SHARED/order; echo this went wrong; exit 4",
      keys: "restart_policy: never, ready: {log: is up}")
    let place = versions.place
    let before = try versions.running()
    let outcome = try place.capsrun("activate", second)
    #expect(outcome.exitCode == 1 && outcome.errors.contains("keeps state"), "\(outcome)")
    #expect(place.shared("order") == ["1.0.0 ended", "2.0.0 began"])
    let after = try versions.running()
    #expect(after.capsule == first && after.supervisor == before.supervisor && after.pid != before.pid)
    #expect(try place.wait("main", "ready").state == "ready")
    #expect(try versions.active() == first)
    // Killed amid it, the old one comes back as well.
    let third = try versions.install(
      "3.0.0", more: state, [("main", "ready: {log: never written}", "echo up >> SHARED/third; exec sleep 1000")])
    let activation = try place.begin("activate", third)
    try eventually("the third one runs") { place.shared("third") == ["up"] }
    #expect(try versions.running().pid == nil)
    let refused = try place.capsrun("restart", "app")
    #expect(refused.exitCode != 0 && refused.errors.contains("stands aside"), "\(refused)")
    try activation.send(SIGKILL)
    _ = try activation.wait()
    try eventually("the first one runs again") {
      try place.status()["main"]?.state == "ready" && place.leftovers() == ["app"]
    }
    // And one that works takes over.
    let fourth = try versions.install("4.0.0", more: state, [("main", "ready: {log: is up}", Self.script)])
    let last = try place.capsrun("activate", fourth, "--json")
    #expect(last.exitCode == 0, "\(last)")
    #expect((try last.outputAsJSON()["exchanged"] as? [String: Any])?["stopped_first"] as? Bool == true)
    #expect(try versions.running().capsule == fourth)
    #expect(try versions.active() == fourth)
    #expect(try place.leftovers() == ["app"])
  }

  @Test(arguments: Caller.reachable)
  func `a stop by hand while the new version is started is not undone`(caller: Caller) throws {
    let (versions, first, second) = try place(
      caller, second: "echo up >> SHARED/second; sleep 2; echo is up; exec sleep 1000")
    let place = versions.place
    let activation = try place.begin("activate", second)
    try eventually("the new one runs") { place.shared("second") == ["up"] }
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    let outcome = try activation.wait()
    #expect(outcome.exitCode != 0 && outcome.errors.contains("stopped meanwhile"), "\(outcome)")
    #expect(try place.leftovers() == [] && versions.active() == first)
  }

  @Test(arguments: Caller.reachable)
  func `what is not the installed version of the name is left alone`(caller: Caller) throws {
    let (versions, first, second) = try place(caller)
    let place = versions.place
    let before = try versions.running()
    #expect(try place.capsrun("activate", "--no-restart", second).exitCode == 0)
    #expect(try versions.running() == before && versions.active() == second)
    // The store stands for it already, and what runs is another one.
    #expect(try place.capsrun("activate", second).exitCode == 0)
    #expect(try versions.running().capsule == second)
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    #expect(try place.capsrun("activate", first).exitCode == 0)
    #expect(try place.leftovers() == [])
    #expect(try place.capsrun("start", "./app-1.0.0").exitCode == 0)
    let folder = try versions.running()
    let outcome = try place.capsrun("activate", second)
    #expect(outcome.exitCode == 0 && outcome.errors.contains("from a folder"), "\(outcome)")
    #expect(try versions.running() == folder)
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    let foreground = try place.begin("start", "--foreground", "app")
    try foreground.waitForOutput("is up")
    let refused = try place.capsrun("activate", first)
    #expect(refused.exitCode != 0 && refused.errors.contains("--no-restart"), "\(refused)")
    #expect(try versions.active() == second)
    #expect(try place.capsrun("start", "--name", "app+beside", "app").exitCode == 64)
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    _ = try foreground.wait()
  }
}
