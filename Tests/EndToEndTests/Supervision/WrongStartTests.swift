import Foundation
import Testing

/// What is asked for in a wrong way is told, and nothing is started.
@Suite struct WrongStartTests {
  @Test(
    arguments: [
      (["start", "--name", "a/b", "./app"], 64, "a/b"), (["start", "--name", "../x", "./app"], 64, "../x"),
      (["start", "--name", "-h", "./app"], 64, "-h"),
      (["start", "--name", String(repeating: "n", count: 300), "./app"], 64, "nnn"),
      (["start", "--name", "one", "--name", "two", "./app"], 64, "--name"),
      (["start", "--name", "one", "./app", "./other"], 64, "--name"),
      (["start", "--foreground", "./app", "./other"], 64, "--foreground"), (["start"], 64, "CAPSULE"),
      (["start", "./nothing"], 66, "nothing"), (["start", "nothing"], 66, "nothing"),
      (["start", "./empty"], 66, "capsule.yml"), (["start", "--no-such-option", "./app"], 64, "--no-such-option"),
      (["ps", "../app"], 64, "../app"), (["stop", "nothing"], 64, "nothing"),
      (["exec", "a/b/c", "--", "true"], 64, "a"),
    ] as [([String], Int32, String)])
  func `what is asked for wrongly is told, and nothing is started`(
    arguments: [String], code: Int32, text: String
  ) throws {
    let place = try SupervisedPlace(as: .user)
    for name in ["app", "other"] { try place.capsule(name, [("main", "", "exec sleep 1000")]) }
    try place.folder.folder("empty")
    let outcome = try Capsrun.run(
      arguments, as: .user, environment: place.environment, workingFolder: place.folder.path)
    #expect(outcome.exitCode == code && outcome.errors.contains(text), "\(outcome)")
    #expect(try place.leftovers() == [])
  }

  @Test(.needsRoot) func `a folder of somebody else is not started`() throws {
    let theirs = try SupervisedPlace(as: .user)
    let folder = try theirs.capsule("app", [("main", "", "touch SHARED/ran; exec sleep 1000")])
    let place = try SupervisedPlace(as: .root)
    let outcome = try place.capsrun("start", theirs.folder(folder))
    #expect(outcome.exitCode != 0 && outcome.errors.contains(theirs.folder(folder)), "\(outcome)")
    #expect(try place.leftovers() == [] && theirs.shared("ran") == [])
    try theirs.start()
    try eventually("its owner may") {
      theirs.shared("ran").isEmpty && FileManager.default.fileExists(atPath: theirs.folder("shared/ran"))
    }
  }

  @Test(arguments: Caller.reachable)
  func `a run folder that is not the caller's alone is refused`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", [("main", "", "touch SHARED/ran; exec sleep 1000")])
    try #require(chmod(place.folder("run"), 0o777) == 0)
    let open = try place.capsrun("start", "./app")
    #expect(open.exitCode != 0 && open.errors.contains(place.folder("run")), "\(open)")
    try #require(chmod(place.folder("run"), 0o500) == 0)
    if caller == .user {
      let closed = try place.capsrun("start", "./app")
      #expect(closed.exitCode != 0 && closed.errors.contains(place.folder("run")), "\(closed)")
    }
    #expect(!FileManager.default.fileExists(atPath: place.folder("shared/ran")))
    try #require(chmod(place.folder("run"), 0o700) == 0)
    try place.start()
    #expect(try place.status()["main"]?.pid != nil)
  }

  @Test(.needsRoot) func `another user gets no answer from a socket that he can reach`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", [("main", "", "exec sleep 1000")])
    try place.start()
    let socket = place.folder("run/app/control")
    var status = stat()
    try #require(lstat(socket, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600 && status.st_uid == Caller.user.id)
    // As wide open as somebody could make it by mistake.
    for (path, mode) in [("run", 0o755), ("run/app", 0o755), ("run/app/control", 0o666)] as [(String, mode_t)] {
      try #require(chmod(place.folder(path), mode) == 0)
    }
    let program = """
      import json, socket, struct, sys
      client = socket.socket(socket.AF_UNIX)
      client.settimeout(5)
      client.connect(sys.argv[1])
      request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "status"}).encode()
      try:
          client.sendall(struct.pack(">I", len(request)) + request)
          print(client.recv(65536).decode(errors="replace"))
      except OSError as error:
          print(error)
      """
    func ask(_ user: String) throws -> String {
      try Spawn([
        "/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", "/usr/bin/python3", "-c", program,
        socket,
      ]).run().output
    }
    #expect(try ask("\(Caller.user.id)").contains("\"processes\""))
    #expect(try !ask("1501").contains("\"processes\""))
    #expect(try ask("\(Caller.user.id)").contains("\"processes\""))
  }
}
