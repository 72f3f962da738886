internal import CSeccomp
package import Planning

extension CompiledFilter {
  /// Whether a call of the machine that this program is built for is let through, whatever its arguments are.
  func letsThrough(_ name: String) -> Bool {
    let table = SeccompCompiler.Table.native
    guard case .number(let number) = table.number(name) else { return false }
    return answers(to: number, architecture: table.architecture).allSatisfy(\.letsThrough)
  }
}

/// What the filters of a plan answer to a call, whatever its arguments are.
package struct FilterQuestion {
  private let filters: [(process: String, filter: CompiledFilter)]

  package init(of plan: Plan) {
    filters = plan.processes.map { process in
      guard let filter = process.filter else {
        preconditionFailure("a plan names profiles that are compiled into the program")
      }
      return (process.name, filter)
    }
  }

  /// The answer for a call by its name; nil when no call of this architecture has that name. Where processes have different
  /// answers, it depends on the process.
  package func ruling(_ name: String) -> Ruling? {
    guard case .number(let number) = SeccompCompiler.Table.native.number(name) else { return nil }
    let rulings = filters.map { (process: $0.process, ruling: Self.ruling(number, $0.filter)) }
    guard let first = rulings.first else { preconditionFailure("a plan has a process") }
    if rulings.allSatisfy({ $0.ruling == first.ruling }) { return first.ruling }
    let isOneAnswer = rulings.allSatisfy { $0.ruling.answer == first.ruling.answer }
    return Ruling(
      isOneAnswer ? first.ruling.answer : .depends,
      rulings.map { "\($0.process): \($0.ruling.answer.rawValue), \($0.ruling.rule)" }.joined(separator: "; "),
      by: .systemCalls)
  }

  private static func ruling(_ number: UInt32, _ filter: CompiledFilter) -> Ruling {
    let answers = filter.answers(to: number, architecture: SeccompCompiler.Table.native.architecture)
    let profile = "the profile \(filter.profile)"
    if answers.allSatisfy(\.letsThrough) {
      return Ruling(
        .yes, answers.contains(.log) ? "\(profile) allows it, and it is logged" : "\(profile) allows it",
        by: .systemCalls)
    }
    if answers.contains(where: \.letsThrough) {
      return Ruling(.depends, "\(profile) allows it for some arguments", by: .systemCalls)
    }
    return Ruling(.no, answers.map { words($0, profile) }.sorted().joined(separator: ", or "), by: .systemCalls)
  }

  private static func words(_ answer: SeccompInstruction.Action, _ profile: String) -> String {
    switch answer {
    case .error(38): "\(profile) does not know it: ENOSYS"
    case .error(1): "\(profile) forbids it: EPERM"
    case .error(let number): "\(profile) forbids it: errno \(number)"
    case .trap: "\(profile) answers it with SIGSYS"
    case .allow, .log, .notify, .killThread, .killProcess: "\(profile) kills whoever makes it"
    }
  }
}
