internal import Planning

/// Code that goes on to `next` when a condition on an argument holds, and otherwise jumps behind it.
enum ConditionCode {
  static func code(
    _ condition: SeccompProfile.Condition, before next: [SeccompInstruction], _ call: String
  ) throws(SeccompCompiler.Failure) -> [SeccompInstruction] {
    let argument = condition.argument
    switch condition.test {
    case .isOneOf(let values, let mask): return try list(values, mask, argument, isWanted: true, next, call)
    case .isNoneOf(let values, let mask): return try list(values, mask, argument, isWanted: false, next, call)
    case .equals(let value, let mask): return try equality(value, mask, argument, isWanted: true, next, call)
    case .differs(let value): return try equality(value, .max, argument, isWanted: false, next, call)
    case .isMore(let value): return try order(value, argument, orEqual: false, isWanted: true, next, call)
    case .isAtLeast(let value): return try order(value, argument, orEqual: true, isWanted: true, next, call)
    case .isLess(let value): return try order(value, argument, orEqual: true, isWanted: false, next, call)
    case .isAtMost(let value): return try order(value, argument, orEqual: false, isWanted: false, next, call)
    }
  }

  /// The low half is one of some values, or none of them.
  private static func list(
    _ values: [UInt32], _ mask: UInt32, _ argument: Int, isWanted: Bool, _ next: [SeccompInstruction], _ call: String
  ) throws(SeccompCompiler.Failure) -> [SeccompInstruction] {
    var result: [SeccompInstruction] = [.load(SeccompData.argument(argument))]
    if mask != .max { result.append(.and(mask)) }
    guard let past = UInt8(exactly: next.count + (isWanted ? 1 : 0)), values.count < 128, past < 128 else {
      throw .tooLong(call: call)
    }
    for (index, value) in values.enumerated() {
      let rest = UInt8(values.count - index - 1)
      // A hit leads to `next`, over the jump that stands before it, or past `next`.
      result.append(.jumpIfEqual(value, isWanted ? rest + 1 : rest + past, else: 0))
    }
    if isWanted { result.append(.jump(UInt32(next.count))) }
    return result + next
  }

  /// Both halves, after a mask, are those of a value; or not both.
  private static func equality(
    _ value: UInt64, _ mask: UInt64, _ argument: Int, isWanted: Bool, _ next: [SeccompInstruction], _ call: String
  ) throws(SeccompCompiler.Failure) -> [SeccompInstruction] {
    guard let past = UInt8(exactly: next.count), past < 128 else { throw .tooLong(call: call) }
    var low: [SeccompInstruction] = [.load(SeccompData.argument(argument))]
    if mask.low != .max { low.append(.and(mask.low)) }
    low.append(isWanted ? .jumpIfEqual(value.low, 0, else: past) : .jumpIfEqual(value.low, past, else: 0))
    var high: [SeccompInstruction] = [.load(SeccompData.upperHalf(argument))]
    if mask.high != .max { high.append(.and(mask.high)) }
    let rest = UInt8(low.count)
    // Where the upper halves differ, the lower ones do not matter.
    high.append(.jumpIfEqual(value.high, 0, else: isWanted ? rest + past : rest))
    return high + low + next
  }

  /// The whole argument is more than a value, or at least that; or not.
  private static func order(
    _ value: UInt64, _ argument: Int, orEqual: Bool, isWanted: Bool, _ next: [SeccompInstruction], _ call: String
  ) throws(SeccompCompiler.Failure) -> [SeccompInstruction] {
    guard let past = UInt8(exactly: next.count), past < 128 else { throw .tooLong(call: call) }
    let (yes, no): (UInt8, UInt8) = isWanted ? (0, past) : (past, 0)
    return [
      .load(SeccompData.upperHalf(argument)),
      // Over the three instructions behind it.
      .jumpIfMore(value.high, yes + 3, else: 0),
      .jumpIfEqual(value.high, 0, else: no + 2),
      .load(SeccompData.argument(argument)),
      orEqual ? .jumpIfAtLeast(value.low, yes, else: no) : .jumpIfMore(value.low, yes, else: no),
    ] + next
  }
}

extension UInt64 {
  fileprivate var low: UInt32 { UInt32(truncatingIfNeeded: self) }
  fileprivate var high: UInt32 { UInt32(self >> 32) }
}
