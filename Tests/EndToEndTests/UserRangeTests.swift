import Foundation
import Testing

/// Capsules with many users inside: `security: {user_range: true}`.
@Suite struct UserRangeTests {
  private static let manifest = CapsulePlace.manifest + "security: {user_range: true}\n"
  private static let own = "cat /proc/self/uid_map /proc/self/gid_map; id -u; id -g\n"

  private func maps(_ outcome: Outcome) -> [[String]] {
    outcome.lines.map { $0.split(separator: " ").map(String.init) }
  }

  @Test(.needsRoot) func `root's capsules get ranges of users that nobody else has`() throws {
    let place = try CapsulePlace(as: .root)
    var seen: [UInt32] = []
    for name in ["one", "two"] {
      let manifest = Self.manifest.replacing("demo", with: name)
      try place.source("source-" + name, manifest: manifest, script: Self.own + "stat -c %u:%g /capsule /usr\n")
      let folder = place.folder("source-" + name)
      let explained = try place.capsrun("explain", folder)
      let lines = maps(try place.capsrun("run", folder))
      try #require(lines.count == 6, "\(lines)")
      let first = try #require(UInt32(lines[0][1]))
      #expect(lines[0] == ["0", "\(first)", "65536"] && lines[1] == lines[0])
      #expect(lines[2...] == [["1000"], ["1000"], ["1000:1000"], ["65534:65534"]], "\(lines)")
      #expect(explained.output.contains("with 65536 users and groups from \(first):\(first) on"))
      #expect(maps(try place.capsrun("run", folder)) == lines)
      seen.append(first)
    }
    #expect(seen[0].distance(to: seen[1]).magnitude >= 65536)
    #expect(seen.allSatisfy { $0 >= 2_110_000_000 && $0 < 2_147_483_648 - 65536 })
  }

  /// Runs a capsule as the user 1500 on a machine where `/usr/bin` has further programs, and where ids were given to the user:
  /// in a mount namespace that vanishes with its last process.
  private func run(
    _ place: CapsulePlace, helpers: String?, subordinates: String, _ command: String = "run"
  ) throws -> Outcome {
    for name in ["subuid", "subgid"] { try place.folder.file(name, subordinates) }
    let passwd = try String(contentsOfFile: "/etc/passwd", encoding: .utf8)
    try place.folder.file("passwd", passwd + "\ntester:x:1500:1500::/:/bin/sh\n")
    let files = ["subuid", "subgid", "passwd"].map { "mount --bind \(place.folder($0)) /etc/\($0)" }
    let programs = helpers.map { ["mount -t overlay -o lowerdir=\($0):/usr/bin none /usr/bin"] } ?? []
    let script = (["set -e"] + files + programs + ["exec \"$@\""]).joined(separator: "\n")
    var spawn = try Capsrun.spawn([command, place.folder("app")], as: .user, environment: place.environment)
    spawn.commandLine = ["/usr/bin/unshare", "-m", "sh", "-c", script, "sh"] + spawn.commandLine
    spawn.environment["LD_PRELOAD"] = "/nothing.so"
    spawn.environment["SECRET"] = "caller"
    return try spawn.run()
  }

  private static let hasHelpers = FileManager.default.isExecutableFile(atPath: "/usr/bin/newuidmap")

  @Test(.needsRoot, .enabled(if: hasHelpers, "newuidmap is not installed"))
  func `an ordinary user's capsule gets the users that were given to its starter`() throws {
    let place = try CapsulePlace(as: .user)
    try place.source(manifest: Self.manifest, script: Self.own + "cat /proc/self/setgroups\n")
    let outcome = try run(place, helpers: nil, subordinates: "other:1:65536\ntester:300000:65536\n")
    let map = [["0", "300000", "1000"], ["1000", "1500", "1"], ["1001", "301000", "64535"]]
    #expect(maps(outcome) == map + map + [["1000"], ["1000"], ["deny"]], "\(outcome)")
  }

  @Test(.needsRoot) func `a helper of the system gets numbers alone, and nothing of the caller or the capsule`() throws
  {
    let place = try CapsulePlace(as: .user)
    try place.source(
      manifest: Self.manifest + "env: {LD_PRELOAD: /capsule/evil.so, PATH: '.'}\n", script: Self.own)
    // Helpers that tell what they get, and map nothing.
    let helpers = try TemporaryFolder(of: .root)
    try place.folder.file("told", mode: 0o666)
    for name in ["newuidmap", "newgidmap"] {
      try helpers.file(
        name, "#!/bin/sh\n(echo \"$0 $*\"; tr '\\0' '\\n' </proc/$$/environ) >>\(place.folder("told"))\nexit 1\n",
        mode: 0o4755)
    }
    let outcome = try run(place, helpers: helpers.path, subordinates: "1500:300000:65536\n")
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty && outcome.errors.contains("has not mapped"), "\(outcome)")
    let told = try String(contentsOfFile: place.folder("told"), encoding: .utf8).split(separator: "\n").map(String.init)
    try #require(told.count >= 2, "\(told)")
    #expect(
      told[0].wholeMatch(of: /\/usr\/bin\/newuidmap [0-9]+ 0 300000 1000 1000 1500 1 1001 301000 64535/) != nil,
      "\(told)")
    #expect(Set(told.dropFirst()).isSubset(of: ["PATH=/usr/bin:/bin"]), "\(told)")
  }

  @Test(.needsRoot) func `what is missing for a range is named with its remedy`() throws {
    let place = try CapsulePlace(as: .user)
    try place.source(manifest: Self.manifest, script: Self.own)
    let helpers = try TemporaryFolder(of: .root)
    for name in ["newuidmap", "newgidmap"] { try helpers.file(name, "#!/bin/sh\nexit 1\n", mode: 0o755) }
    for (subordinates, words) in [
      ("", "usermod --add-subuids"), ("tester:300000:100\n", "65535 ids in one line of /etc/subuid"),
      ("other:300000:65536\n", "usermod --add-subuids"), ("tester:300000:65536\n", "chmod u+s /usr/bin/newuidmap"),
    ] {
      let outcome = try run(place, helpers: helpers.path, subordinates: subordinates)
      #expect(outcome.exitCode == 69 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome)")
    }
    let shown = try run(place, helpers: helpers.path, subordinates: "tester:300000:65536\n", "explain")
    #expect(shown.exitCode == 0 && shown.output.contains("65536 users and groups from 300000:300000 on"), "\(shown)")
  }
}
