internal import Linux

extension LogFile {
  /// Far longer than any record.
  private static let pieceSize = 1 << 18

  /// Adds all records of another one, the oldest first, and removes them there.
  func takeIn(_ other: LogFile, at now: LogTime) throws(SysError) {
    other.close()
    for number in try other.numbers().sorted(by: >) {
      let name = LogFileName.file(other.name, age: number)
      try add(try other.folder.descriptor.openBeneath(name, .fileItself), name, at: now)
      try other.folder.descriptor.remove(name)
    }
  }

  private func add(_ file: borrowing Descriptor, _ name: String, at now: LogTime) throws(SysError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { piece.deallocate() }
    var offset = 0
    while true {
      let count = try file.read(into: piece, at: offset, of: name)
      guard count > 0 else { return }
      let read = UnsafeRawBufferPointer(rebasing: piece[..<count])
      // Whole records; what a killed keeper has left of one at the end stays away.
      guard let end = read.lastIndex(of: UInt8(ascii: "\n")) else { return }
      let lost = write(UnsafeRawBufferPointer(rebasing: read[...end]), at: now)
      if lost > 0, let trouble { throw trouble }
      offset += end + 1
    }
  }
}
