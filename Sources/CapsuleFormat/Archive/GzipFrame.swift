internal import Linux

/// The gzip file around a capsule's archive (RFC 1952): one member, whose header carries the table of its pieces.
///
/// Any gzip program reads it. In the table stand the size of the whole, in 8 bytes, and that of each compressed piece, in 3.
enum GzipFrame {
  /// What identifies the table among the extra fields of the header.
  private static let field = Array("CR".utf8)
  private static let fixed: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255]
  /// What the two bytes for the size of the extra fields allow.
  static let mostPieces = (0xFFFF - 4 - 8) / 3
  static let trailerSize = 8
  /// What ends the deflate stream, behind the last piece.
  static let streamEnd: [UInt8] = [1, 0, 0, 0xFF, 0xFF]

  static func headerSize(pieces: Int) -> Int { fixed.count + 2 + 4 + 8 + 3 * pieces }

  static func header(_ table: PieceTable) -> [UInt8] {
    let content =
      LittleEndian.bytes(table.total, count: 8) + table.sizes.flatMap { LittleEndian.bytes($0, count: 3) }
    return fixed + LittleEndian.bytes(content.count + 4, count: 2) + field + LittleEndian.bytes(content.count, count: 2)
      + content
  }

  static func trailer(checksum: UInt32, total: Int) -> [UInt8] {
    LittleEndian.bytes(Int(checksum), count: 4) + LittleEndian.bytes(total, count: 4)
  }

  /// Reads the table from the first bytes of a file, which are at least those of the whole header.
  static func table(_ start: some RandomAccessCollection<UInt8>) throws(ArchiveProblem) -> PieceTable {
    let bytes = Array(start)
    try check(bytes)
    let extra = LittleEndian.number(bytes[10..<12])
    guard extra >= 12 else { throw .badPieceTable(.length) }
    guard bytes.count >= 12 + extra else { throw .headerIsCut }
    let content = bytes[16..<12 + extra]
    guard LittleEndian.number(bytes[14..<16]) == content.count, (content.count - 8) % 3 == 0 else {
      throw .badPieceTable(.length)
    }
    let total = LittleEndian.number(content.prefix(8))
    let sizes = stride(from: content.startIndex + 8, to: content.endIndex, by: 3).map {
      LittleEndian.number(content[$0..<$0 + 3])
    }
    // Eight bytes can say more than the largest number that is used here, which then is less than zero.
    guard (0...ArchiveLimits.largestArchive).contains(total) else { throw .allTooLarge }
    guard total > 0 else { throw .badPieceTable(.empty) }
    let expected = PieceTable.count(ofTotal: total)
    guard sizes.count == expected else { throw .badPieceTable(.count(sizes.count, expected: expected)) }
    return PieceTable(total: total, sizes: sizes)
  }

  /// What stands before the table.
  private static func check(_ bytes: [UInt8]) throws(ArchiveProblem) {
    guard bytes.count >= 16 else {
      throw fixed.starts(with: bytes.prefix(fixed.count)) ? .headerIsCut : .notOurs(.gzip)
    }
    guard bytes[3] & fixed[3] != 0, bytes[12..<14].elementsEqual(field) else { throw .notOurs(.gzip) }
    guard bytes.starts(with: fixed) else { throw .otherWayOfGzip }
  }
}
