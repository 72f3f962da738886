internal import Linux

/// One output of one instance.
final class KeptStream {
  let pipe: Descriptor
  let instance: Instance
  let kind: LogRecord.Stream
  let format: RecordFormat
  var watch: EventLoop.Watch?
  /// The beginning of a line that has not ended yet.
  var rest: [UInt8] = []

  init(
    _ pipe: consuming Descriptor, _ instance: Instance, _ kind: LogRecord.Stream, _ format: RecordFormat
  ) {
    self.pipe = pipe
    self.instance = instance
    self.kind = kind
    self.format = format
  }
}

/// The memory that all streams are read into, one after another.
final class InputBuffer {
  /// What has arrived, behind what was left before.
  struct Bytes {
    let all: UnsafeRawBufferPointer
    let isEnd: Bool
  }

  /// As much as a pipe holds.
  private static let portion = 64 << 10
  private let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LineSplitter.longestLine + portion, alignment: 16)

  deinit { memory.deallocate() }

  /// Reads what a stream has; nil for nothing now.
  func read(_ stream: KeptStream) throws(SysError) -> Bytes? {
    let start = putRest(of: stream)
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + Self.portion])
    switch try stream.pipe.readNow(into: room, of: "what a process writes") {
    case .nothing: return nil
    case .end: return bytes(start, isEnd: true)
    case .bytes(let count): return bytes(start + count, isEnd: false)
    }
  }

  /// What was left, without reading.
  func rest(of stream: KeptStream) -> Bytes { bytes(putRest(of: stream), isEnd: true) }

  private func putRest(of stream: KeptStream) -> Int {
    stream.rest.withUnsafeBytes { memory.copyMemory(from: $0) }
    return stream.rest.count
  }

  private func bytes(_ count: Int, isEnd: Bool) -> Bytes {
    Bytes(all: UnsafeRawBufferPointer(rebasing: memory[..<count]), isEnd: isEnd)
  }
}
