/// Finds out how deep a TOML document nests before toml++ reads it.
///
/// toml++ limits brackets, but not the parts of a dotted key. Each part is a table, a mebibyte holds half a million of
/// them, and whatever goes through such a tree, even to free it, calls itself once a level until the stack is full.
struct TOMLNesting {
  private let bytes: [UInt8]
  private var index = 0
  /// The dots behind each bracket that is still open, and those before the first one.
  private var dots = [0]
  private var levels = 0

  /// Where the nesting goes beyond the limit. In what is no TOML, it may be told of one that is not there.
  static func excess(in source: SourceText) -> Position? {
    var scan = TOMLNesting(bytes: source.bytes)
    return scan.isTooDeep() ? source.position(ofByte: scan.index) : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func isTooDeep() -> Bool {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): open()
      case UInt8(ascii: "]"), UInt8(ascii: "}"): close()
      case UInt8(ascii: "."): addDot()
      case UInt8(ascii: ","), UInt8(ascii: "\n"): forgetDots()
      case UInt8(ascii: "#"): skipComment()
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(quote: bytes[index])
      default: break
      }
      if levels > SyntaxNode.deepestLevel { return true }
      index += 1
    }
    return false
  }

  private mutating func open() {
    dots.append(0)
    levels += 1
  }

  private mutating func close() {
    guard dots.count > 1 else { return forgetDots() }
    levels -= dots.removeLast() + 1
  }

  private mutating func addDot() {
    dots[dots.count - 1] += 1
    levels += 1
  }

  private mutating func forgetDots() {
    levels -= dots[dots.count - 1]
    dots[dots.count - 1] = 0
  }

  /// Stops before the end of the line.
  private mutating func skipComment() {
    while index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: "\n") { index += 1 }
  }

  /// Goes from the first quote to the last one. A string that does not end goes to the end of its line, or of the file.
  private mutating func skipString(quote: UInt8) {
    let isLong = has(quote, times: 3, at: index)
    // Without this, the second quote of an empty string would begin another one.
    if !isLong, has(quote, times: 2, at: index) {
      index += 1
      return
    }
    index += isLong ? 3 : 1
    while index < bytes.count, isLong || bytes[index] != UInt8(ascii: "\n") {
      if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        index += 1
      } else if isLong ? has(quote, times: 3, at: index) : bytes[index] == quote {
        return isLong ? endLongString(quote) : ()
      }
      index += 1
    }
    // What follows is looked at anew: it may be the line break that ends a key.
    index -= 1
  }

  /// A long string may end with up to two quotes of its own before the three that close it.
  private mutating func endLongString(_ quote: UInt8) {
    index += 2
    for _ in 0..<2 where has(quote, times: 1, at: index + 1) { index += 1 }
  }

  private func has(_ byte: UInt8, times: Int, at start: Int) -> Bool {
    start + times <= bytes.count && bytes[start..<start + times].allSatisfy { $0 == byte }
  }
}
