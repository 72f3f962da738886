internal import Linux
internal import Planning

/// What becomes of the lines of one process: written at once, or counted where they come too fast or cannot be written.
final class ProcessLog {
  private var file: LogFile
  private let buffer: RecordBuffer
  private let limit: Int?
  private var missing: [LogRecord.Stream: Missing] = [:]
  /// Since when, and how many lines have come since then.
  private var window = (start: Int.min / 2, lines: 0)
  /// While it cannot be written: when it is tried again.
  private var retryAt: Int?

  private struct Missing {
    var format: RecordFormat
    var counts: [(reason: LogRecord.Reason, count: Int)]
  }

  private static let second = 1000
  private static let retryAfter = 100

  /// The buffer is empty between two calls of `flush`, and may be one for all.
  init(_ file: LogFile, _ buffer: RecordBuffer) {
    self.file = file
    self.buffer = buffer
    limit = file.rule.linesPerSecond
  }

  /// Why nothing can be written; nil while it can.
  var trouble: SysError? { file.trouble }
  var hasMissing: Bool { !missing.isEmpty }

  /// Takes one line of an output.
  func take(
    _ line: UnsafeRawBufferPointer, isPartial: Bool, of stream: LogRecord.Stream, _ format: RecordFormat, _ now: Moment
  ) {
    if let limit, !isWithin(limit, now.milliseconds) {
      miss(1, .rate, of: stream, format)
      return
    }
    if !missing.isEmpty {
      flush(of: stream, format, now)
      tellMissing(now)
    }
    if retryAt != nil {
      miss(1, .disk, of: stream, format)
      return
    }
    format.append(line, isPartial: isPartial, at: now.text, to: buffer)
    if buffer.isFull { flush(of: stream, format, now) }
  }

  /// Writes what has been taken of this output.
  func flush(of stream: LogRecord.Stream, _ format: RecordFormat, _ now: Moment) {
    let lost = write(now)
    if lost > 0 { miss(lost, .disk, of: stream, format) }
  }

  /// Says in the log how many lines are missing, if that can be written now; not while more may be, unless nothing more comes.
  func tellMissing(_ now: Moment, isLast: Bool = false) {
    if let retryAt, now.milliseconds < retryAt, !isLast { return }
    if let limit, retryAt == nil, window.lines > limit, now.milliseconds - window.start < Self.second, !isLast {
      return
    }
    precondition(buffer.isEmpty, "records before those of what is missing")
    for (stream, lines) in missing {
      var rest = lines
      while let entry = rest.counts.last {
        lines.format.append(dropped: entry.count, entry.reason, at: now.text, to: buffer)
        guard write(now) == 0 else { return }
        rest.counts.removeLast()
        missing[stream] = rest.counts.isEmpty ? nil : rest
      }
    }
  }

  /// From now on it is written in another folder, behind what is there and what has been written here.
  func move(to folder: OpenPlace, _ now: Moment) throws(SysError) {
    let next = LogFile(of: file.process, in: folder, file.rule)
    try next.takeIn(file, at: now.time)
    file = next
  }

  func age(_ now: Moment) throws(SysError) { try file.age(at: now.time) }

  private func write(_ now: Moment) -> Int {
    guard !buffer.isEmpty else { return 0 }
    let lost = file.write(buffer.bytes, at: now.time)
    buffer.clear()
    retryAt = lost > 0 ? now.milliseconds + Self.retryAfter : nil
    return lost
  }

  private func miss(_ count: Int, _ reason: LogRecord.Reason, of stream: LogRecord.Stream, _ format: RecordFormat) {
    var lines = missing[stream] ?? Missing(format: format, counts: [])
    lines.format = format
    if let index = lines.counts.firstIndex(where: { $0.reason == reason }) {
      lines.counts[index].count += count
    } else {
      lines.counts.append((reason, count))
    }
    missing[stream] = lines
  }

  private func isWithin(_ limit: Int, _ now: Int) -> Bool {
    if now - window.start >= Self.second { window = (now, 0) }
    window.lines += 1
    return window.lines <= limit
  }
}

/// A moment, by the calendar and by a clock that never goes back, and its text for records.
final class Moment {
  private(set) var time = LogTime(microseconds: 0)
  private(set) var milliseconds = 0
  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: LogTime.length, alignment: 16)

  init() { setToNow() }

  deinit { memory.deallocate() }

  var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

  func setToNow() {
    set(LogTime(microseconds: Clock.microsecondsSince1970), milliseconds: Clock.milliseconds)
  }

  func set(_ time: LogTime, milliseconds: Int) {
    self.time = time
    self.milliseconds = milliseconds
    time.write(to: memory)
  }
}
