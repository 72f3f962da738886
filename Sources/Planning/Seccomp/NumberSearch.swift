/// Code that finds the range in which a call's number lies: a binary search, `jge` at each level.
package enum NumberSearch {
  /// From `start` up to the next range, all numbers run this code. The number must have been loaded.
  package struct Range: Hashable, Sendable {
    package let start: UInt32
    package let code: [SeccompInstruction]

    package init(start: UInt32, code: [SeccompInstruction]) {
      self.start = start
      self.code = code
    }
  }

  /// Ranges for single numbers with codes of their own; all others run `otherwise`. Neighbours with one code are one range.
  package static func ranges(
    _ codes: [UInt32: [SeccompInstruction]], otherwise: [SeccompInstruction]
  ) -> [Range] {
    var ranges = [Range(start: 0, code: otherwise)]
    func begin(_ start: UInt32, _ code: [SeccompInstruction]) {
      if ranges.last?.start == start { ranges.removeLast() }
      if ranges.last?.code != code { ranges.append(Range(start: start, code: code)) }
    }
    for number in codes.keys.sorted() {
      begin(number, codes[number] ?? otherwise)
      begin(number + 1, codes[number + 1] ?? otherwise)
    }
    return ranges
  }

  package static func code(_ ranges: ArraySlice<Range>) -> [SeccompInstruction] {
    if ranges.count == 1, let only = ranges.first { return only.code }
    let middle = ranges.startIndex + ranges.count / 2
    let lower = code(ranges[..<middle])
    let upper = code(ranges[middle...])
    let start = ranges[middle].start
    // The lower half follows at once; a conditional jump reaches no further than 255 instructions.
    if let distance = UInt8(exactly: lower.count) {
      return [.jumpIfAtLeast(start, distance, else: 0)] + lower + upper
    }
    return [.jumpIfAtLeast(start, 0, else: 1), .jump(UInt32(lower.count))] + lower + upper
  }
}
