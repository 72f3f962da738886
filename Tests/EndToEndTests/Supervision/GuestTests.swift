import Foundation
import Testing

/// `capsrun exec`
@Suite struct GuestTests {
  private func place(_ caller: Caller) throws -> SupervisedPlace {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        ("first", "env: {WHO: first}", "exec sleep 1000"), ("second", "env: {WHO: second}", "exec sleep 1000"),
      ])
    try place.start()
    return place
  }

  @Test(arguments: Caller.reachable)
  func `its streams are the caller's, and its exit code is that of the command`(caller: Caller) throws {
    let place = try place(caller)
    let outcome = try place.capsrun(
      "exec", "app", "--", "sh", "-c", "cat; echo out; echo err >&2; exit 7", input: "in\n")
    #expect(outcome.exitCode == 7 && outcome.output == "in\nout\n" && outcome.errors == "err\n", "\(outcome)")
    #expect(try place.capsrun("exec", "app", "--", "sh", "-c", "kill -TERM $$").exitCode == 143)
    #expect(try place.capsrun("exec", "app", "--", "true").exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `it has the variables, the folder and the rights of the process that is named`(caller: Caller) throws {
    let place = try place(caller)
    #expect(try place.capsrun("exec", "app", "--", "sh", "-c", "echo $WHO $PWD").output == "first /tmp\n")
    #expect(try place.capsrun("exec", "app/second", "--", "sh", "-c", "echo $WHO").output == "second\n")
    let more = try place.capsrun(
      "exec", "--env", "MORE=more", "--cwd", "/usr", "app/second", "--", "sh", "-c", "echo $WHO $MORE $PWD")
    #expect(more.output == "second more /usr\n", "\(more)")
    // In the same sandbox: what one makes, the other sees.
    #expect(try place.capsrun("exec", "app/first", "--", "sh", "-c", "echo here > /tmp/made").exitCode == 0)
    #expect(try place.capsrun("exec", "app/second", "--", "cat", "/tmp/made").output == "here\n")
  }

  @Test(arguments: Caller.reachable)
  func `it is confined as its process is`(caller: Caller) throws {
    let place = try place(caller)
    try place.folder.file("secret", "a secret\n")
    let outside = try Spawn(try caller.commandLine(["/bin/cat", place.folder("secret")])).run()
    #expect(outside.output == "a secret\n")
    let inside = try place.capsrun("exec", "app", "--", "cat", place.folder("secret"))
    #expect(inside.exitCode == 1 && !inside.output.contains("secret"), "\(inside)")
    #expect(try place.capsrun("exec", "app", "--", "sh", "-c", "echo x > \(place.folder("shared"))/made").exitCode == 0)
    #expect(place.shared("made") == ["x"])

    let keys = "^(Uid|Gid|Groups|Cap.*|NoNewPrivs|Seccomp.*):"
    let own = try place.capsrun("exec", "app", "--", "grep", "-E", keys, "/proc/self/status").output
    let pid = try #require(try place.status()["first"]?.pid)
    let process = try Spawn(["/bin/grep", "-E", keys, "/proc/\(pid)/status"]).run().output
    // Users are numbered otherwise outside.
    func rights(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("Cap") || $0.hasPrefix("NoNew") || $0.hasPrefix("Sec") }
    }
    #expect(rights(own).count >= 7 && rights(own) == rights(process))
    for kind in ["user", "mnt", "pid", "net", "ipc", "uts"] {
      let link = try place.capsrun("exec", "app", "--", "readlink", "/proc/self/ns/\(kind)").output
      #expect(try Spawn(["/bin/readlink", "/proc/\(pid)/ns/\(kind)"]).run().output == link, "\(kind)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `nothing of a command can be seen from inside before it has become its program`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("first", "", "exec python3 SHARED/watch > SHARED/seen")])
    try place.folder.file("shared/watch", JoinTests.watcher)
    try place.start()
    let count = 200
    for _ in 0..<count { #expect(try place.capsrun("exec", "app", "--", "true").exitCode == 0) }
    try eventually("the watcher has no more to see") { place.shared("seen").count == 4 }
    try JoinTests.expectNothing(in: place.shared("seen"), of: "true", seen: count / 100)
  }

  @Test(arguments: Caller.reachable)
  func `what is not there is told`(caller: Caller) throws {
    let place = try place(caller)
    let process = try place.capsrun("exec", "app/secnd", "--", "true")
    #expect(process.exitCode == 64 && process.errors.contains("second"), "\(process)")
    let name = try place.capsrun("exec", "ap", "--", "true")
    #expect(name.exitCode == 64 && name.errors.contains("did you mean \"app\"?"), "\(name)")
    #expect(try place.capsrun("exec", "app").exitCode == 64)
    let program = try place.capsrun("exec", "app", "--", "no-such-program")
    #expect(program.exitCode == 127 && program.errors.contains("no-such-program"), "\(program)")
    let folder = try place.capsrun("exec", "app", "--", "/usr")
    #expect(folder.exitCode == 126 && folder.errors.contains("/usr"), "\(folder)")
    // None of that has disturbed it.
    #expect(try place.status().processes.allSatisfy { $0.state == "running" && $0.restarts == 0 })
  }

  @Test(arguments: Caller.reachable)
  func `a command ends with whoever called it, and with all that it has started`(caller: Caller) throws {
    let place = try place(caller)
    let seconds = "\(100_000 + Int.random(in: 0..<800_000))"
    let guest = try place.begin(
      "exec", "app", "--", "sh", "-c", "setsid sleep \(seconds) & echo here; sleep \(seconds)")
    try guest.waitForOutput("here")
    // The shell, too, has it in its words.
    try eventually("both run") { try HostProcesses.withWord(seconds).count >= 3 }
    try guest.send(SIGKILL)
    #expect(try guest.wait().exitCode == nil)
    try eventually("nothing of it is left") { try HostProcesses.withWord(seconds).isEmpty }
    #expect(try place.status().processes.allSatisfy { $0.state == "running" && $0.restarts == 0 })
  }

  @Test(arguments: Caller.reachable)
  func `a stop waits for no command`(caller: Caller) throws {
    let place = try place(caller)
    let guest = try place.begin("exec", "app", "--", "sh", "-c", "trap '' TERM; echo here; sleep 1000")
    try guest.waitForOutput("here")
    #expect(try place.capsrun("stop", "app").exitCode == 0)
    let outcome = try guest.wait()
    #expect(outcome.exitCode != 0 && outcome.exitCode != nil, "\(outcome)")
    #expect(try place.leftovers() == [])
  }
}
