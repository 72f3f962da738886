internal import Linux
internal import Planning

/// Something open for many, under the name that errors have for it.
final class OpenPlace {
  let descriptor: Descriptor
  let path: String

  init(_ descriptor: consuming Descriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
  }
}

/// The files of one process: one that records are added to, and a few older ones.
///
/// Nothing here fails: records that cannot be written are counted, and `trouble` says why.
final class LogFile {
  let folder: OpenPlace
  let process: String
  let rule: LogRule
  /// Of the present file.
  let name: String
  /// Why the last record was not written; nil when it was.
  private(set) var trouble: SysError?

  /// Nil as long as there is nothing to write, and after a rotation.
  private var file: OpenPlace?
  var size = 0
  /// When its first record was written.
  var begun = LogTime(microseconds: 0)
  private var endsInMidline = false
  private var lookedAt = 0

  init(of process: String, in folder: OpenPlace, _ rule: LogRule) {
    self.process = process
    self.folder = folder
    self.rule = rule
    name = LogFileName.file(of: process)
  }

  private var largest: Int { Int(clamping: max(rule.largest, 1)) }

  /// Adds whole records; returns how many of them could not be written.
  func write(_ records: UnsafeRawBufferPointer, at now: LogTime) -> Int {
    var rest = records
    do throws(SysError) {
      try lookAfterFile()
      while !rest.isEmpty {
        try openFile(at: now)
        guard let part = fitting(rest) else {
          try rotate()
          continue
        }
        let written = try add(part)
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        if written < part.count { break }
      }
    } catch {
      trouble = error
    }
    if rest.isEmpty { trouble = nil }
    return rest.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  /// As many records as this file has room for; nil where it has none. An empty file takes any record.
  private func fitting(_ records: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let room = largest - size
    if records.count <= room { return records }
    let newline = UInt8(ascii: "\n")
    if let end = records[..<max(0, room)].lastIndex(of: newline) {
      return UnsafeRawBufferPointer(rebasing: records[...end])
    }
    guard size == 0, let end = ByteSearch.first(newline, in: records) else { return nil }
    return UnsafeRawBufferPointer(rebasing: records[...end])
  }

  /// Writes whole records or as many of them as can be, and returns the number of their bytes.
  private func add(_ records: UnsafeRawBufferPointer) throws(SysError) -> Int {
    guard let file else { preconditionFailure("a file that is not open") }
    if endsInMidline {
      try file.descriptor.write([UInt8(ascii: "\n")], to: name)
      endsInMidline = false
      size += 1
    }
    let (count, failure) = file.descriptor.writeSome(records, to: name)
    guard let failure else {
      size += count
      return count
    }
    trouble = failure
    let whole = records[..<count].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if count > whole {
      do throws(SysError) {
        try file.descriptor.truncate(to: size + whole, name)
      } catch {
        endsInMidline = true
        size += count - whole
      }
    }
    size += whole
    return whole
  }

  private func openFile(at now: LogTime) throws(SysError) {
    if file != nil { return }
    let descriptor = try folder.descriptor.openBeneath(name, .append, mode: 0o600)
    let status = try descriptor.status(of: name)
    guard status.kind == .file, status.owner == CurrentProcess.user else {
      throw SysError(.open, "\(folder.path)/\(name), which is no file of this user", .notPermitted)
    }
    size = status.size
    begun = now
    endsInMidline = false
    if size > 0 { try lookAtOld() }
    file = OpenPlace(descriptor, path: name)
    try removeExcess()
  }

  /// What an earlier keeper has left: when it began, and whether its last record is whole.
  private func lookAtOld() throws(SysError) {
    let old = try folder.descriptor.openBeneath(name, .fileItself)
    var first = [UInt8](repeating: 0, count: 7 + LogTime.length)
    var last: [UInt8] = [0]
    var count = 0
    var failure: SysError?
    first.withUnsafeMutableBytes { bytes in
      do throws(SysError) { count = try old.read(into: bytes, at: 0, of: name) } catch { failure = error }
    }
    last.withUnsafeMutableBytes { bytes in
      do throws(SysError) { count += try old.read(into: bytes, at: size - 1, of: name) } catch { failure = error }
    }
    if let failure { throw failure }
    endsInMidline = last[0] != UInt8(ascii: "\n")
    if let time = LogTime(String(decoding: first.dropFirst(7), as: UTF8.self)) { begun = time }
  }

  /// Somebody may have removed or emptied the file; looked at once a second.
  private func lookAfterFile() throws(SysError) {
    let now = Clock.milliseconds
    guard now - lookedAt >= 1000, let open = file else { return }
    lookedAt = now
    let status = try open.descriptor.status(of: name)
    if status.linkCount == 0 { file = nil }
    size = min(size, status.size)
  }

  /// The next record begins a new file.
  func close() { file = nil }
}
