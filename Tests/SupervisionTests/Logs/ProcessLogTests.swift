import Foundation
import Planning
import Testing

@testable import Linux
@testable import Supervision

@Suite struct ProcessLogTests {
  private final class Writing {
    let log: ProcessLog
    let now = Moment()
    let format = RecordFormat(process: "web", stream: .output, restart: 0, buildSHA: "")

    init(_ file: LogFile) { log = ProcessLog(file, RecordBuffer()) }

    func take(_ lines: ClosedRange<Int>, at milliseconds: Int) {
      now.set(LogTime(microseconds: milliseconds * 1000), milliseconds: milliseconds)
      for number in lines {
        Array("line \(number)".utf8).withUnsafeBytes { log.take($0, isPartial: false, of: .output, format, now) }
      }
      log.flush(of: .output, format, now)
    }

    func tell(at milliseconds: Int) {
      now.set(LogTime(microseconds: milliseconds * 1000), milliseconds: milliseconds)
      log.tellMissing(now)
    }
  }

  private func summary(_ place: LogPlaceOfTest) throws -> [String] {
    try place.records().map { $0.text ?? "missing \($0.dropped ?? -1)" }
  }

  @Test func `what comes faster than the rule says is dropped, and counted where it would stand`() throws {
    let place = try LogPlaceOfTest()
    let writing = Writing(try place.logFile("web", LogRule(linesPerSecond: 3)))
    writing.take(1...3, at: 1000)
    #expect(!writing.log.hasMissing)
    writing.take(4...10, at: 1500)
    writing.tell(at: 1900)
    #expect(writing.log.hasMissing)
    writing.take(11...12, at: 2100)
    writing.take(13...20, at: 2200)
    writing.tell(at: 3200)
    #expect(!writing.log.hasMissing)
    #expect(
      try summary(place) == [
        "line 1", "line 2", "line 3", "missing 7", "line 11", "line 12", "line 13", "missing 7",
      ])
  }

  /// A file system with room for a few blocks; unmounted at the end. Nil where this user may not mount.
  private final class TinyDisk {
    let place: LogPlaceOfTest

    init?() throws {
      place = try LogPlaceOfTest(in: "/var/tmp")
      guard geteuid() == 0, mount("none", place.root, "tmpfs", 0, "size=64k,mode=700") == 0 else { return nil }
    }

    deinit { umount2(place.root, Int32(MNT_DETACH)) }
  }

  @Test(.enabled(if: geteuid() == 0, "only root mounts a small disk here"))
  func `on a full disk lines are counted, none is torn, and when there is room again all goes on`() throws {
    guard let disk = try TinyDisk() else { return }
    let place = disk.place
    let file = try place.logFile("web", LogRule(kept: 3))
    let filler = Data(count: 60 << 10)
    let writing = Writing(file)
    writing.take(1...5, at: 1000)
    #expect(FileManager.default.createFile(atPath: place.root + "/filler", contents: filler))
    var last = 5
    var time = 1000
    while file.trouble == nil, last < 5000 {
      writing.take(last + 1...last + 10, at: time)
      last += 10
      time += 1
    }
    #expect(file.trouble?.errno == .noSpace)
    #expect(writing.log.hasMissing)
    // It is not tried with every line.
    writing.take(last + 1...last + 1000, at: time + 50)
    last += 1000
    let before = try summary(place)
    #expect(before == (1...before.count).map { "line \($0)" })
    try FileManager.default.removeItem(atPath: place.root + "/filler")
    writing.take(last + 1...last + 2, at: time + 200)
    #expect(file.trouble == nil)
    #expect(!writing.log.hasMissing)
    let after = try summary(place)
    #expect(
      after == before + ["missing \(last - before.count)", "line \(last + 1)", "line \(last + 2)"])
    #expect(try place.text("web.log").split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
  }
}
