extension CompiledFilter {
  /// What the filter answers to one call, as the kernel would find it. Arguments that are not given are 0.
  package func answer(number: UInt32, architecture: UInt32, arguments: [UInt64]) -> SeccompInstruction.Action {
    var accumulator: UInt32 = 0
    var position = 0
    while true {
      let instruction = instructions[position]
      let value = UInt32(truncatingIfNeeded: instruction >> 32)
      position += 1
      switch UInt16(truncatingIfNeeded: instruction) {
      case 0x20: accumulator = Self.word(at: value, number, architecture, arguments)
      case 0x54: accumulator &= value
      case 0x15: position += Self.distance(instruction, if: accumulator == value)
      case 0x25: position += Self.distance(instruction, if: accumulator > value)
      case 0x35: position += Self.distance(instruction, if: accumulator >= value)
      case 0x05: position += Int(value)
      default:
        guard let answer = SeccompInstruction(encoded: instruction).answer else {
          preconditionFailure("the compiler writes no such instruction")
        }
        return answer
      }
    }
  }

  private static func distance(_ instruction: UInt, if condition: Bool) -> Int {
    Int(truncatingIfNeeded: (condition ? instruction >> 16 : instruction >> 24) & 0xff)
  }

  /// The word of `struct seccomp_data` at an offset.
  private static func word(
    at offset: UInt32, _ number: UInt32, _ architecture: UInt32, _ arguments: [UInt64]
  ) -> UInt32 {
    switch offset {
    case SeccompData.number: return number
    case SeccompData.architecture: return architecture
    default:
      precondition(offset >= SeccompData.argument(0), "no filter looks at where a call was made")
      let index = Int(offset - SeccompData.argument(0)) / 8
      guard index < arguments.count else { return 0 }
      let isHighHalf = offset % 8 == 4
      return UInt32(truncatingIfNeeded: isHighHalf ? arguments[index] >> 32 : arguments[index])
    }
  }
}
