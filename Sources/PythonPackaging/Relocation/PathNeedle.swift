/// A path of the machine that built an environment, as it is looked for in files.
struct PathNeedle: Sendable {
  let bytes: [UInt8]
  let replacement: [UInt8]
  /// Whether nothing may still hold it in the end.
  let isForbidden: Bool
  /// A path of one name, such as `/venv`, occurs in texts that mean something else.
  private let isShort: Bool
  /// How many bytes before and behind the place where it begins decide whether it is one.
  let reach: Int
  /// How far to go on behind a window that ends in a byte (Horspool).
  private let steps: [Int]
  /// What is not to be found: the new paths, where they hold the old one.
  private let exceptions: [Exception]

  private struct Exception: Sendable {
    let bytes: [UInt8]
    /// Where the needle begins in it.
    let start: Int
  }

  init(_ text: String, replacement: String, isForbidden: Bool, targets: [String]) {
    let bytes = Array(text.utf8)
    self.bytes = bytes
    self.replacement = Array(replacement.utf8)
    self.isForbidden = isForbidden
    isShort = bytes.count { $0 == UInt8(ascii: "/") } < 2
    var steps = Array(repeating: bytes.count, count: 256)
    for (index, byte) in bytes.dropLast().enumerated() { steps[Int(byte)] = bytes.count - 1 - index }
    self.steps = steps
    exceptions = targets.flatMap { target in
      let whole = Array(target.utf8)
      guard whole.count >= bytes.count else { return [Exception]() }
      return (0...(whole.count - bytes.count)).filter { whole[$0...].starts(with: bytes) }
        .map { Exception(bytes: whole, start: $0) }
    }
    // With what tells where a path begins and a name ends.
    reach = (exceptions.map(\.bytes.count) + [bytes.count]).reduce(0, max) + 2
  }

  /// Where it begins, from an index on, as nothing else than these bytes.
  private func next(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    let last = bytes.count - 1
    var index = start
    while index + last < text.count {
      let end = text[index + last]
      if end == bytes[last], matches(text, at: index) { return index }
      index += steps[Int(end)]
    }
    return nil
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    for offset in bytes.indices where text[start + offset] != bytes[offset] { return false }
    return !exceptions.contains { exception in
      let begin = start - exception.start
      guard begin >= 0, begin + exception.bytes.count <= text.count else { return false }
      return exception.bytes.indices.allSatisfy { text[begin + $0] == exception.bytes[$0] }
    }
  }

  /// Where a text holds it as a path, from its beginning to the end of a name.
  func ranges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while let found = next(in: text, from: start) {
      let range = found..<(found + bytes.count)
      if endsName(text, range.upperBound), beginsPath(text, found) { ranges.append(range) }
      start = range.upperBound
    }
    return ranges
  }

  /// Where a file still holds it. In a binary file anything may stand beside it, and a path of several names is found
  /// behind others too: it may be a further path to the same place.
  func leftover(in file: UnsafeBufferPointer<UInt8>, startingIn starts: Range<Int>, isText: Bool) -> Int? {
    var start = starts.lowerBound
    while let found = next(in: file, from: start), found < starts.upperBound {
      if !isText || endsName(file, found + bytes.count) && (!isShort || beginsPath(file, found)) { return found }
      start = found + 1
    }
    return nil
  }

  private func endsName(_ text: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool {
    guard end < text.count else { return true }
    if text[end] == UInt8(ascii: ".") { return end + 1 == text.count || !Self.isInName(text[end + 1]) }
    return !Self.isInName(text[end])
  }

  private func beginsPath(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    guard start > 0 else { return true }
    let before = text[start - 1]
    guard Self.isInName(before) || before == UInt8(ascii: ".") else { return true }
    // `-I/path` and `-L/path` of compilers.
    return before.isAlphanumeric && start > 1 && text[start - 2] == UInt8(ascii: "-")
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte >= 0x80
  }
}
