import Foundation
import Testing

/// `examples/python-service`, all of it at once, as its README.md says.
@Suite struct SupervisedExampleTests {
  @Test(
    .needsRoot, .enabled(if: PythonExampleTests.hasItsPython || Requirements.mustWork, "the example is for Python 3.11")
  )
  func `both instances of the Python service run with their limits`() throws {
    let place = try SupervisedPlace(as: .root)
    let source = try place.folder.copy(ofPackageFolder: "examples/python-service", as: "python-service")
    let made = try Spawn(["/usr/bin/python3", source + "/make-venv", "/usr/bin/python3.11"]).run()
    try #require(made.exitCode == 0, "\(made)")
    try place.place.key("author")
    let built = try place.capsrun(
      "build", "--require-pinned", "--output", "service.tar.gz", "--sign", "author.key", source)
    try #require(built.exitCode == 0, "\(built)")
    try FileManager.default.removeItem(atPath: source)
    place.stopAtEnd("python-service")
    // A file is verified and installed first.
    let started = try place.capsrun(
      "start", "--wait", "--env", "MAX_GREETINGS=1000000", "--env", "PAUSE=0.1", "service.tar.gz")
    try #require(started.exitCode == 0, "\(started)")
    #expect(started.output.hasPrefix("Started python-service"))

    let status = try place.status("python-service")
    #expect(status.processes.map(\.name) == ["service-api", "service-worker"])
    #expect(status.processes.allSatisfy { $0.state == "running" && $0.restarts == 0 })
    for process in status.processes {
      let pid = try #require(process.pid)
      #expect(try Self.limit(of: pid, "memory", ["memory.max", "memory.limit_in_bytes"]) == "268435456")
      let cpu = try Self.limit(of: pid, "cpu", ["cpu.max", "cpu.cfs_quota_us"])
      #expect(cpu == "80000" || cpu == "80000 100000", "\(cpu ?? "none")")
    }
    let inside = try place.capsrun(
      "exec", "python-service/service-worker", "--", "sh", "-c", "echo $GREETING; ls /capsule/service")
    #expect(inside.output == "Good day\nmain.py\n", "\(inside)")
    try eventually("both have something to say") {
      let logs = try place.capsrun("logs", "python-service").output
      return logs.contains(/service-api +\| Good day, visitor 1\n/)
        && logs.contains(/service-worker +\| Good day, visitor 1\n/)
    }
    let id = try #require(place.place.installed().first)
    let record = try place.capsrun("logs", "python-service", "--json", "--tail", "1").outputAsJSON()
    #expect(record["build_sha"] as? String == id && id.utf8.count == 64)
    #expect(try place.capsrun("status", "python-service").exitCode == 0)
    #expect(try place.capsrun("status", id).exitCode == 0)
    #expect(try place.capsrun("stop", "python-service").exitCode == 0)
    #expect(try place.capsrun("status", "python-service").exitCode == 3)
    #expect(try place.leftovers() == [])
    for process in status.processes { #expect(try HostProcesses.entry(#require(process.pid)) == nil) }
  }

  /// What the nearest of its control groups says that has a limit, in either version.
  private static func limit(of process: pid_t, _ controller: String, _ files: [String]) throws -> String? {
    let groups = try String(contentsOfFile: "/proc/\(process)/cgroup", encoding: .utf8).split(separator: "\n")
    let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n")
    for line in groups {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      let isUnified = fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains(controller[...]),
        let mount = mounts.first(where: {
          isUnified
            ? $0.contains(" - cgroup2 ")
            : $0.contains(" - cgroup ")
              && $0.split(separator: " ").last!.split(separator: ",").contains(controller[...])
        })
      else { continue }
      var group = String(fields[2])
      while group.count > 1 {
        for file in files {
          let path = "\(mount.split(separator: " ")[4])\(group)/\(file)"
          guard let data = FileManager.default.contents(atPath: path) else { continue }
          let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
          if !text.hasPrefix("max"), !text.hasPrefix("-1"), text.count < 18 { return text }
        }
        group = String(group[..<(group.lastIndex(of: "/") ?? group.startIndex)])
      }
    }
    return nil
  }
}
