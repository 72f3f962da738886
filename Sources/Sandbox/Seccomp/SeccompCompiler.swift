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
    /// A rule with more conditions than a jump reaches.
    case tooLong(call: String)
    /// More instructions than the kernel takes.
    case tooManyInstructions(Int)
  }

  /// What a call is answered with: the first case whose conditions hold, else `otherwise`. Each is an instruction that
  /// answers, or that leaves the call to a filter behind this one.
  struct Verdict: Hashable {
    struct Case: Hashable {
      var conditions: [SeccompProfile.Condition]
      var then: SeccompInstruction
    }

    var cases: [Case] = []
    var otherwise: SeccompInstruction
  }

  private let table: Table

  package static func compile(_ profile: SeccompProfile, _ table: Table) throws(Failure) -> [SeccompInstruction] {
    let compiler = SeccompCompiler(table: table)
    let program = try compiler.program(
      try compiler.verdicts(profile), otherwise: .answer(try compiler.error("ENOSYS")))
    guard program.count <= CompiledFilter.mostInstructions else { throw .tooManyInstructions(program.count) }
    return program
  }

  init(table: Table) { self.table = table }

  /// The whole program for calls by their numbers.
  func program(
    _ verdicts: [UInt32: (call: String, verdict: Verdict)], otherwise: SeccompInstruction
  ) throws(Failure) -> [SeccompInstruction] {
    var codes: [UInt32: [SeccompInstruction]] = [:]
    for (number, (call, verdict)) in verdicts { codes[number] = try code(verdict, call: call) }
    return prologue() + NumberSearch.code(NumberSearch.ranges(codes, otherwise: [otherwise])[...])
  }

  func number(of name: String) throws(Failure) -> UInt32? {
    switch table.number(name) {
    case .number(let number): return number
    case .absent: return nil
    case .unknown: throw .unknownCall(name)
    }
  }

  private func error(_ name: String) throws(Failure) -> SeccompInstruction.Action {
    guard let number = table.error(name) else { throw .unknownError(name) }
    return .error(number)
  }

  private func verdicts(_ profile: SeccompProfile) throws(Failure) -> [UInt32: (call: String, verdict: Verdict)] {
    var result: [UInt32: (call: String, verdict: Verdict)] = [:]
    for (name, answer) in profile.answers {
      guard let number = try number(of: name) else { continue }
      result[number] = (name, Verdict(otherwise: .answer(try action(answer))))
    }
    for (name, rule) in profile.arguments {
      guard let number = try number(of: name) else { continue }
      let then = SeccompInstruction.answer(rule.isLogged ? .log : .allow)
      result[number] = (
        name,
        Verdict(
          cases: rule.anyOf.map { .init(conditions: $0, then: then) },
          otherwise: .answer(try error(rule.otherwise)))
      )
    }
    return result
  }

  private func action(_ answer: SeccompProfile.Answer) throws(Failure) -> SeccompInstruction.Action {
    switch answer {
    case .allow: .allow
    case .log: .log
    case .deny: try error("EPERM")
    case .absent: try error("ENOSYS")
    }
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

  private func code(_ verdict: Verdict, call: String) throws(Failure) -> [SeccompInstruction] {
    var result: [SeccompInstruction] = []
    for part in verdict.cases {
      // Goes on behind itself when a condition does not hold.
      var code = [part.then]
      for condition in part.conditions.reversed() { code = try ConditionCode.code(condition, before: code, call) }
      result += code
    }
    return result + [verdict.otherwise]
  }
}
