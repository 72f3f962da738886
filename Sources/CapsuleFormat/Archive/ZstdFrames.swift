internal import Linux

/// The zstd file around a capsule's archive: a frame for each piece, and behind them the table of zstd's seekable format,
/// in a frame that decompressors skip.
enum ZstdFrames {
  private static let skippable = LittleEndian.bytes(0x184D_2A5E, count: 4)
  private static let footer: [UInt8] = [0] + LittleEndian.bytes(0x8F92_EAB1, count: 4)
  static let mostPieces = 1 << 16

  static func tableSize(pieces: Int) -> Int { 8 + 8 * pieces + 9 }

  static func bytes(_ table: PieceTable) -> [UInt8] {
    var entries: [UInt8] = []
    for (index, size) in table.sizes.enumerated() {
      entries += LittleEndian.bytes(size, count: 4) + LittleEndian.bytes(table.size(of: index), count: 4)
    }
    return skippable + LittleEndian.bytes(entries.count + 9, count: 4) + entries
      + LittleEndian.bytes(table.sizes.count, count: 4) + footer
  }

  /// How many pieces the table has, by the last nine bytes of a file.
  static func count(_ end: some Collection<UInt8>) throws(ArchiveProblem) -> Int {
    guard end.count == 9, end.suffix(5).elementsEqual(footer) else { throw .notOurs(.zstd) }
    let count = LittleEndian.number(end.prefix(4))
    guard count > 0 else { throw .badPieceTable(.empty) }
    guard count <= mostPieces else { throw .badPieceTable(.tooMany(count)) }
    return count
  }

  /// Reads the table, of which `count` has told the size.
  static func table(_ bytes: [UInt8], count: Int) throws(ArchiveProblem) -> PieceTable {
    guard bytes.count == tableSize(pieces: count) else { throw .badPieceTable(.length) }
    var sizes: [Int] = []
    var total = 0
    for index in 0..<count {
      let start = 8 + 8 * index
      sizes.append(LittleEndian.number(bytes[start..<start + 4]))
      total += LittleEndian.number(bytes[start + 4..<start + 8])
    }
    let table = PieceTable(total: total, sizes: sizes)
    guard total > 0 else { throw .badPieceTable(.empty) }
    let expected = PieceTable.count(ofTotal: total)
    guard count == expected else { throw .badPieceTable(.count(count, expected: expected)) }
    // One way to write it, so that nothing can hide in it.
    guard Self.bytes(table) == bytes else { throw .badPieceTable(.otherWayOfWriting) }
    return table
  }
}
