internal import Linux

/// The records of one process, the oldest first, from file to file, also while a keeper writes them and gives its files other names.
///
/// Which file comes next is found by what the files are, not by their names: names are looked at in rising order, and a file only
/// ever moves to a higher one, so that none is missed. The file that is open cannot be taken for a new one, as it keeps its identity.
final class LogTail {
  private let folder: OpenPlace
  private let process: String
  /// The name of the file that is written to.
  private let present: String
  private var file: OpenFile?
  /// What was read and not taken yet: whole lines, and maybe the beginning of one.
  private var bytes: [UInt8] = []
  private var taken = 0
  /// The next record.
  private(set) var next: LogRecord?
  /// How often files were gone before they were read.
  private(set) var gaps = 0

  /// One file of the process.
  private final class OpenFile {
    let descriptor: Descriptor
    let identity: FileStatus.Identity
    var offset = 0

    init(_ descriptor: consuming Descriptor, _ status: FileStatus) {
      self.descriptor = descriptor
      identity = status.identity
    }
  }

  private static let portion = 64 << 10
  /// More files than anybody keeps.
  private static let mostFiles = 10_000

  init(of process: String, in folder: OpenPlace) {
    self.process = process
    self.folder = folder
    present = LogFileName.file(of: process)
  }

  /// Begins with the oldest file that may have what is wanted: with the last `tail` records, or the first since a moment.
  func begin(tail: Int?, since: LogTime?) throws(SysError) {
    var missing = tail
    var beginning: OpenFile?
    try visit { file throws(SysError) in
      beginning = file
      if let count = missing {
        missing = try seek(file, toLast: count)
        if missing == 0 { return false }
      }
      if let since, let first = try firstTime(of: file), first < since { return false }
      return true
    }
    file = beginning
    try advance()
  }

  /// Takes `next`, and looks for the one behind it; nil when there is none yet.
  func advance() throws(SysError) {
    next = nil
    while true {
      while let line = takeLine() {
        if let record = LogRecord(line) {
          next = record
          return
        }
      }
      if try readMore() { continue }
      guard try moveOn() else { return }
    }
  }

  /// The next whole line that was read.
  private func takeLine() -> ArraySlice<UInt8>? {
    let rest = bytes[taken...]
    let length = rest.withUnsafeBytes { ByteSearch.first(UInt8(ascii: "\n"), in: $0) }
    guard let length else { return nil }
    defer { taken += length + 1 }
    return rest[taken..<taken + length]
  }

  private func readMore() throws(SysError) -> Bool {
    guard let file else { return false }
    bytes.removeFirst(taken)
    taken = 0
    var failure: SysError?
    var count = 0
    bytes += [UInt8](unsafeUninitializedCapacity: Self.portion) { buffer, filled in
      let room = UnsafeMutableRawBufferPointer(buffer)
      do throws(SysError) { count = try file.descriptor.read(into: room, at: file.offset, of: process) } catch {
        failure = error
      }
      filled = count
    }
    if let failure { throw failure }
    file.offset += count
    return count > 0
  }

  /// Goes to the file that was begun after the one that is read to its end; false when there is none.
  private func moveOn() throws(SysError) -> Bool {
    if let file, try isYoungest(file) { return false }
    var younger: OpenFile?
    var isKnown = false
    try visit { found throws(SysError) in
      if let file, found.identity == file.identity {
        isKnown = true
        return false
      }
      younger = found
      return true
    }
    // The file that is open is the youngest. Where it is not found, it is gone, and the oldest that is there follows.
    guard let younger else { return false }
    // Between its end and its new name more may have been written to it; nothing is any more.
    if try readMore() { return true }
    if file != nil, !isKnown { gaps += 1 }
    file = younger
    // A line that was cut off there has no end.
    bytes = []
    taken = 0
    return true
  }

  private func isYoungest(_ file: OpenFile) throws(SysError) -> Bool {
    do throws(SysError) {
      return try folder.descriptor.status(ofEntry: present).identity == file.identity
    } catch let error where error.errno == .noSuchFile {
      // Amid a rotation, or removed.
      return false
    }
  }

  /// Opens the files, the youngest first, until `body` says that it is enough.
  private func visit(_ body: (OpenFile) throws(SysError) -> Bool) throws(SysError) {
    var highest = -1
    for entry in try folder.descriptor.entries() {
      if let age = LogFileName.age(of: entry, present) { highest = max(highest, age) }
    }
    guard highest >= 0 else { return }
    // Two more, as they may be given higher names meanwhile.
    for age in 0...min(highest + 2, Self.mostFiles) {
      guard let found = try open(LogFileName.file(present, age: age)) else { continue }
      guard try body(found) else { return }
    }
  }

  private func open(_ name: String) throws(SysError) -> OpenFile? {
    do throws(SysError) {
      let descriptor = try folder.descriptor.openBeneath(name, .fileItself)
      let status = try descriptor.status(of: name)
      return status.kind == .file ? OpenFile(descriptor, status) : nil
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  /// Lets reading begin at one of the last records; returns how many of them must come from older files.
  private func seek(_ file: OpenFile, toLast count: Int) throws(SysError) -> Int {
    var end = try file.descriptor.status(of: process).size
    var missing = count
    var buffer = [UInt8](repeating: 0, count: Self.portion)
    file.offset = end
    while end > 0 {
      let start = max(0, end - Self.portion)
      try read(file, at: start, &buffer, count: end - start)
      // A newline ends one record, and behind it begins another.
      for index in (0..<end - start).reversed() where buffer[index] == UInt8(ascii: "\n") {
        if missing == 0 {
          file.offset = start + index + 1
          return 0
        }
        missing -= 1
      }
      end = start
    }
    file.offset = 0
    return missing
  }

  private func firstTime(of file: OpenFile) throws(SysError) -> LogTime? {
    let before = 7
    var buffer = [UInt8](repeating: 0, count: before + LogTime.length)
    try read(file, at: 0, &buffer, count: buffer.count)
    return LogTime(String(decoding: buffer.dropFirst(before), as: UTF8.self))
  }

  private func read(_ file: OpenFile, at place: Int, _ buffer: inout [UInt8], count: Int) throws(SysError) {
    var failure: SysError?
    buffer.withUnsafeMutableBytes { bytes in
      let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
      do throws(SysError) { _ = try file.descriptor.read(into: room, at: place, of: process) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
