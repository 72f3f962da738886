internal import CSeccomp
package import Planning

/// What a compiled filter answers to a call, whatever its arguments are: every way through the program is followed.
package struct FilterQuestion {
  private let program: [UInt64]
  private let architecture: UInt32

  /// All processes of a plan have the filter of its first: this release has no other profile.
  package init(of plan: Plan) {
    guard let name = plan.processes.first?.seccomp, let filter = CompiledFilter.named(name) else {
      preconditionFailure("a plan names profiles that are compiled into the program")
    }
    program = filter.instructions
    architecture = seccomp_arch_native()
  }

  /// The answer for a call by its name; nil when no call of this architecture has that name.
  package func ruling(_ name: String) -> Ruling? {
    let number = seccomp_syscall_resolve_name(name)
    guard number >= 0 else { return nil }
    var answers: Set<UInt32> = []
    follow(from: 0, .known(0), UInt32(number), &answers)
    let allowed: UInt32 = 0x7fff_0000
    if answers == [allowed] { return Ruling(.yes, "the profile allows it", by: .systemCalls) }
    if answers.contains(allowed) {
      return Ruling(.depends, "the profile allows it for some arguments", by: .systemCalls)
    }
    return Ruling(.no, answers.map(Self.words).sorted().joined(separator: ", or "), by: .systemCalls)
  }

  private enum Word {
    case known(UInt32)
    /// An argument of the call.
    case any
  }

  /// Collects the answers that can be reached. Filters have no loops: every jump leads forward.
  private func follow(from start: Int, _ word: Word, _ number: UInt32, _ answers: inout Set<UInt32>) {
    var position = start
    var accumulator = word
    while true {
      let instruction = SeccompInstruction(encoded: program[position])
      position += 1
      switch (instruction.code, accumulator) {
      case (0x20, _): accumulator = load(instruction.value, number)
      case (0x54, .known(let value)): accumulator = .known(value & instruction.value)
      case (0x54, .any): continue
      case (0x15, .known(let value)): position += instruction.distance(if: value == instruction.value)
      case (0x35, .known(let value)): position += instruction.distance(if: value >= instruction.value)
      case (0x15, .any), (0x35, .any):
        follow(from: position + instruction.distance(if: true), accumulator, number, &answers)
        position += instruction.distance(if: false)
      case (0x05, _): position += Int(instruction.value)
      case (0x06, _):
        answers.insert(instruction.value)
        return
      default: preconditionFailure("the compiler writes no instruction of code \(instruction.code)")
      }
    }
  }

  private func load(_ offset: UInt32, _ number: UInt32) -> Word {
    switch offset {
    case SeccompData.number: .known(number)
    case SeccompData.architecture: .known(architecture)
    default: .any
    }
  }

  private static func words(_ answer: UInt32) -> String {
    switch answer {
    case 0x0005_0000 | 38: "the profile does not know it: ENOSYS"
    case 0x0005_0000 | 1: "the profile forbids it: EPERM"
    case let error where error & 0xffff_0000 == 0x0005_0000: "the profile forbids it: errno \(error & 0xffff)"
    default: "the profile kills whoever makes it"
    }
  }
}

extension SeccompInstruction {
  fileprivate init(encoded: UInt64) {
    self.init(
      code: UInt16(truncatingIfNeeded: encoded), ifTrue: UInt8(truncatingIfNeeded: encoded >> 16),
      ifFalse: UInt8(truncatingIfNeeded: encoded >> 24), value: UInt32(truncatingIfNeeded: encoded >> 32))
  }

  fileprivate func distance(if condition: Bool) -> Int { Int(condition ? ifTrue : ifFalse) }
}
