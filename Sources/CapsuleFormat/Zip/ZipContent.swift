internal import Compression
internal import Linux

/// Reads the content of members, and checks it; the memory that it takes does not depend on their sizes.
struct ZipContent: ~Copyable {
  private let input = ReadBuffer()
  private let output = ReadBuffer()
  private let inflater = InflateStream()

  /// Pours the content out; never more than the directory says, and all of it when this returns.
  func read(
    _ place: ZipPlace, from file: borrowing ZipFile,
    into consume: (UnsafeRawBufferPointer) throws(CapsuleError) -> Void
  ) throws(CapsuleError) {
    let storage = place.member.storage
    let path = place.member.path.text
    var checksum = CRC32()
    var done = 0
    func take(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
      guard bytes.count <= storage.size - done else { throw file.problem(.wrongSize(path: path)) }
      done += bytes.count
      checksum.add(bytes)
      try consume(bytes)
    }
    if storage.isDeflated {
      try inflate(place, from: file, take)
    } else {
      try pieces(of: place.content, from: file) { (piece) throws(CapsuleError) in
        try take(piece)
        return true
      }
    }
    guard done == storage.size else { throw file.problem(.wrongSize(path: path)) }
    guard Int(checksum.value) == storage.checksum else { throw file.problem(.wrongChecksum(path: path)) }
  }

  /// Reads a part of the file, as long as the closure wants more of it.
  private func pieces(
    of range: Range<Int>, from file: borrowing ZipFile,
    _ take: (UnsafeRawBufferPointer) throws(CapsuleError) -> Bool
  ) throws(CapsuleError) {
    var start = range.lowerBound
    while start < range.upperBound {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: input.bytes[..<min(input.bytes.count, range.upperBound - start)])
      try file.read(into: piece, at: start)
      start += piece.count
      guard try take(UnsafeRawBufferPointer(piece)) else { return }
    }
  }

  private func inflate(
    _ place: ZipPlace, from file: borrowing ZipFile, _ take: (UnsafeRawBufferPointer) throws(CapsuleError) -> Void
  ) throws(CapsuleError) {
    let path = place.member.path.text
    inflater.reset()
    var used = 0
    var isOver = false
    try pieces(of: place.content, from: file) { (piece) throws(CapsuleError) in
      var rest = piece
      repeat {
        guard let step = inflater.turn(rest, into: output.bytes) else { throw file.problem(.damaged(path: path)) }
        try take(UnsafeRawBufferPointer(rebasing: output.bytes[..<step.made]))
        rest = UnsafeRawBufferPointer(rebasing: rest[step.used...])
        used += step.used
        isOver = step.isEnd
        // Room that was not filled means that nothing more comes of this input.
        if step.made < output.bytes.count { break }
      } while !isOver
      return !isOver
    }
    guard isOver else { throw file.problem(.damaged(path: path)) }
    guard used == place.content.count else {
      throw file.problem(.hidden(count: place.content.count - used, after: path))
    }
  }
}
