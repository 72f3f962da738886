import Foundation
import Planning
import Testing

@testable import Linux
@testable import Supervision

@Suite struct LogReaderTests {
  @Test func `records of several processes come in the order of their times`() throws {
    let place = try LogPlaceOfTest()
    let web = try place.logFile("web", LogRule(largest: 500, kept: 100))
    let db = try place.logFile("db", LogRule(largest: 700, kept: 100))
    for number in 0..<50 {
      #expect(web.write(lines: ["web \(number)"], at: 1000 + 20 * number) == 0)
      #expect(db.write(lines: ["db \(number)"], at: 1010 + 20 * number) == 0)
    }
    #expect(try place.lines() == (0..<50).flatMap { ["web \($0)", "db \($0)"] })
    #expect(try place.lines(LogQuery(processes: ["db"])) == (0..<50).map { "db \($0)" })
  }

  @Test func `only the last lines, over all processes and across files`() throws {
    let place = try LogPlaceOfTest()
    let web = try place.logFile("web", LogRule(largest: 400, kept: 100))
    let db = try place.logFile("db")
    for number in 0..<30 {
      #expect(web.write(lines: ["web \(number)"], at: 1000 + 20 * number) == 0)
      #expect(db.write(lines: ["db \(number)"], at: 1010 + 20 * number) == 0)
    }
    let all = try place.lines()
    for count in [0, 1, 2, 7, 59, 60, 61, 1000] {
      #expect(try place.lines(LogQuery(tail: count)) == Array(all.suffix(count)), "\(count)")
    }
    for count in 0...31 {
      #expect(try place.lines(LogQuery(processes: ["web"], tail: count)) == (0..<30).suffix(count).map { "web \($0)" })
    }
    #expect(
      try LogReader.last(lines: 3, of: ["web"], in: place.folder).compactMap(\.text) == ["web 27", "web 28", "web 29"])
    #expect(try LogReader.last(lines: 3, of: ["web"], in: LogFolder(root: place.root, capsule: "none")).isEmpty)
  }

  @Test func `only what was written since a moment, and only lines with a text`() throws {
    let place = try LogPlaceOfTest()
    let web = try place.logFile("web", LogRule(largest: 500, kept: 100))
    for number in 0..<40 { #expect(web.write(lines: ["line \(number) é"], at: 1000 + 10 * number) == 0) }
    #expect(try place.lines(LogQuery(since: LogTime(microseconds: 1300))) == (30..<40).map { "line \($0) é" })
    #expect(try place.lines(LogQuery(since: LogTime(microseconds: 9999))).isEmpty)
    #expect(try place.lines(LogQuery(text: "e 3")) == ["line 3 é"] + (30..<40).map { "line \($0) é" })
    #expect(try place.lines(LogQuery(text: "e 3", tail: 2)) == ["line 38 é", "line 39 é"])
    // By bytes: a letter and an accent of its own are no other letter.
    #expect(try place.lines(LogQuery(text: "e\u{301}")).isEmpty)
  }

  /// Takes all there is now.
  private func take(_ reader: LogReader, _ lines: inout [String]) throws {
    try reader.lookAgain()
    while let record = try reader.next() { if let text = record.text { lines.append(text) } }
  }

  @Test func `who follows misses no line across rotations, however many come between two looks`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web", LogRule(largest: 1000, kept: 50))
    #expect(file.write(lines: ["begin"]) == 0)
    let reader = try place.reader()
    var seen: [String] = []
    try take(reader, &seen)
    var expected = ["begin"]
    for round in 0..<40 {
      let lines = (0..<(round * 7 % 90)).map { "round \(round) line \($0)" }
      #expect(file.write(lines: lines) == 0)
      expected += lines
      try take(reader, &seen)
    }
    #expect(seen == expected)
    #expect(reader.gaps == 0)
  }

  @Test func `who follows while another thread writes misses no line`() throws {
    let place = try LogPlaceOfTest()
    // SAFETY: used by one thread alone.
    struct Handed: @unchecked Sendable { let file: LogFile }
    let handed = Handed(file: try place.logFile("web", LogRule(largest: 20_000, kept: 400)))
    let count = 10_000
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for start in stride(from: 0, to: count, by: 20) {
        let failed = handed.file.write(lines: (start..<start + 20).map { "line \($0)" })
        if failed > 0 { print("\(failed) lines were not written") }
      }
      done.signal()
    }
    while (try? place.files())?.isEmpty ?? true { usleep(1000) }
    let reader = try place.reader()
    var seen: [String] = []
    let end = Date() + 60
    while seen.count < count, Date() < end { try take(reader, &seen) }
    done.wait()
    #expect(seen == (0..<count).map { "line \($0)" })
  }

  @Test func `who is slower than files are removed is told, and goes on with the oldest`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web", LogRule(largest: 1000, kept: 3))
    #expect(file.write(lines: ["begin"]) == 0)
    let reader = try place.reader()
    var seen: [String] = []
    try take(reader, &seen)
    for number in 0..<100 { #expect(file.write(lines: ["line \(number)"]) == 0) }
    try take(reader, &seen)
    #expect(reader.gaps == 1)
    #expect(seen.first == "begin" && seen.last == "line 99")
    // What stood behind it in the file that was open, and then what is still there: the end.
    let numbers = seen.dropFirst().compactMap { Int($0.dropFirst("line ".count)) }
    let gap = try #require(numbers.indices.dropLast().first { numbers[$0 + 1] != numbers[$0] + 1 })
    #expect(numbers[...gap].elementsEqual(0...gap))
    #expect(numbers[(gap + 1)...].elementsEqual((100 - numbers.count + gap + 1)..<100))
  }

  @Test func `a process that writes for the first time is followed as well`() throws {
    let place = try LogPlaceOfTest()
    #expect(try place.logFile("web").write(lines: ["a"]) == 0)
    let reader = try place.reader(LogQuery(tail: 10))
    var seen: [String] = []
    try take(reader, &seen)
    #expect(try place.logFile("db").write(lines: ["b"]) == 0)
    try take(reader, &seen)
    #expect(seen == ["a", "b"])
  }

  @Test func `a change in the folder ends the wait for it`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web")
    #expect(file.write(lines: ["a"]) == 0)
    let reader = try place.reader()
    let watch = try reader.watch()
    let begin = Clock.milliseconds
    #expect(file.write(lines: ["b"]) == 0)
    try watch.wait(milliseconds: 10_000)
    #expect(Clock.milliseconds - begin < 5000)
    let again = Clock.milliseconds
    try watch.wait(milliseconds: 50)
    #expect(Clock.milliseconds - again >= 50)
  }

  @Test func `the folder of others is not read`() throws {
    let place = try LogPlaceOfTest()
    try #require(try place.logFile("web").write(lines: ["a"]) == 0)
    #expect(try LogReader.open(LogFolder(root: place.root, capsule: "none"), LogQuery()) == nil)
    guard geteuid() == 0 else { return }
    try #require(chown(place.folder.path, 1500, 1500) == 0)
    #expect(throws: SysError.self) { _ = try place.reader() }
    try #require(chown(place.folder.path, 0, 0) == 0)
    #expect(try place.lines() == ["a"])
  }

  @Test(
    arguments: [
      (true, [:], "/var/log/capsrun"), (true, ["CAPSRUN_LOGS": "/srv//logs/"], "/srv/logs"),
      (false, ["HOME": "/home/a"], "/home/a/.local/state/capsrun/logs"),
      (false, ["HOME": "/home/a", "XDG_STATE_HOME": "/state"], "/state/capsrun/logs"),
      (false, ["HOME": "/home/a", "XDG_STATE_HOME": "state"], "/home/a/.local/state/capsrun/logs"),
      (false, [:], nil), (false, ["CAPSRUN_LOGS": "logs"], nil),
    ] as [(Bool, [String: String], String?)])
  func `logs lie where the caller says, or where such things lie`(
    _ isRoot: Bool, _ environment: [String: String], _ expected: String?
  ) {
    let found: String?
    do { found = try LogPlace.root(isRoot: isRoot) { environment[$0] } } catch { found = nil }
    #expect(found == expected)
  }
}
