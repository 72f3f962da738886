/// Records that are about to be written, in one piece of memory that never grows.
final class RecordBuffer {
  private let memory: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Behind so many bytes they are to be written.
  private static let fullAt = 256 << 10
  /// No record is longer: each byte of its line takes up to six, and what stands around it is short.
  static let longestRecord = 6 * LineSplitter.longestLine + (32 << 10)

  init() {
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.fullAt + Self.longestRecord, alignment: 16)
  }

  deinit { memory.deallocate() }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count >= Self.fullAt }
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  func clear() { count = 0 }

  func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + bytes.count]).copyMemory(from: bytes)
    count += bytes.count
  }

  /// Appends bytes as the inside of a string of JSON.
  func append(escaped line: UnsafeRawBufferPointer) {
    let rest = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    count += JSONEscape.write(line, to: rest)
  }
}

/// What all records of one output of one instance have in common.
struct RecordFormat {
  private let middle: [UInt8]

  private static let opening = Array(#"{"ts":""#.utf8)
  private static let line = Array(#","line":""#.utf8)
  private static let end = Array("\"}\n".utf8)
  private static let partialEnd = Array("\",\"partial\":true}\n".utf8)

  init(process: String, stream: LogRecord.Stream, restart: Int, buildSHA: String) {
    middle = Array(
      (#"","proc":"\#(Self.escaped(process))","stream":"\#(stream.rawValue)","restart":\#(restart),"#
        + #""build_sha":"\#(Self.escaped(buildSHA))""#).utf8)
    precondition(middle.count < 16 << 10, "a name of this length")
  }

  /// Appends the record of a line; the time is its text.
  func append(
    _ line: UnsafeRawBufferPointer, isPartial: Bool, at time: UnsafeRawBufferPointer, to buffer: RecordBuffer
  ) {
    buffer.append(Self.opening)
    buffer.append(time)
    buffer.append(middle)
    buffer.append(Self.line)
    buffer.append(escaped: line)
    buffer.append(isPartial ? Self.partialEnd : Self.end)
  }

  /// Appends that lines are missing here.
  func append(dropped: Int, _ reason: LogRecord.Reason, at time: UnsafeRawBufferPointer, to buffer: RecordBuffer) {
    buffer.append(Self.opening)
    buffer.append(time)
    buffer.append(middle)
    buffer.append(Array(",\"dropped\":\(dropped),\"reason\":\"\(reason.rawValue)\"}\n".utf8))
  }

  private static func escaped(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      let source = UnsafeRawBufferPointer(bytes)
      let escaped = [UInt8](unsafeUninitializedCapacity: 6 * source.count) { target, count in
        count = JSONEscape.write(source, to: UnsafeMutableRawBufferPointer(target))
      }
      return String(decoding: escaped, as: UTF8.self)
    }
  }
}
