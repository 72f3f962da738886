/// Puts filters in front of a filter, so that both hold: what the one in front lets through, the one behind still answers.
package struct FilterComposition {
  /// Which answers of the filter behind are changed on the way.
  package struct Variant: Hashable, Sendable {
    /// In place of an answer that lets a call through; nil leaves it.
    package var passing: SeccompInstruction.Action?
    /// In place of an error; nil leaves it.
    package var refused: SeccompInstruction.Action?

    package init(passing: SeccompInstruction.Action? = nil, refused: SeccompInstruction.Action? = nil) {
      self.passing = passing
      self.refused = refused
    }

    func changed(_ instruction: SeccompInstruction) -> SeccompInstruction {
      switch instruction.answer {
      case .allow?: passing.map { .answer($0) } ?? instruction
      // What is logged stays logged, whoever is in front.
      case .log?: passing.flatMap { $0 == .allow ? nil : .answer($0) } ?? instruction
      case .error?: refused.map { .answer($0) } ?? instruction
      case .notify?, .trap?, .killThread?, .killProcess?, nil: instruction
      }
    }
  }

  /// A filter of more instructions than the kernel takes.
  package struct TooLong: Error, Hashable, Sendable {
    package let instructions: Int
  }

  private let base: [SeccompInstruction]
  private var variants: [Variant] = []

  /// The code that checks the architecture, up to the load of the call's number.
  private static let lengthOfCheck = 3

  package init(before base: CompiledFilter) {
    self.base = base.program
    precondition(self.base[Self.lengthOfCheck] == .load(SeccompData.number), "a filter begins with its checks")
  }

  /// Code of the filter in front that leaves a call to the filter behind.
  package mutating func leave(to variant: Variant = Variant()) -> SeccompInstruction {
    let index = variants.firstIndex(of: variant) ?? variants.count
    if index == variants.count { variants.append(variant) }
    return SeccompInstruction(code: Self.placeholder, ifTrue: 0, ifFalse: 0, value: UInt32(index))
  }

  /// No instruction of the kernel's.
  private static let placeholder: UInt16 = 0xFFFF

  /// The whole program: the code in front, then the filter behind once for each variant that is used.
  package func program(_ front: [SeccompInstruction]) throws(TooLong) -> [SeccompInstruction] {
    let body = base[Self.lengthOfCheck...]
    let length = front.count + variants.count * body.count
    guard length <= CompiledFilter.mostInstructions else { throw TooLong(instructions: length) }
    var result = front.enumerated().map { position, instruction in
      guard instruction.code == Self.placeholder else { return instruction }
      return .jump(UInt32(front.count + Int(instruction.value) * body.count - position - 1))
    }
    for variant in variants { result += body.map(variant.changed) }
    return result
  }
}

extension CompiledFilter {
  /// This filter and another one: a call is let through when both let it through.
  package func within(_ base: CompiledFilter) throws(FilterComposition.TooLong) -> CompiledFilter {
    var composition = FilterComposition(before: base)
    var front: [SeccompInstruction] = []
    for instruction in program {
      switch instruction.answer {
      case .allow?: front.append(composition.leave())
      case .log?: front.append(composition.leave(to: .init(passing: .log)))
      case .notify?: preconditionFailure("a listener is put in front of the whole filter")
      case .error?, .trap?, .killThread?, .killProcess?, nil: front.append(instruction)
      }
    }
    return CompiledFilter(profile: "\(profile) within \(base.profile)", program: try composition.program(front))
  }
}
