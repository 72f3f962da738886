import Foundation
import Planning
import Testing

@testable import Linux
@testable import Supervision

/// A folder of a test, and what tests do with the logs in it.
final class LogPlaceOfTest {
  let root: String

  init(in parent: String = "/tmp") throws {
    var template = Array("\(parent)/capsrun-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: root)
    } catch {
      print("cannot remove \(root): \(error)")
    }
  }

  var folder: LogFolder { LogFolder(root: root, capsule: "shop") }

  func open() throws -> OpenPlace { OpenPlace(try folder.prepare(), path: folder.path) }

  func logFile(_ process: String = "web", _ rule: LogRule = LogRule()) throws -> LogFile {
    LogFile(of: process, in: try open(), rule)
  }

  /// The names of the files, sorted.
  func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  func text(_ name: String) throws -> String { try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8) }

  /// All records, by a reader.
  func records(_ query: LogQuery = LogQuery()) throws -> [LogRecord] {
    let reader = try reader(query)
    var records: [LogRecord] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }

  func reader(_ query: LogQuery = LogQuery()) throws -> LogReader {
    let reader = try LogReader.open(folder, query)
    return try #require(reader)
  }

  func lines(_ query: LogQuery = LogQuery()) throws -> [String] { try records(query).compactMap(\.text) }
}

extension LogRecord {
  var text: String? {
    if case .line(let line, _) = content { return line }
    return nil
  }

  var dropped: Int? {
    if case .dropped(let count, _) = content { return count }
    return nil
  }
}

extension LogRule {
  init(largest: UInt64 = 10 << 20, kept: Int = 5, oldest: UInt64? = nil, linesPerSecond: Int? = nil) {
    self.init()
    self.largest = largest
    self.kept = kept
    self.oldest = oldest
    self.linesPerSecond = linesPerSecond
  }
}

/// The records of some lines, as a keeper makes them.
func records(_ lines: [String], of process: String = "web", at microseconds: Int = 1_000_000) -> [UInt8] {
  let buffer = RecordBuffer()
  let format = RecordFormat(process: process, stream: .output, restart: 0, buildSHA: "ab12")
  let now = Moment()
  var bytes: [UInt8] = []
  for (index, line) in lines.enumerated() {
    now.set(LogTime(microseconds: microseconds + index), milliseconds: 0)
    Array(line.utf8).withUnsafeBytes { format.append($0, isPartial: false, at: now.text, to: buffer) }
    bytes += Array(buffer.bytes)
    buffer.clear()
  }
  return bytes
}

extension LogFile {
  /// Writes the records of some lines; returns how many could not be written.
  func write(lines: [String], at microseconds: Int = 1_000_000) -> Int {
    records(lines, of: process, at: microseconds).withUnsafeBytes {
      write($0, at: LogTime(microseconds: microseconds))
    }
  }
}
