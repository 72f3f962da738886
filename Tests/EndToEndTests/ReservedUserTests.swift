import Foundation
import Testing

/// Which user of the host the workload of root is.
@Suite struct ReservedUserTests {
  private static let own = "cat /proc/self/uid_map /proc/self/gid_map\n"

  /// The users that a run had, by its maps.
  private func users(_ outcome: Outcome) throws -> [UInt32] {
    try outcome.lines.map { line in
      let words = line.split(separator: " ")
      try #require(words.count == 3 && words[2] == "1", "\(outcome)")
      return try #require(UInt32(words[1]))
    }
  }

  private func install(_ place: CapsulePlace, _ name: String) throws {
    try place.source(
      "source-" + name, manifest: CapsulePlace.manifest.replacing("demo", with: name), script: Self.own)
    try place.build("source-" + name, to: name + ".tar.gz")
    let outcome = try place.capsrun("install", "--allow-unsigned", name + ".tar.gz")
    try #require(outcome.exitCode == 0, "\(outcome)")
  }

  @Test(.needsRoot) func `each installed capsule has a user of its own, the same at each start`() throws {
    let place = try CapsulePlace(as: .root)
    for name in ["one", "two", "three"] { try install(place, name) }
    var seen: [UInt32] = []
    for name in ["one", "two", "three"] {
      let explained = try place.capsrun("explain", name)
      let first = try users(try place.capsrun("run", name))
      #expect(first.count == 2 && Set(first).count == 1 && (1_910_000_000..<2_110_000_000).contains(first[0]))
      #expect(try users(try place.capsrun("run", name)) == first)
      #expect(explained.output.contains("the reserved user \(first[0]):\(first[0]) outside"), "\(explained)")
      seen.append(first[0])
    }
    #expect(Set(seen).count == 3)
    let record = try String(contentsOfFile: place.folder("store/users"), encoding: .utf8)
    #expect(record.split(separator: "\n").map(String.init) == zip(seen, ["one", "two", "three"]).map { "\($0) \($1)" })
  }

  @Test(.needsRoot) func `starts at once write down one user`() throws {
    let place = try CapsulePlace(as: .root)
    try install(place, "one")
    let processes = try (1...8).map { _ in
      try Capsrun.spawn(["run", "one"], as: .root, environment: place.environment).start()
    }
    let all = try processes.flatMap { try users(try $0.wait()) }
    #expect(all.count == 16 && Set(all).count == 1)
    #expect(try String(contentsOfFile: place.folder("store/users"), encoding: .utf8).split(separator: "\n").count == 1)
  }

  @Test(.needsRoot) func `a user that was given away since is given up for another one`() throws {
    let place = try CapsulePlace(as: .root)
    try install(place, "one")
    let first = try users(try place.capsrun("run", "one"))[0]
    // In a mount namespace that vanishes with its last process.
    let script = "mount --bind \(place.folder("subuid")) /etc/subuid && exec \"$@\""
    try place.folder.file("subuid", "somebody:\(first - 10):65536\n")
    guard FileManager.default.fileExists(atPath: "/etc/subuid") else { return }
    var spawn = try Capsrun.spawn(["run", "one"], as: .root, environment: place.environment)
    spawn.commandLine = ["/usr/bin/unshare", "-m", "sh", "-c", script, "sh"] + spawn.commandLine
    let second = try users(try spawn.run())[0]
    #expect(second >= first - 10 + 65536)
    #expect(try users(try place.capsrun("run", "one"))[0] == second, "it stays with the new one")
  }

  @Test(.needsRoot) func `a box has the user of its process, which no capsule has`() throws {
    let place = try CapsulePlace(as: .root)
    try place.source(script: Self.own)
    let box = try Capsrun.spawn(["box", "--", "cat", "/proc/self/uid_map"], as: .root).start()
    #expect(try users(try box.wait()) == [1_900_000_000 + UInt32(box.pid)])
    let unpacked = try place.capsrun("run", place.folder("app"))
    #expect(try users(unpacked).allSatisfy { $0 < 1_910_000_000 })
  }
}
