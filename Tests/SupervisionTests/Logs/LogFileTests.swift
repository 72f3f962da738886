import Foundation
import Planning
import Testing

@testable import Linux
@testable import Supervision

@Suite struct LogFileTests {
  @Test func `rotation loses no line and doubles none, whatever is written at once`() throws {
    for largest in [1, 200, 1000, 5000] {
      let place = try LogPlaceOfTest()
      let file = try place.logFile("web", LogRule(largest: UInt64(largest), kept: 500))
      let lines = (0..<(largest <= 200 ? 60 : 400)).map { "line \($0) " + String(repeating: "x", count: $0 % 70) }
      var rest = lines[...]
      var size = 1
      while !rest.isEmpty {
        let part = Array(rest.prefix(size))
        #expect(file.write(lines: part) == 0)
        rest = rest.dropFirst(part.count)
        size = size % 37 + 1
      }
      #expect(try place.lines() == lines, "files of at most \(largest) bytes")
      let files = try place.files()
      #expect(files.count > 1)
      for name in files {
        let text = try place.text(name)
        #expect(text.utf8.count <= largest || text.utf8.count { $0 == 0x0A } == 1)
        #expect(text.hasSuffix("}\n"))
      }
    }
  }

  @Test func `what another folder has is added behind what is there, and removed there`() throws {
    for largest in [300, 5000, 10 << 20] {
      let rule = LogRule(largest: UInt64(largest), kept: 900)
      let here = try LogPlaceOfTest()
      let there = try LogPlaceOfTest()
      let file = try here.logFile("web", rule)
      let other = try there.logFile("web", rule)
      // More than is read at once.
      let lines = (0..<500).map { "line \($0) " + String(repeating: "x", count: largest > 300 ? 1000 : 0) }
      #expect(file.write(lines: Array(lines[..<100])) == 0)
      for line in lines[100...] { #expect(other.write(lines: [line], at: 2_000_000) == 0) }
      try file.takeIn(other, at: LogTime(microseconds: 4_000_000))
      #expect(try there.files() == [])
      #expect(file.write(lines: ["after"], at: 5_000_000) == 0)
      #expect(try here.lines() == lines + ["after"], "files of at most \(largest) bytes")
      // None is no failure.
      try file.takeIn(other, at: LogTime(microseconds: 6_000_000))
    }
  }

  @Test func `no more files are kept than the rule says, and none is larger`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web", LogRule(largest: 2000, kept: 3))
    let lines = (0..<200).map { "line \($0)" }
    for line in lines { #expect(file.write(lines: [line]) == 0) }
    #expect(try place.files() == ["web.log", "web.log.1", "web.log.2"])
    for name in try place.files() { #expect(try place.text(name).utf8.count <= 2000) }
    // What is left are the last ones, without a gap.
    let left = try place.lines()
    #expect(left == Array(lines.suffix(left.count)))
    #expect(left.count > 20)
  }

  @Test func `a rule of one file keeps one, and one of fewer removes the rest`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web", LogRule(largest: 300, kept: 4))
    for number in 0..<20 { #expect(file.write(lines: ["line \(number)"]) == 0) }
    #expect(try place.files().count == 4)
    let other = try place.logFile("web", LogRule(largest: 300, kept: 1))
    for number in 20..<40 { #expect(other.write(lines: ["line \(number)"]) == 0) }
    #expect(try place.files() == ["web.log"])
    #expect(try place.lines().last == "line 39")
  }

  @Test func `a gap that a crash left amid a rotation is filled, and nothing is lost`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile("web", LogRule(largest: 1, kept: 5))
    for number in 0..<5 { #expect(file.write(lines: ["line \(number)"]) == 0) }
    // As if it had been killed after the first rename of the next.
    for age in [3, 2] {
      #expect(rename("\(place.folder.path)/web.log.\(age)", "\(place.folder.path)/web.log.\(age + 1)") == 0)
    }
    let before = try place.lines()
    let next = try place.logFile("web", LogRule(largest: 1, kept: 5))
    #expect(next.write(lines: ["line 5"]) == 0)
    #expect(try place.lines() == before + ["line 5"])
  }

  @Test func `files are for their owner alone, and so is their folder`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile()
    #expect(file.write(lines: ["secret"]) == 0)
    let mode = { (path: String) throws -> Int in
      try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
    #expect(try mode(place.folder.path) == 0o700)
    #expect(try mode(place.folder.path + "/web.log") == 0o600)
    #expect(try mode(place.root) == 0o700)
  }

  @Test func `no link is followed to the folder or to a file`() throws {
    let place = try LogPlaceOfTest()
    let elsewhere = try LogPlaceOfTest()
    try FileManager.default.createSymbolicLink(atPath: place.folder.path, withDestinationPath: elsewhere.root)
    #expect(throws: SysError.self) { _ = try place.folder.prepare() }
    try FileManager.default.removeItem(atPath: place.folder.path)
    let file = try place.logFile()
    try FileManager.default.createSymbolicLink(
      atPath: place.folder.path + "/web.log", withDestinationPath: elsewhere.root + "/aim")
    #expect(file.write(lines: ["a"]) == 1)
    #expect(file.trouble?.errno == .tooManyLinks)
    #expect(!FileManager.default.fileExists(atPath: elsewhere.root + "/aim"))
    // The control: without the link it is written.
    try FileManager.default.removeItem(atPath: place.folder.path + "/web.log")
    #expect(file.write(lines: ["b"]) == 0)
    #expect(try place.lines() == ["b"])
  }

  @Test func `a record that was cut off stays alone, and what follows is whole`() throws {
    let place = try LogPlaceOfTest()
    #expect(try place.logFile().write(lines: ["first"]) == 0)
    let handle = try #require(FileHandle(forWritingAtPath: place.folder.path + "/web.log"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(#"{"ts":"2026-11-2"#.utf8))
    try handle.close()
    #expect(try place.logFile().write(lines: ["second"]) == 0)
    #expect(try place.lines() == ["first", "second"])
  }

  @Test func `a file that somebody has removed is made again`() throws {
    let place = try LogPlaceOfTest()
    let file = try place.logFile()
    #expect(file.write(lines: ["first"]) == 0)
    try FileManager.default.removeItem(atPath: place.folder.path + "/web.log")
    usleep(1_100_000)
    #expect(file.write(lines: ["second"]) == 0)
    #expect(try place.lines() == ["second"])
  }

  @Test func `what is too old is removed, and what becomes old is set aside`() throws {
    let place = try LogPlaceOfTest()
    let hour = 3_600_000_000
    let now = Clock.microsecondsSince1970
    let file = try place.logFile("web", LogRule(kept: 4, oldest: 4 * 3_600_000))
    #expect(file.write(lines: ["old"], at: now) == 0)
    try file.age(at: LogTime(microseconds: now + hour / 2))
    #expect(try place.files() == ["web.log"])
    try file.age(at: LogTime(microseconds: now + hour))
    #expect(try place.files() == ["web.log.1"])
    #expect(file.write(lines: ["new"], at: now + hour) == 0)
    try file.age(at: LogTime(microseconds: now + 5 * hour))
    #expect(try !place.files().contains("web.log.2"))
    #expect(try !place.lines().contains("old"))
  }

  @Test func `a file of an earlier keeper is as old as its first record`() throws {
    let place = try LogPlaceOfTest()
    let now = Clock.microsecondsSince1970
    #expect(try place.logFile().write(lines: ["old"], at: now - 7_200_000_000) == 0)
    let file = try place.logFile("web", LogRule(kept: 2, oldest: 3 * 3_600_000))
    #expect(file.write(lines: ["new"], at: now) == 0)
    try file.age(at: LogTime(microseconds: now))
    #expect(try place.files() == ["web.log.1"])
  }
}
