import Foundation
import Testing

/// `resources` of a manifest that control groups hold, and what is left of the groups.
@Suite struct CapsuleLimitTests {
  /// A capsule whose groups can be told from all others.
  private final class Place {
    let place: CapsulePlace
    let name = "limits-\(UUID().uuidString.lowercased())"

    init(_ resources: String, script: String, as caller: Caller = .root) throws {
      place = try CapsulePlace(as: caller)
      try place.source(
        manifest: "capsule: 1\nname: \(name)\nentrypoint: bin/main\nresources: \(resources)\n", script: script)
    }

    var app: String { place.folder("app") }

    /// The folders of its groups, in all hierarchies.
    func groups() throws -> [String] {
      let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n")
      return mounts.filter { $0.contains(" - cgroup") }.flatMap { line in
        let folder = "\(line.split(separator: " ")[4])/capsrun"
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { $0.hasPrefix(name) }.map { folder + "/" + $0 }
      }
    }
  }

  @Test(.needsRoot) func `the limits of a manifest hold, and can be lowered by whoever starts it`() throws {
    let script = "python3 -c 'print(len(bytearray(100 << 20)) >> 20)'; echo $?\n"
    let place = try Place("{memory_max: 200M, pids_max: 30}", script: script)
    #expect(try place.place.capsrun("run", place.app).lines == ["100", "0"])
    let lower = try place.place.capsrun("run", "--memory", "48M", place.app)
    #expect(lower.lines == ["137"], "\(lower)")
    for (options, words) in [
      (["--memory", "201M"], "--memory 201M is more than the manifest allows, whose memory_max is 200M"),
      (["--pids", "31"], "--pids 31 is more than the manifest allows, whose pids_max is 30"),
    ] {
      let more = try Capsrun.run(["run"] + options + [place.app], as: .root, environment: place.place.environment)
      #expect(more.exitCode == 64 && more.output.isEmpty && more.errors.contains(words), "\(more)")
    }
    let explained = try place.place.capsrun("explain", place.app)
    #expect(explained.output.contains("limit       memory_max 200M\nlimit       swap_max 0\nlimit       pids_max 30\n"))
    let json = try place.place.capsrun("explain", "--json", place.app).outputAsJSON()
    #expect((json["limits"] as? [String: Any])?["memoryMax"] as? Int == 200 << 20)
    #expect(try place.groups().isEmpty)
  }

  @Test(.needsRoot) func `the groups are there while it runs, and gone when it has ended, however that was`() throws {
    let place = try Place("{pids_max: 30}", script: "(sleep 60 & sleep 60 &) ; echo here; read line; exit ${line:-0}\n")
    var spawn = try Capsrun.spawn(["run", place.app], as: .root, environment: place.place.environment)
    spawn.input = .pipe
    let running = try spawn.start()
    try running.waitForOutput("here")
    #expect(try place.groups().count >= 1)
    running.closeInput()
    #expect(try running.wait().exitCode == 0)
    #expect(try place.groups().isEmpty)
    // Ended by a signal, and never begun.
    let second = try spawn.start()
    try second.waitForOutput("here")
    try second.send(SIGTERM)
    #expect(try second.wait().exitCode == 143)
    #expect(try place.groups().isEmpty)
    try FileManager.default.removeItem(atPath: place.app + "/bin/main")
    #expect(try place.place.capsrun("run", place.app).exitCode == 127)
    #expect(try place.groups().isEmpty)
  }

  @Test(.needsRoot) func `what a killed capsrun leaves is removed by the next start with limits`() throws {
    let place = try Place("{pids_max: 30, memory_max: 100M}", script: "echo here; sleep 60\n")
    let running = try Capsrun.spawn(["run", place.app], as: .root, environment: place.place.environment).start()
    try running.waitForOutput("here")
    let groups = try place.groups()
    let other = try Capsrun.spawn(["run", place.app], as: .root, environment: place.place.environment).start()
    try other.waitForOutput("here")
    #expect(try groups.allSatisfy { try place.groups().contains($0) }, "the groups of the living stay")
    try running.send(SIGKILL)
    #expect(try running.wait().exitCode == nil)
    #expect(!groups.isEmpty)
    try eventually("the groups of the dead are gone") {
      #expect(try Capsrun.run(["box", "--pids", "9", "--memory", "64M", "--", "true"], as: .root).exitCode == 0)
      return try place.groups().allSatisfy { !groups.contains($0) }
    }
    #expect(try !place.groups().isEmpty, "those of the living are still there")
    try other.send(SIGTERM)
    #expect(try other.wait().exitCode == 143)
    #expect(try place.groups().isEmpty)
  }

  @Test(.needsRoot) func `a process that joins is held to the same limits`() throws {
    let outcome = try Capsrun.run(
      ["box", "--join", "--pids", "5", "--memory", "64M", "--", "sh", "-c", "cat /proc/self/cgroup; ulimit -c"],
      as: .root)
    #expect(outcome.exitCode == 0 && outcome.lines.contains("0::/0-main"), "\(outcome)")
    let hog = try Capsrun.run(
      ["box", "--join", "--memory", "64M", "--", "python3", "-c", "print(len(bytearray(150 << 20)))"], as: .root)
    #expect(hog.exitCode == 137 && hog.output.isEmpty, "\(hog)")
  }

  @Test(arguments: Caller.reachable)
  func `a program is killed for lack of memory as soon as its manifest says`(caller: Caller) throws {
    let place = try Place("{oom_score_adj: 500}", script: "cat /proc/self/oom_score_adj\n", as: caller)
    #expect(try place.place.capsrun("run", place.app).lines == ["500"])
    let joined = try Capsrun.run(["box", "--", "cat", "/proc/self/oom_score_adj"], as: caller)
    #expect(joined.lines != ["500"])
    let later = try Place("{oom_score_adj: -999}", script: "echo ran\n", as: .user)
    let refused = try later.place.capsrun("run", later.app)
    #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("cannot set oom_score_adj to -999"), "\(refused)")
  }
}
