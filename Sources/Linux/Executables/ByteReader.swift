/// Takes little-endian fields from bytes, one after another; nil where they end too early.
package struct ByteReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  package var isAtEnd: Bool { rest.isEmpty }

  package mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of at most eight bytes; nil also for one that no size or place in a file can be.
  package mutating func number(_ count: Int) -> Int? {
    guard let field = bytes(count) else { return nil }
    let number = LittleEndian.number(field)
    return number >= 0 ? number : nil
  }
}
