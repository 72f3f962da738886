import Foundation
import Testing

/// Processes that write more than anybody wants to keep, or than there is room for.
@Suite struct LogFloodTests {
  @Test(arguments: Caller.reachable)
  func `200 MB written at once stay within their files, and nobody grows or waits`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule(
      "app",
      [
        (
          "flood", "logs: {max_size: 1M, keep: 3}",
          "yes $(printf '%099d' 7) | head -c 200000000; echo done > SHARED/done; exec sleep 1000"
        ), ("other", "", "exec sleep 1000"),
      ])
    try place.start()
    let supervisor = try place.status().supervisor
    var (memory, largest, looks) = (0, 0, 0)
    let deadline = ContinuousClock.now + .seconds(120)
    while place.shared("done").isEmpty {
      try #require(ContinuousClock.now < deadline, "the process is stalled")
      let before = ContinuousClock.now
      #expect(try place.status()["other"]?.pid != nil)
      #expect(ContinuousClock.now - before < .seconds(5))
      for process in try place.attendants(of: supervisor) { memory = max(memory, try Self.memory(of: process)) }
      largest = max(largest, place.bytesOfLogs())
      looks += 1
      usleep(20_000)
    }
    #expect(looks > 3, "too short to tell")
    #expect(memory > 0 && memory < 12 << 20, "\(memory) bytes")
    #expect(largest > 1 << 20 && largest <= 3 << 20, "\(largest) bytes")
    let last = try place.capsrun("logs", "app", "flood", "--tail", "1")
    #expect(last.output.contains("0007"), "\(last)")
  }

  /// Bytes that are its alone and no file's.
  private static func memory(of process: pid_t) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
    return try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])) << 10
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `on a full disk processes go on, and what is missing is counted`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    // Number by number, a hundred in a portion, so that each that is missing can be told.
    let script =
      "i=0; while :; do seq $((i + 1)) $((i += 100)); echo $i > SHARED/next; mv SHARED/next SHARED/written; sleep 0.01; done"
    try place.capsule("app", [("main", "logs: {max_size: 64K, keep: 2}", script)])
    // What only its processes see of it: 256 KiB, most of which something else takes.
    let mount = """
      mount -t tmpfs -o size=256k,mode=700,uid=\(caller.id),gid=\(caller.id) none \(place.folder("logs")) && \
      head -c 229376 /dev/zero > \(place.folder("logs"))/other && exec "$@"
      """
    let command = try caller.commandLine([try Program.path(), "start", "./app"])
    var spawn = Spawn(["/usr/bin/unshare", "-m", "/bin/sh", "-c", mount, "sh"] + command)
    spawn.environment.merge(place.environment) { $1 }
    spawn.workingFolder = place.folder.path
    let started = try spawn.run()
    try #require(started.exitCode == 0, "\(started)")

    let supervisor = try place.status().supervisor
    let logs = "/proc/\(supervisor)/root\(place.folder("logs"))"
    func written() -> Int { place.shared("written").first.flatMap { Int($0) } ?? 0 }
    try eventually("the disk is full") {
      try place.status().logTrouble?.contains("ENOSPC") ?? false
    }
    let before = written()
    try eventually("it goes on all the same") { written() > before + 5000 }
    #expect(try place.status()["main"]?.restarts == 0)
    try FileManager.default.removeItem(atPath: logs + "/other")
    var records: [[String: Any]] = []
    try eventually("what is missing is told") {
      records = try Self.records(logs + "/app/main.log")
      return records.contains { $0["dropped"] != nil }
    }
    // The first that was written again, the last one before, and how many are said to be missing between them.
    let gap = try #require(records.lastIndex { $0["dropped"] != nil })
    #expect(records[gap]["reason"] as? String == "disk")
    try eventually("it is told that all is well again") { try place.status().logTrouble == nil }
  }

  private static func records(_ path: String) throws -> [[String: Any]] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
    }
  }
}
