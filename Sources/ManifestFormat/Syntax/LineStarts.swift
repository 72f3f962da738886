/// Where the lines of a text start, to tell the line and column of an offset.
///
/// libyaml counts lines too, but takes more characters for line breaks than an editor does.
struct LineStarts {
  /// In Unicode scalars.
  private var starts = [0]

  init(of bytes: [UInt8]) {
    var count = 0
    for byte in bytes where Self.beginsScalar(byte) {
      count += 1
      if byte == UInt8(ascii: "\n") { starts.append(count) }
    }
  }

  /// The place of the scalar with this offset; `offset` may also be that of the end.
  func position(ofScalar offset: Int) -> Position {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return Position(line: low + 1, column: offset - starts[low] + 1)
  }

  /// How many scalars begin in these bytes.
  static func scalarCount(of bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    for byte in bytes where beginsScalar(byte) { count += 1 }
    return count
  }

  private static func beginsScalar(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}

extension SourceText {
  /// The place of the byte with this offset. Goes through the whole text.
  func position(ofByte offset: Int) -> Position {
    LineStarts(of: bytes).position(ofScalar: LineStarts.scalarCount(of: bytes.prefix(offset)))
  }
}
