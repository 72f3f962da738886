package import Planning

/// Compiles a profile into one BPF program: a binary search over ranges of call numbers.
///
/// The kernel runs the program at every call and once for each number when it is loaded, so short paths count:
/// docs/design/0002 has the figures against libseccomp's own output.
package struct SeccompCompiler {
  /// Looks up names for one architecture.
  package struct Table: Sendable {
    package var architecture: UInt32
    /// The first number of a foreign interface in the same architecture (x32), if there is one.
    package var foreignNumbersStart: UInt32?
    /// A call's number; `.absent` when only other architectures have it.
    package var number: @Sendable (String) -> CallNumber
    package var error: @Sendable (String) -> UInt16?

    package init(
      architecture: UInt32, foreignNumbersStart: UInt32?, number: @escaping @Sendable (String) -> CallNumber,
      error: @escaping @Sendable (String) -> UInt16?
    ) {
      self.architecture = architecture
      self.foreignNumbersStart = foreignNumbersStart
      self.number = number
      self.error = error
    }
  }

  package enum CallNumber: Hashable, Sendable {
    case number(UInt32), absent, unknown
  }

  /// Why a profile cannot be compiled.
  package enum Failure: Error, Hashable, Sendable {
    case unknownCall(String)
    case unknownError(String)
    case tooLong(call: String)
  }

  private enum Verdict: Hashable {
    case action(SeccompInstruction.Action)
    case rule(SeccompProfile.ArgumentRule)
  }

  /// From `start` up to the next range, all numbers have one verdict.
  private struct NumberRange {
    let start: UInt32
    let verdict: Verdict
  }

  private let table: Table
  private let notThere: SeccompInstruction.Action
  private let forbidden: SeccompInstruction.Action

  package static func compile(_ profile: SeccompProfile, _ table: Table) throws(Failure) -> [SeccompInstruction] {
    let compiler = try SeccompCompiler(table)
    let ranges = compiler.ranges(try compiler.verdicts(profile))
    return compiler.prologue() + (try compiler.search(ranges[...]))
  }

  private init(_ table: Table) throws(Failure) {
    self.table = table
    notThere = try Self.error("ENOSYS", table)
    forbidden = try Self.error("EPERM", table)
  }

  private static func error(_ name: String, _ table: Table) throws(Failure) -> SeccompInstruction.Action {
    guard let number = table.error(name) else { throw .unknownError(name) }
    return .error(number)
  }

  private func verdicts(_ profile: SeccompProfile) throws(Failure) -> [UInt32: Verdict] {
    var result: [UInt32: Verdict] = [:]
    for (names, action) in [(profile.allow, SeccompInstruction.Action.allow), (profile.deny, forbidden)] {
      for name in names { if let number = try number(of: name) { result[number] = .action(action) } }
    }
    for rule in profile.arguments { if let number = try number(of: rule.call) { result[number] = .rule(rule) } }
    return result
  }

  private func number(of name: String) throws(Failure) -> UInt32? {
    switch table.number(name) {
    case .number(let number): return number
    case .absent: return nil
    case .unknown: throw .unknownCall(name)
    }
  }

  /// Neighbours with one verdict as one range; every number that was not named is not there.
  private func ranges(_ verdicts: [UInt32: Verdict]) -> [NumberRange] {
    var ranges = [NumberRange(start: 0, verdict: .action(notThere))]
    func begin(_ start: UInt32, _ verdict: Verdict) {
      if ranges.last?.start == start { ranges.removeLast() }
      if ranges.last?.verdict != verdict { ranges.append(NumberRange(start: start, verdict: verdict)) }
    }
    for number in verdicts.keys.sorted() {
      begin(number, verdicts[number] ?? .action(notThere))
      begin(number + 1, verdicts[number + 1] ?? .action(notThere))
    }
    return ranges
  }

  /// A call through another architecture's interface kills: its numbers mean something else.
  private func prologue() -> [SeccompInstruction] {
    var result: [SeccompInstruction] = [
      .load(SeccompData.architecture),
      .jumpIfEqual(table.architecture, 1, else: 0),
      .answer(.killProcess),
      .load(SeccompData.number),
    ]
    if let start = table.foreignNumbersStart {
      result += [.jumpIfAtLeast(start, 0, else: 1), .answer(.killProcess)]
    }
    return result
  }

  private func search(_ ranges: ArraySlice<NumberRange>) throws(Failure) -> [SeccompInstruction] {
    if ranges.count == 1, let only = ranges.first { return try answer(only.verdict) }
    let middle = ranges.startIndex + ranges.count / 2
    let lower = try search(ranges[..<middle])
    let upper = try search(ranges[middle...])
    let start = ranges[middle].start
    // The lower half follows at once; a conditional jump reaches no further than 255 instructions.
    if let distance = UInt8(exactly: lower.count) {
      return [.jumpIfAtLeast(start, distance, else: 0)] + lower + upper
    }
    return [.jumpIfAtLeast(start, 0, else: 1), .jump(UInt32(lower.count))] + lower + upper
  }

  private func answer(_ verdict: Verdict) throws(Failure) -> [SeccompInstruction] {
    switch verdict {
    case .action(let action): return [.answer(action)]
    case .rule(let rule):
      var result: [SeccompInstruction] = []
      for clause in rule.anyOf { result += try code(clause, call: rule.call) }
      return result + [.answer(try Self.error(rule.otherwise, table))]
    }
  }

  /// Allows when every condition holds; else goes on behind itself.
  private func code(_ clause: [SeccompProfile.Condition], call: String) throws(Failure) -> [SeccompInstruction] {
    var result: [SeccompInstruction] = [.answer(.allow)]
    for condition in clause.reversed() {
      result = try code(condition, before: result, call: call)
    }
    return result
  }

  /// Code that goes on to `next` when the condition holds, and otherwise jumps behind it.
  private func code(
    _ condition: SeccompProfile.Condition, before next: [SeccompInstruction], call: String
  ) throws(Failure) -> [SeccompInstruction] {
    var result: [SeccompInstruction] = [.load(SeccompData.argument(condition.argument))]
    if condition.mask != 0xFFFF_FFFF { result.append(.and(condition.mask)) }
    let values: [UInt32]
    let isWanted: Bool
    switch condition.test {
    case .isOneOf(let list): (values, isWanted) = (list, true)
    case .isNoneOf(let list): (values, isWanted) = (list, false)
    }
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
}
