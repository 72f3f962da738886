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
    var assembly = Assembly()
    assembly.add(ranges)
    return assembly.instructions
  }

  /// A program that is put together from its end, as all its jumps lead forward: what an instruction leads to, is there already. So
  /// an answer, or other code of a range, stands there once for all ranges near it.
  private struct Assembly {
    /// An instruction, counted from the end of the program.
    typealias Place = Int

    private var backwards: [SeccompInstruction] = []
    private var places: [[SeccompInstruction]: Place] = [:]

    /// How far a conditional jump reaches.
    private static let reach = 255

    var instructions: [SeccompInstruction] { backwards.reversed() }

    /// Returns where the search over these ranges begins.
    @discardableResult mutating func add(_ ranges: ArraySlice<Range>) -> Place {
      if ranges.count == 1, let only = ranges.first { return add(only.code) }
      let middle = ranges.startIndex + ranges.count / 2
      let upper = add(ranges[middle...])
      let lower = add(ranges[..<middle])
      let near = (upper: near(upper), lower: near(lower))
      return add([.jumpIfAtLeast(ranges[middle].start, distance(to: near.upper), else: distance(to: near.lower))])
    }

    /// Returns where the code begins.
    private mutating func add(_ code: [SeccompInstruction]) -> Place {
      if let place = places[code], backwards.count - place < Self.reach / 2 { return place }
      backwards += code.reversed()
      places[code] = backwards.count - 1
      return backwards.count - 1
    }

    /// Returns a place that leads there, and that the next but one instruction still reaches.
    private mutating func near(_ place: Place) -> Place {
      if backwards.count - place < Self.reach { return place }
      backwards.append(.jump(UInt32(backwards.count - place - 1)))
      return backwards.count - 1
    }

    private func distance(to place: Place) -> UInt8 { UInt8(backwards.count - place - 1) }
  }
}
