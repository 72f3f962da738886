import Foundation
import Testing

@testable import Supervision

@Suite struct LogFormatTests {
  private func split(_ text: [UInt8], isEnd: Bool) -> (lines: [(count: Int, isPartial: Bool)], rest: Int) {
    var lines: [(Int, Bool)] = []
    let done = text.withUnsafeBytes { bytes in
      LineSplitter.split(bytes, isEnd: isEnd) { lines.append(($0.count, $1)) }
    }
    return (lines, text.count - done)
  }

  @Test func `a line longer than the limit becomes several, and one of just that length does not`() {
    let limit = LineSplitter.longestLine
    func line(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x61, count: count) + [0x0A] }
    #expect(split(line(limit), isEnd: false).lines.map(\.isPartial) == [false])
    #expect(split(line(limit + 1), isEnd: false).lines.map(\.count) == [limit, 1])
    #expect(split(line(limit + 1), isEnd: false).lines.map(\.isPartial) == [true, false])
    #expect(split(line(2 * limit), isEnd: false).lines.map(\.isPartial) == [true, false])
    // As long as its end is not known, so much of it waits as may still be one line.
    #expect(split([UInt8](repeating: 0x61, count: limit), isEnd: false).rest == limit)
    #expect(split([UInt8](repeating: 0x61, count: limit + 1), isEnd: false).rest == 1)
  }

  @Test func `a long line is not cut amid a character`() {
    let letters = Array(String(repeating: "€", count: 5000).utf8)
    let parts = split(letters + [0x0A], isEnd: false)
    #expect(parts.lines.map(\.count) == [8190, 6810])
    // What is no text is cut anywhere.
    #expect(split([UInt8](repeating: 0xBF, count: 9000), isEnd: true).lines.map(\.count) == [8192, 808])
  }

  @Test func `the last line needs no newline at the end, and only there`() {
    #expect(split(Array("a\n\nbc".utf8), isEnd: true).lines.map(\.count) == [1, 0, 2])
    #expect(split(Array("a\n\nbc".utf8), isEnd: false).lines.map(\.count) == [1, 0])
    #expect(split(Array("a\n\nbc".utf8), isEnd: false).rest == 2)
    #expect(split([], isEnd: true).lines.isEmpty)
  }

  private func escaped(_ bytes: [UInt8]) -> String {
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: 6 * bytes.count + 1, alignment: 1)
    defer { target.deallocate() }
    let count = bytes.withUnsafeBytes { JSONEscape.write($0, to: target) }
    return String(decoding: target[..<count], as: UTF8.self)
  }

  @Test(arguments: [
    ("plain text of more than eight", "plain text of more than eight"), ("a \"b\" \\ c", #"a \"b\" \\ c"#),
    ("tab\tbell\u{7}delete\u{7F}", #"tab\tbell\u0007delete\u007f"#), ("grün € 𝄞", "grün € 𝄞"),
    ("\u{1B}[31mred", #"\u001b[31mred"#), ("C1 \u{9B}31m", #"C1 \u009b31m"#),
    ("turned \u{202E}around\u{2066}", #"turned \u202earound\u2066"#), ("arabic \u{61C}mark", #"arabic \u061cmark"#),
    ("near \u{A0}\u{2010}\u{2065}\u{206A}", "near \u{A0}\u{2010}\u{2065}\u{206A}"),
  ])
  func `text stays as it is, but for what JSON forbids and what steers a terminal`(_ text: String, _ expected: String) {
    #expect(escaped(Array(text.utf8)) == expected)
  }

  @Test(
    arguments: [
      ([0xFF], "\u{FFFD}"), ([0x61, 0xC3], "a\u{FFFD}"), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF5, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
      ([0xE2, 0x82, 0x41], "\u{FFFD}\u{FFFD}A"), ([0xF0, 0x9D, 0x84, 0x9E], "\u{1D11E}"),
    ] as [([UInt8], String)])
  func `what is no UTF-8 is replaced`(_ bytes: [UInt8], _ expected: String) {
    #expect(escaped(bytes) == expected)
  }

  @Test func `any bytes become JSON that others read`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        Bool.random(using: &generator) ? UInt8.random(in: 0...255) : UInt8.random(in: 0x20...0x7E)
      }
      let text = escaped(bytes)
      let read = try JSONSerialization.jsonObject(with: Data("[\"\(text)\"]".utf8)) as? [String]
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
      if let valid = String(validating: bytes, as: UTF8.self) { #expect(read == [valid]) }
    }
  }

  @Test func `a record has its fields, and reads back`() throws {
    let buffer = RecordBuffer()
    let now = Moment()
    now.set(LogTime(microseconds: 1_795_255_200_123_456), milliseconds: 0)
    let format = RecordFormat(process: "web", stream: .errors, restart: 2, buildSHA: "ab12")
    Array("say \"hi\"\t".utf8).withUnsafeBytes { format.append($0, isPartial: true, at: now.text, to: buffer) }
    format.append(dropped: 7, .rate, at: now.text, to: buffer)
    let text = String(decoding: buffer.bytes, as: UTF8.self)
    let start = #"{"ts":"2026-11-21T10:00:00.123456Z","proc":"web","stream":"stderr","restart":2,"build_sha":"ab12""#
    #expect(
      text == start + #","line":"say \"hi\"\t","partial":true}"# + "\n" + start + #","dropped":7,"reason":"rate"}"#
        + "\n")
    let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Array($0)[...] }
    let records = lines.compactMap { LogRecord($0) }
    #expect(records.map(\.content) == [.line("say \"hi\"\t", isPartial: true), .dropped(7, .rate)])
    #expect(records.allSatisfy { $0.process == "web" && $0.stream == .errors && $0.restart == 2 })
    #expect(records.allSatisfy { $0.buildSHA == "ab12" && $0.time.microseconds == 1_795_255_200_123_456 })
    for line in lines { #expect(LogRecord(line.dropLast(3)) == nil) }
  }

  @Test(arguments: [
    0, 951_782_400_000_000, 951_868_799_999_999, 1_709_164_800_000_000, 1_795_255_200_000_001, 4_107_542_400_000_000,
  ])
  func `times are written as others write them, and read back`(_ microseconds: Int) throws {
    let time = LogTime(microseconds: microseconds)
    let formatter = ISO8601DateFormatter()
    let seconds = formatter.string(from: Date(timeIntervalSince1970: Double(microseconds / 1_000_000)))
    #expect(time.description.prefix(19) == seconds.prefix(19))
    #expect(LogTime(time.description) == time)
  }

  @Test func `a time may be written in part, and nonsense is none`() {
    let day = LogTime(microseconds: 1_795_219_200_000_000)
    let ten = LogTime(microseconds: 1_795_255_200_000_000)
    #expect(LogTime("2026-11-21") == day)
    #expect(LogTime("2026-11-21T10:00") == ten)
    #expect(LogTime("2026-11-21 10:00:00") == ten)
    #expect(LogTime("2026-11-21T10:00:00Z") == ten)
    #expect(LogTime("2026-11-21T10:00:00.5Z")?.microseconds == ten.microseconds + 500_000)
    for wrong in ["", "5m", "2026-11-2", "2026-02-30", "2026-13-01", "2026-11-21T", "2026-11-21T25:00", "2026-11-21Z"] {
      #expect(LogTime(wrong) == nil, "\(wrong)")
    }
  }

  @Test(arguments: [
    ("web", "web"), ("a.b-c_9", "a.b-c_9"), ("../etc", "%2E.%2Fetc"), (".hidden", "%2Ehidden"), ("a b%", "a%20b%25"),
  ])
  func `a name leads nowhere else as a part of a path, and reads back`(_ name: String, _ file: String) {
    #expect(LogFolder.fileName(of: name) == file)
    #expect(LogFolder.name(ofFile: file) == name)
    #expect(LogFileName(LogFileName.file(of: name, age: 3))?.process == name)
    #expect(LogFileName(LogFileName.file(of: name, age: 3))?.age == 3)
    #expect(LogFileName(LogFileName.file(of: name))?.age == 0)
    #expect(LogFileName.age(of: file + ".log.12", LogFileName.file(of: name)) == 12)
    #expect(LogFileName.age(of: file + ".log", LogFileName.file(of: name)) == 0)
  }

  @Test func `other files are no logs`() {
    for name in ["web", ".log", "web.log.", "web.log.0", "web.log.01", "web.log.x", "web.txt", "web.log.-1"] {
      #expect(LogFileName(name) == nil, "\(name)")
      #expect(LogFileName.age(of: name, "web.log") == nil, "\(name)")
    }
  }
}
