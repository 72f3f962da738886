import Foundation
import Testing

/// A capsule of many processes.
@Suite struct ManyProcessesTests {
  @Test(arguments: Caller.reachable)
  func `500 processes start, are all shown, and stop completely`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let seconds = "\(100_000 + Int.random(in: 0..<800_000))"
    try place.capsule("app", (1...500).map { ("p\($0)", "", "exec sleep \(seconds)") })
    try place.start("app", "--wait")
    let status = try place.status()
    #expect(status.processes.count == 500)
    #expect(status.processes.allSatisfy { $0.state == "running" && $0.restarts == 0 })
    #expect(Set(status.processes.compactMap(\.pid)).count == 500)
    #expect(try HostProcesses.withWord(seconds).count == 500)
    let table = try place.capsrun("ps", "app")
    #expect(table.exitCode == 0 && table.lines.count == 502 && table.lines[501].hasPrefix("500 in all"), "\(table)")
    let before = ContinuousClock.now
    let stopped = try place.capsrun("stop", "app")
    #expect(stopped.exitCode == 0, "\(stopped)")
    #expect(ContinuousClock.now - before < .seconds(20))
    #expect(try HostProcesses.withWord(seconds).isEmpty)
    #expect(try place.leftovers() == [])
  }

  @Test func `a supervisor of idle processes is detached, small, and does nothing`() throws {
    let place = try SupervisedPlace(as: .user)
    try place.capsule("app", (1...10).map { ("p\($0)", "", "exec sleep 1000") })
    try place.start("app", "--wait")
    let supervisor = try place.status().supervisor
    #expect(getsid(supervisor) == supervisor)
    let all = try place.attendants(of: supervisor)
    let before = try all.map(Self.ticks).reduce(0, +)
    sleep(4)
    // Of 400 at 0.5 %: 2.
    #expect(try all.map(Self.ticks).reduce(0, +) - before <= 2)
    let status = try String(contentsOfFile: "/proc/\(supervisor)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    let kilobytes = try #require(line.firstMatch(of: /[0-9]+/).flatMap { Int($0.0) })
    #expect(kilobytes < 20_000)
  }

  /// What it has used of the processor, in hundredths of a second.
  private static func ticks(of process: pid_t) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = try #require(text.split(separator: ")").last).split(separator: " ")
    return try #require(Int(fields[11])) + (try #require(Int(fields[12])))
  }

  @Test(arguments: Caller.reachable)
  func `what is killed from outside is shown within 200 ms, and the others go on`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    try place.capsule("app", (1...4).map { ("p\($0)", "restart_policy: never", "exec sleep 1000") })
    try place.start("app", "--wait")
    let before = try place.status()
    kill(try #require(before["p2"]?.pid), SIGKILL)
    usleep(150_000)
    let after = try place.status()
    #expect(after["p2"]?.state == "failed" && after["p2"]?.signal == 9, "\(String(describing: after["p2"]?.values))")
    for name in ["p1", "p3", "p4"] { #expect(after[name]?.pid == before[name]?.pid) }
  }
}
