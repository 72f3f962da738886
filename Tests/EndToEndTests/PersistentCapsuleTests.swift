import Foundation
import Testing

/// Capsules whose changes to their own files are kept: `rootfs: {writable: persistent}`.
@Suite struct PersistentCapsuleTests {
  private static let manifest = CapsulePlace.manifest + "rootfs: {writable: persistent}\n"

  private func place(as caller: Caller, script: String) throws -> CapsulePlace {
    let place = try CapsulePlace(as: caller)
    try place.source(manifest: Self.manifest, script: script)
    try place.folder.file("app/data", "first\n")
    try place.folder.file("app/gone", "gone\n")
    try place.folder.folder("app/old")
    try place.folder.file("app/old/x", "x\n")
    return place
  }

  @Test(arguments: Caller.reachable)
  func `the next run sees what the last one has changed, and the capsule stays as it is`(caller: Caller) throws {
    let place = try place(
      as: caller,
      script:
        "cat data; ls -A; ls old 2> /dev/null; echo more >> data; rm -f gone; mkdir -p made; touch made/$(ls made | wc -l)\n"
    )
    let app = place.folder("app")
    let first = try place.capsrun("run", app)
    #expect(first.lines == ["first", "bin", "capsule.yml", "data", "gone", "old", "x"], "\(first)")
    let second = try place.capsrun("run", app)
    #expect(second.lines == ["first", "more", "bin", "capsule.yml", "data", "made", "old", "x"], "\(second)")
    #expect(try String(contentsOfFile: app + "/data", encoding: .utf8) == "first\n")
    #expect(try place.folder.entries("app") == ["bin", "capsule.yml", "data", "gone", "old"])
    #expect(try place.folder.entries("store/state/demo/.capsule/upper/made") == ["0", "1"])
    #expect(try owner(of: place.folder("store/state/demo/.capsule/upper/made/0")) == caller.id)
  }

  @Test(arguments: Caller.reachable)
  func `an installed capsule keeps its changes too, until its state is removed`(caller: Caller) throws {
    let place = try place(as: caller, script: "echo x >> count; wc -l < count; rm -f gone; ls\n")
    try place.build()
    #expect(try place.capsrun("install", "--allow-unsigned", "app.tar.gz").exitCode == 0)
    let rest = ["bin", "capsule.yml", "count", "data", "old"]
    for expected in ["1", "2"] { #expect(try place.capsrun("run", "demo").lines == [expected] + rest) }
    #expect(try place.capsrun("fsck").exitCode == 0)
    #expect(try place.capsrun("remove", "demo", "--force", "--state").exitCode == 0)
    #expect(try place.capsrun("install", "--allow-unsigned", "app.tar.gz").exitCode == 0)
    #expect(try place.capsrun("run", "demo").lines == ["1"] + rest)
  }

  @Test(arguments: Caller.reachable)
  func `of two at once the second is refused, and told which one runs`(caller: Caller) throws {
    let place = try place(as: caller, script: "echo up; read line\n")
    var spawn = try Capsrun.spawn(["run", place.folder("app")], as: caller, environment: place.environment)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    let refused = try place.capsrun("run", place.folder("app"))
    #expect(refused.exitCode == 125 && refused.output.isEmpty)
    #expect(refused.errors.contains("demo runs already, as process \(process.pid)"), "\(refused)")
    #expect(try place.capsrun("explain", place.folder("app")).exitCode == 0, "looking is no running")
    process.closeInput()
    _ = try process.wait()
    #expect(try place.capsrun("run", place.folder("app")).output == "up\n")
  }

  @Test(arguments: Caller.reachable)
  func `the answer about a file that may have been changed depends`(caller: Caller) throws {
    let place = try place(as: caller, script: "echo more >> data\n")
    let app = place.folder("app")
    let explained = try place.capsrun("explain", app)
    #expect(explained.output.contains("writable, with all changes in \"\(place.folder("store/state/demo/.capsule"))\""))
    let ask = { (question: String) in try place.capsrun("explain", "--can", question, app).output }
    #expect(
      try ask("write:/capsule/data").contains(": yes: ") && ask("write:/capsule/new").contains("changes are kept"))
    #expect(try place.capsrun("run", app).exitCode == 0)
    #expect(try ask("write:/capsule/data").contains(": depends: earlier runs have changed files there"))
    #expect(try ask("write:/capsule/new").contains(": yes: "))
  }
}
