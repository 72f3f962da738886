package import Planning

/// A profile that somebody brings along, compiled. It only narrows: what it lets through, the filter behind it still answers.
package struct OwnProfile {
  package let filter: CompiledFilter
  /// Calls that it allows and that the filter behind it never lets through.
  package let shut: [String]

  package enum Failure: Error, Hashable, Sendable {
    case tooManyConditions(call: String)
    case tooManyInstructions(Int)
  }

  package init(
    _ profile: OCIProfile, named name: String, within base: CompiledFilter,
    _ table: SeccompCompiler.Table = .native
  ) throws(Failure) {
    var composition = FilterComposition(before: base)
    let verdicts = Self.verdicts(profile, &composition, table)
    let otherwise = Self.instruction(orElse: profile.otherwise, &composition)
    do throws(SeccompCompiler.Failure) {
      let front = try SeccompCompiler(table: table).program(verdicts, otherwise: otherwise)
      filter = CompiledFilter(profile: name, program: try Self.joined(composition, front))
    } catch {
      switch error {
      case .tooLong(let call): throw .tooManyConditions(call: call)
      case .tooManyInstructions(let count): throw .tooManyInstructions(count)
      case .unknownCall(let name), .unknownError(let name): preconditionFailure("\(name) was known when it was read")
      }
    }
    var shut: [String] = []
    for entry in profile.entries where entry.action.letsThrough {
      for name in entry.names {
        guard case .number(let number) = table.number(name), !shut.contains(name) else { continue }
        let answers = base.answers(to: number, architecture: table.architecture)
        if !answers.contains(where: \.letsThrough) { shut.append(name) }
      }
    }
    self.shut = shut
  }

  private static func joined(
    _ composition: FilterComposition, _ front: [SeccompInstruction]
  ) throws(SeccompCompiler.Failure) -> [SeccompInstruction] {
    do throws(FilterComposition.TooLong) {
      return try composition.program(front)
    } catch {
      throw .tooManyInstructions(error.instructions)
    }
  }

  /// Of several entries that hold for a call, the strictest one counts; of equally strict ones the first.
  private static func verdicts(
    _ profile: OCIProfile, _ composition: inout FilterComposition, _ table: SeccompCompiler.Table
  ) -> [UInt32: (call: String, verdict: SeccompCompiler.Verdict)] {
    var byNumber: [UInt32: (call: String, entries: [OCIProfile.Entry])] = [:]
    for entry in profile.entries {
      for name in entry.names {
        guard case .number(let number) = table.number(name) else { continue }
        byNumber[number, default: (name, [])].entries.append(entry)
      }
    }
    var result: [UInt32: (call: String, verdict: SeccompCompiler.Verdict)] = [:]
    // In order, so that the same profile always makes the same program.
    for (number, (call, entries)) in byNumber.sorted(by: { $0.key < $1.key }) {
      var verdict = SeccompCompiler.Verdict(otherwise: instruction(orElse: profile.otherwise, &composition))
      let ranked = entries.enumerated().sorted {
        ($1.element.action.strictness, $0.offset) < ($0.element.action.strictness, $1.offset)
      }
      for (_, entry) in ranked {
        let then = instruction(for: entry.action, &composition)
        guard !entry.conditions.isEmpty else {
          verdict.otherwise = then
          break
        }
        verdict.cases.append(.init(conditions: entry.conditions, then: then))
      }
      result[number] = (call, verdict)
    }
    return result
  }

  private static func instruction(
    for action: SeccompInstruction.Action, _ composition: inout FilterComposition
  ) -> SeccompInstruction {
    guard action.letsThrough else { return .answer(action) }
    return composition.leave(to: .init(passing: action == .allow ? nil : action))
  }

  /// The answer to what no entry answers. Where the filter behind refuses too, its error stands: a call that does not exist
  /// for anybody is answered so, and programs fall back.
  private static func instruction(
    orElse action: SeccompInstruction.Action, _ composition: inout FilterComposition
  ) -> SeccompInstruction {
    guard case .error = action else { return instruction(for: action, &composition) }
    return composition.leave(to: .init(passing: action))
  }
}
