import Foundation
import Testing

/// What a capsule keeps: its state folders.
@Suite struct StateTests {
  private static let manifest = CapsulePlace.manifest + "state: {data: /var/lib/demo, logs: /var/log/demo}\n"
  private static let counting = "echo x >> /var/lib/demo/runs; wc -l < /var/lib/demo/runs; ls -A /var/lib /var/log\n"

  /// A place whose capsule counts its runs.
  private func place(as caller: Caller, script: String = counting) throws -> CapsulePlace {
    let place = try CapsulePlace(as: caller)
    try place.source(manifest: Self.manifest, script: script)
    return place
  }

  private func install(_ place: CapsulePlace, _ source: String = "app") throws {
    let id = try place.build(source)
    let outcome = try place.capsrun("install", "--allow-unsigned", "app.tar.gz")
    try #require(outcome.exitCode == 0, "\(outcome)")
    try #require(try place.capsrun("activate", id).exitCode == 0)
  }

  private func mode(_ path: String) throws -> UInt32 {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw HarnessError("lstat \(path)", errno: errno) }
    return status.st_mode & 0o7777
  }

  @Test(arguments: Caller.reachable)
  func `state is there at the next run, of an unpacked and of an installed capsule of the name`(caller: Caller) throws {
    let place = try place(as: caller)
    let shown = ["/var/lib:", "demo", "/var/log:", "demo"]
    #expect(try place.capsrun("run", place.folder("app")).lines == ["1"] + shown)
    try install(place)
    #expect(try place.capsrun("run", "demo").lines == ["2"] + shown)
    #expect(try place.capsrun("run", "demo").lines == ["3"] + shown)
    for part in ["", "/demo", "/demo/data", "/demo/logs"] {
      let path = place.folder("store/state" + part)
      #expect(try mode(path) == 0o700 && owner(of: path) == caller.id, "\(path)")
    }
    #expect(try owner(of: place.folder("store/state/demo/data/runs")) == caller.id)
  }

  @Test(arguments: Caller.reachable)
  func `state survives another version, going back, collecting and removing`(caller: Caller) throws {
    let place = try place(as: caller)
    try install(place)
    #expect(try place.capsrun("run", "demo").lines.first == "1")
    try place.source(
      "next", manifest: Self.manifest.replacing("1.0.0", with: "1.1.0"), script: Self.counting + "echo next\n")
    try install(place, "next")
    #expect(try place.capsrun("run", "demo").lines.contains("next"))
    #expect(try place.capsrun("rollback", "demo").exitCode == 0)
    #expect(try place.capsrun("run", "demo").lines.first == "3")
    #expect(try place.capsrun("gc", "--keep", "0").exitCode == 0)
    #expect(try place.capsrun("run", "demo").lines.first == "4")
    #expect(try place.capsrun("remove", "demo", "--force").exitCode == 0)
    #expect(try place.capsrun("run", place.folder("app")).lines.first == "5")
  }

  @Test(arguments: Caller.reachable)
  func `state goes when its removal is asked for, whatever the capsule has made there`(caller: Caller) throws {
    // Deep, without rights, and with a name that is no text.
    let hostile = """
      cd /var/lib/demo && python3 -c '
      import os
      for i in range(600):
          os.mkdir("d"); os.chdir("d")
      ' && python3 -c 'import os; os.mkdir(b"\\xff\\xfe"); os.mkdir("shut"); open("shut/x", "w"); os.chmod("shut", 0)' \
      && ln -s / link && mkfifo fifo && echo made
      """
    let place = try place(as: caller, script: hostile + "\n")
    try install(place)
    let made = try place.capsrun("run", "demo")
    try #require(made.output == "made\n", "\(made)")
    #expect(try place.capsrun("remove", "demo", "--state").exitCode == 125, "it is active")
    #expect(FileManager.default.fileExists(atPath: place.folder("store/state/demo/data/link")))
    let removed = try place.capsrun("remove", "demo", "--force", "--state")
    #expect(removed.exitCode == 0 && removed.output.hasSuffix("Removed the state of: demo\n"), "\(removed)")
    #expect(try place.folder.entries("store/state").isEmpty)
    #expect(FileManager.default.fileExists(atPath: "/etc/passwd"))
  }

  @Test func `the state of a name that is not installed can be removed, and nothing else is taken for a name`() throws {
    let place = try place(as: .user)
    #expect(try place.capsrun("run", place.folder("app")).exitCode == 0)
    for word in ["../capsules", "..", ".", "demo/data"] {
      #expect(try place.capsrun("remove", "--state", "--", word).exitCode == 66, "\(word)")
    }
    #expect(try place.folder.entries("store/state/demo") == ["data", "logs"])
    let removed = try place.capsrun("remove", "--state", "demo")
    #expect(removed.exitCode == 0 && removed.output == "Removed the state of: demo\n", "\(removed)")
    #expect(try place.folder.entries("store/state").isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `state that is in use is not removed`(caller: Caller) throws {
    let place = try place(as: caller, script: "echo up; read line\n")
    var spawn = try Capsrun.spawn(["run", place.folder("app")], as: caller, environment: place.environment)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    let refused = try place.capsrun("remove", "--state", "demo")
    #expect(refused.exitCode == 125 && refused.errors.contains("in use"), "\(refused)")
    process.closeInput()
    _ = try process.wait()
    #expect(try place.capsrun("remove", "--state", "demo").exitCode == 0)
  }

  @Test(arguments: Caller.reachable, ["link", "file", "open", "foreign"])
  func `what somebody else has put in the place of state is refused`(caller: Caller, what: String) throws {
    let place = try place(as: caller)
    #expect(try place.capsrun("run", place.folder("app")).lines.first == "1")
    let data = place.folder("store/state/demo/data")
    switch what {
    case "link", "file":
      try FileManager.default.removeItem(atPath: data)
      if what == "link" {
        try place.folder.folder("elsewhere", mode: 0o700)
        try FileManager.default.createSymbolicLink(atPath: data, withDestinationPath: place.folder("elsewhere"))
        guard !Caller.testsRunAsRoot || lchown(data, caller.id, caller.id) == 0 else { throw HarnessError("lchown") }
      } else {
        try place.folder.file("store/state/demo/data")
      }
    case "open": try #require(chmod(data, 0o755) == 0)
    default:
      guard Caller.testsRunAsRoot else { return }
      try #require(chown(data, 77, 77) == 0)
    }
    let refused = try place.capsrun("run", place.folder("app"))
    #expect(refused.exitCode == 125 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("store/state/demo/data\" is not taken for a folder of state"), "\(refused)")
    if what == "link" { #expect(try place.folder.entries("elsewhere").isEmpty) }
  }

  @Test(arguments: Caller.reachable)
  func `explain shows where state lies, makes none, and answers as it will be`(caller: Caller) throws {
    let place = try place(as: caller)
    let explained = try place.capsrun("explain", place.folder("app"))
    let data = place.folder("store/state/demo/data")
    #expect(explained.output.contains("show \"\(data)\" at \"/var/lib/demo\" writable and kept"), "\(explained)")
    #expect(explained.output.contains("grant       state \"\(data)\" at \"/var/lib/demo\""))
    for _ in 1...2 {
      for (question, code) in [("write:/var/lib/demo/new", 0), ("write:/var/lib/other", 1), ("read:/var/log/demo", 0)] {
        let answer = try place.capsrun("explain", "--can", question, place.folder("app"))
        #expect(answer.exitCode == Int32(code), "\(answer)")
      }
      #expect(try place.capsrun("run", place.folder("app")).exitCode == 0)
    }
    #expect(try place.folder.entries("store/state/demo") == ["data", "logs"])
  }
}
