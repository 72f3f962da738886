internal import Compression
internal import Linux

/// Writes an archive whose size is known, compressing it on as many cores as there are.
struct ArchiveWriter: ~Copyable {
  private let file: Descriptor
  private let name: String
  private let container: ArchiveContainer
  private let workers: OrderedWorkers
  private let pending: PendingPiece
  private var table: PieceTable
  private var checksum = CRC32()
  private var place: Int

  /// `total` is the size of all that will be added.
  static func begin(
    _ file: consuming Descriptor, name: String, container: ArchiveContainer, total: Int
  ) throws(CapsuleError) -> ArchiveWriter {
    let pieces = PieceTable.count(ofTotal: total)
    let most = container == .gzip ? GzipFrame.mostPieces : ZstdFrames.mostPieces
    guard total <= ArchiveLimits.largestArchive, pieces <= most else {
      throw .archive(.allTooLarge, file: name)
    }
    let workers = try attempt("start threads") { () throws(SysError) in
      try OrderedWorkers(
        threads: Machine.processors, slots: Machine.processors + 2, inputSize: PieceTable.pieceSize,
        outputSize: container.greatestPiece
      ) { container.makeCompressor() }
    }
    return ArchiveWriter(
      file: file, name: name, container: container, workers: workers, pending: PendingPiece(),
      table: PieceTable(total: total, sizes: []),
      place: container == .gzip ? GzipFrame.headerSize(pieces: pieces) : 0)
  }

  mutating func add(_ bytes: [UInt8]) throws(CapsuleError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try add(atMost: rest.count) { (buffer) throws(CapsuleError) in buffer.copyBytes(from: rest.prefix(buffer.count)) }
      rest = rest.dropFirst(pending.lastCount)
    }
  }

  /// Lets `fill` write as many bytes as fit, at most `count`, and returns how many it was.
  @discardableResult
  mutating func add(
    atMost count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(CapsuleError) -> Void
  ) throws(CapsuleError) -> Int {
    let room = pending.room(atMost: count)
    try fill(room)
    if container == .gzip { checksum.add(UnsafeRawBufferPointer(room)) }
    pending.grow(by: room.count)
    if pending.isFull { try feed() }
    return room.count
  }

  private mutating func feed() throws(CapsuleError) {
    if workers.isFull { try take() }
    workers.feed { pending.empty(into: $0) }
  }

  private mutating func take() throws(CapsuleError) {
    try workers.take { (piece) throws(CapsuleError) in
      guard let piece else { preconditionFailure("a piece did not fit where the largest one does") }
      try write(piece)
      table.sizes.append(piece.count)
    }
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    let (place, name) = (place, name)
    try attempt("write \"\(name)\"") { () throws(SysError) in try file.write(bytes, at: place, to: name) }
    self.place += bytes.count
  }

  private mutating func write(_ bytes: [UInt8], at place: Int? = nil) throws(CapsuleError) {
    let target = place ?? self.place
    let name = name
    var failure: SysError?
    bytes.withUnsafeBytes { buffer in
      do throws(SysError) {
        try file.write(buffer, at: target, to: name)
      } catch {
        failure = error
      }
    }
    if let failure { throw .system(failure, while: "write \"\(name)\"") }
    if place == nil { self.place += bytes.count }
  }

  /// Writes what belongs around the pieces, and returns the file and its size.
  consuming func finish() throws(CapsuleError) -> (size: Int, total: Int) {
    if !pending.isEmpty { try feed() }
    while !workers.isEmpty { try take() }
    precondition(table.sizes.count == PieceTable.count(ofTotal: table.total), "the size was not what was announced")
    switch container {
    case .gzip:
      try write(GzipFrame.streamEnd + GzipFrame.trailer(checksum: checksum.value, total: table.total))
      try write(GzipFrame.header(table), at: 0)
    case .zstd: try write(ZstdFrames.bytes(table))
    }
    guard table.total <= ArchiveLimits.freeOfRatio || table.total / place < ArchiveLimits.ratio else {
      throw .archive(.tooDense(ratio: ArchiveLimits.ratio), file: name)
    }
    return (place, table.total)
  }
}

/// The piece that is being filled.
private final class PendingPiece {
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PieceTable.pieceSize, alignment: 64)
  private var count = 0
  private(set) var lastCount = 0

  deinit { buffer.deallocate() }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == buffer.count }

  func room(atMost wanted: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: buffer[count..<min(buffer.count, count + wanted)])
  }

  func grow(by size: Int) {
    count += size
    lastCount = size
  }

  func empty(into target: UnsafeMutableRawBufferPointer) -> Int {
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    defer { count = 0 }
    return count
  }
}
