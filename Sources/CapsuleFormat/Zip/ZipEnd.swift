internal import Linux

/// What the end of a zip archive says of its directory.
struct ZipEnd: Hashable, Sendable {
  let entries: Int
  let directory: Range<Int>

  private static let size = 22
  private static let longestComment = 0xFFFF
  private static let locatorSize = 20
  private static let zip64Size = 56

  /// Finds the end, and holds it against the limits. Nothing lies behind it but its comment.
  static func find(in file: borrowing ZipFile) throws(CapsuleError) -> ZipEnd {
    let start = max(0, file.size - size - longestComment)
    let tail = try file.bytes(start..<file.size)
    // The last place that looks like it: a comment that has another one would be taken for the end by some.
    guard let offset = lastSignature(in: tail) else { throw file.problem(.noEnd) }
    let place = start + offset
    var fields = ByteReader(tail[(offset + 4)...])
    guard let record = Record(&fields), let comment = fields.number(2) else {
      throw file.problem(.truncated(missing: size - (tail.count - offset)))
    }
    let over = file.size - place - size - comment
    guard over >= 0 else { throw file.problem(.truncated(missing: -over)) }
    guard over == 0 else { throw file.problem(.trailingData(count: over)) }

    let (whole, limit) = try complete(record, at: place, in: file)
    guard whole.disk == 0, whole.directoryDisk == 0, whole.entriesHere == whole.entries else {
      throw file.problem(.severalDisks)
    }
    return try file.judge { () throws(ZipProblem) in try whole.end(before: limit) }
  }

  private static func lastSignature(in tail: [UInt8]) -> Int? {
    guard tail.count >= 4 else { return nil }
    return (0...(tail.count - 4)).last { tail[$0...].starts(with: [0x50, 0x4B, 5, 6]) }
  }

  /// The record with what zip64 says of it, and where the directory must end.
  private static func complete(
    _ record: Record, at place: Int, in file: borrowing ZipFile
  ) throws(CapsuleError) -> (Record, Int) {
    guard place >= locatorSize else { return (record, place) }
    var locator = ByteReader(try file.bytes(place - locatorSize..<place))
    guard locator.bytes(4) == [0x50, 0x4B, 6, 7] else { return (record, place) }
    let disk = locator.number(4)
    guard let start = locator.number(8), let disks = locator.number(4), disk == 0, disks <= 1,
      place >= locatorSize + zip64Size, start == place - locatorSize - zip64Size
    else { throw file.problem(.badZip64) }
    var fields = ByteReader(try file.bytes(start..<start + zip64Size))
    guard fields.bytes(4) == [0x50, 0x4B, 6, 6], fields.number(8) == zip64Size - 12, fields.bytes(4) != nil,
      let large = Record(zip64: &fields), record.agrees(with: large)
    else { throw file.problem(.badZip64) }
    return (large, start)
  }
}

/// The fields that the end has in both of its forms.
private struct Record {
  let disk: Int
  let directoryDisk: Int
  let entriesHere: Int
  let entries: Int
  let size: Int
  let start: Int

  init?(_ fields: inout ByteReader) { self.init(&fields, disk: 2, count: 2, place: 4) }
  init?(zip64 fields: inout ByteReader) { self.init(&fields, disk: 4, count: 8, place: 8) }

  private init?(_ fields: inout ByteReader, disk diskWidth: Int, count: Int, place: Int) {
    guard let disk = fields.number(diskWidth), let directoryDisk = fields.number(diskWidth),
      let entriesHere = fields.number(count), let entries = fields.number(count), let size = fields.number(place),
      let start = fields.number(place)
    else { return nil }
    self.disk = disk
    self.directoryDisk = directoryDisk
    self.entriesHere = entriesHere
    self.entries = entries
    self.size = size
    self.start = start
  }

  /// Whether each field is that of the zip64 record, or says that it stands there.
  func agrees(with large: Record) -> Bool {
    let pairs = [
      (disk, large.disk, 0xFFFF), (directoryDisk, large.directoryDisk, 0xFFFF),
      (entriesHere, large.entriesHere, 0xFFFF), (entries, large.entries, 0xFFFF), (size, large.size, 0xFFFF_FFFF),
      (start, large.start, 0xFFFF_FFFF),
    ]
    return pairs.allSatisfy { $0.0 == $0.1 || $0.0 == $0.2 }
  }

  func end(before limit: Int) throws(ZipProblem) -> ZipEnd {
    guard entries <= ArchiveLimits.mostEntries else { throw .tooManyEntries(limit: ArchiveLimits.mostEntries) }
    guard size <= ArchiveLimits.largestZipDirectory else {
      throw .largeDirectory(limit: ArchiveLimits.largestZipDirectory)
    }
    let (directoryEnd, isTooLarge) = start.addingReportingOverflow(size)
    guard !isTooLarge, directoryEnd <= limit else {
      throw .truncated(missing: isTooLarge ? start : directoryEnd - limit)
    }
    // The places are counted from the first byte of the file: when something stands before the archive, they are too small.
    guard directoryEnd == limit else { throw .prefix(count: limit - directoryEnd) }
    return ZipEnd(entries: entries, directory: start..<directoryEnd)
  }
}
