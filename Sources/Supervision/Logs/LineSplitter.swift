internal import Linux

/// Finds the lines in bytes that arrive in pieces.
enum LineSplitter {
  /// A longer line becomes several records.
  static let longestLine = 8192

  /// Calls `take` with each line, and returns how many bytes it has taken; the rest is the beginning of a line that goes on in
  /// what comes next, and is never longer than `longestLine`. At the end the rest is a line as well.
  static func split(
    _ bytes: UnsafeRawBufferPointer, isEnd: Bool, _ take: (UnsafeRawBufferPointer, _ isPartial: Bool) -> Void
  ) -> Int {
    var start = 0
    while start < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      let newline = ByteSearch.first(UInt8(ascii: "\n"), in: rest)
      let length = newline ?? rest.count
      if length > longestLine {
        let part = end(of: rest)
        take(UnsafeRawBufferPointer(rebasing: rest[..<part]), true)
        start += part
      } else if newline != nil {
        take(UnsafeRawBufferPointer(rebasing: rest[..<length]), false)
        start += length + 1
      } else if isEnd {
        take(rest, false)
        start += length
      } else {
        return start
      }
    }
    return start
  }

  /// Where a line that is too long is cut: not amid a character.
  private static func end(of line: UnsafeRawBufferPointer) -> Int {
    var end = longestLine
    while end > longestLine - 3, line[end] & 0xC0 == 0x80 { end -= 1 }
    // No character has more than three of these bytes: it is no text, and cut anywhere.
    return line[end] & 0xC0 == 0x80 ? longestLine : end
  }
}
