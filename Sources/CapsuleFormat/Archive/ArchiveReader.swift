internal import Compression
internal import Linux

/// Something that an archive is poured into, piece by piece.
protocol ArchiveConsumer: ~Copyable {
  mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError)
  /// Whether the rest does not matter.
  var isDone: Bool { get }
  /// Nothing more comes.
  mutating func finish() throws(CapsuleError)
}

/// Inflates an archive that lies in an open file, which nobody else can change.
struct ArchiveReader: ~Copyable {
  private let file: Descriptor
  private let name: String
  private let size: Int
  let container: ArchiveContainer
  let table: PieceTable
  private let start: Int

  /// Reads the frame, so that the sizes are known before anything is inflated.
  static func open(_ file: consuming Descriptor, name: String) throws(CapsuleError) -> ArchiveReader {
    let size = try attempt("look at \"\(name)\"") { () throws(SysError) in try file.status(of: name).size }
    let head = try file.bytes(0..<min(size, GzipFrame.headerSize(pieces: GzipFrame.mostPieces)), name)
    if head.starts(with: [0x1F, 0x8B]) {
      let table = try named(name) { () throws(ArchiveProblem) in try GzipFrame.table(head) }
      let start = GzipFrame.headerSize(pieces: table.sizes.count)
      try named(name) { () throws(ArchiveProblem) in try check(table, size: size, start: start, .gzip) }
      return ArchiveReader(file: file, name: name, size: size, container: .gzip, table: table, start: start)
    }
    guard head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { throw .archive(.unknownContainer, file: name) }
    let table = try zstdTable(of: file, size: size, name: name)
    try named(name) { () throws(ArchiveProblem) in try check(table, size: size, start: 0, .zstd) }
    return ArchiveReader(file: file, name: name, size: size, container: .zstd, table: table, start: 0)
  }

  private static func zstdTable(
    of file: borrowing Descriptor, size: Int, name: String
  ) throws(CapsuleError) -> PieceTable {
    let end = try file.bytes(max(0, size - 9)..<size, name)
    let count = try named(name) { () throws(ArchiveProblem) in try ZstdFrames.count(end) }
    let tableSize = ZstdFrames.tableSize(pieces: count)
    guard tableSize <= size else { throw .archive(.badPieceTable(.largerThanFile), file: name) }
    let bytes = try file.bytes(size - tableSize..<size, name)
    return try named(name) { () throws(ArchiveProblem) in try ZstdFrames.table(bytes, count: count) }
  }

  /// All that the file holds is accounted for, and none of it is out of proportion.
  private static func check(
    _ table: PieceTable, size: Int, start: Int, _ container: ArchiveContainer
  ) throws(ArchiveProblem) {
    for (piece, size) in table.sizes.enumerated() where !(1...container.greatestPiece).contains(size) {
      throw .badPieceTable(.pieceSize(size, piece: piece))
    }
    let frame =
      switch container {
      case .gzip: GzipFrame.streamEnd.count + GzipFrame.trailerSize
      case .zstd: ZstdFrames.tableSize(pieces: table.sizes.count)
      }
    let expected = start + table.sizes.reduce(0, +) + frame
    guard size >= expected else { throw .truncated(missing: expected - size) }
    guard size == expected else { throw .trailingData(count: size - expected) }
    guard table.total <= ArchiveLimits.largestArchive else { throw .allTooLarge }
    guard table.total <= ArchiveLimits.freeOfRatio || table.total / size < ArchiveLimits.ratio else {
      throw .tooDense(ratio: ArchiveLimits.ratio)
    }
  }

  /// Pours all of it into the consumer, on as many cores as there are.
  func read(into consumer: inout some ArchiveConsumer & ~Copyable) throws(CapsuleError) {
    let container = container
    let workers = try attempt("start threads") { () throws(SysError) in
      try OrderedWorkers(
        threads: Machine.processors, slots: Machine.processors + 2,
        inputSize: container.greatestPiece + DeflateDecompressor.reserve,
        outputSize: PieceTable.pieceSize + DeflateDecompressor.outputReserve
      ) { container.makeDecompressor() }
    }
    var checksum = CRC32()
    var place = start
    var taken = 0
    for (index, size) in table.sizes.enumerated() {
      if workers.isFull { try take(&taken, from: workers, into: &consumer, &checksum) }
      if consumer.isDone { return try consumer.finish() }
      try feed(size, at: place, isLast: index == table.sizes.count - 1, to: workers)
      place += size
    }
    while !workers.isEmpty { try take(&taken, from: workers, into: &consumer, &checksum) }
    if consumer.isDone { return try consumer.finish() }
    if container == .gzip { try checkTrailer(at: place, checksum) }
    try consumer.finish()
  }

  private func feed(_ size: Int, at place: Int, isLast: Bool, to workers: OrderedWorkers) throws(CapsuleError) {
    try workers.feed { (buffer) throws(CapsuleError) in
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
      let count = try attempt("read \"\(name)\"") { () throws(SysError) in
        try file.read(into: piece, at: place, of: name)
      }
      guard count == size else { throw .archive(.truncated(missing: size - count), file: name) }
      return container == .gzip ? DeflateDecompressor.close(buffer, size: size) : size
    }
  }

  private func take(
    _ index: inout Int, from workers: OrderedWorkers, into consumer: inout some ArchiveConsumer & ~Copyable,
    _ checksum: inout CRC32
  ) throws(CapsuleError) {
    try workers.take { (piece) throws(CapsuleError) in
      guard let piece, piece.count == table.size(of: index) else {
        throw .archive(.badPiece(index: index), file: name)
      }
      if container == .gzip { checksum.add(piece) }
      try consumer.consume(piece)
    }
    index += 1
  }

  private func checkTrailer(at place: Int, _ checksum: CRC32) throws(CapsuleError) {
    let end = try file.bytes(place..<size, name)
    let expected = GzipFrame.streamEnd + GzipFrame.trailer(checksum: checksum.value, total: table.total)
    guard end == expected else { throw .archive(.badChecksum, file: name) }
  }
}

extension Descriptor {
  /// The bytes of a part of a file, all of them.
  fileprivate borrowing func bytes(_ range: Range<Int>, _ name: String) throws(CapsuleError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: range.count)
    var failure: SysError?
    var count = 0
    buffer.withUnsafeMutableBytes { bytes in
      do throws(SysError) {
        count = try read(into: bytes, at: range.lowerBound, of: name)
      } catch {
        failure = error
      }
    }
    if let failure { throw .system(failure, while: "read \"\(name)\"") }
    guard count == range.count else { throw .archive(.truncated(missing: range.count - count), file: name) }
    return buffer
  }
}
