/// A seccomp profile as the kernel loads it. Those of `profiles/` are compiled ahead, into `Compiled/`, so that a start
/// neither reads nor compiles anything, and nothing on disk can stand in for them.
package struct CompiledFilter: Hashable, Sendable {
  package let profile: String
  /// BPF instructions, each as the eight bytes of `struct sock_filter` in one little-endian number. Not
  /// as `UInt64`: arrays of `UInt` are ready in Swift's library, and the program has no machine of 32 bits.
  package let instructions: [UInt]

  /// As many as the kernel takes.
  package static let mostInstructions = 4096

  package init(profile: String, instructions: [UInt]) {
    self.profile = profile
    self.instructions = instructions
  }

  package init(profile: String, program: [SeccompInstruction]) {
    self.init(profile: profile, instructions: program.map(\.encoded))
  }

  var program: [SeccompInstruction] { instructions.map { SeccompInstruction(encoded: $0) } }
}

extension CompiledFilter {
  /// All answers that a call can get, whatever its arguments are: every way through the program is followed.
  package func answers(to number: UInt32, architecture: UInt32) -> Set<SeccompInstruction.Action> {
    var walk = Walk(program: program, number: number, architecture: architecture)
    walk.follow(from: 0, .known(0))
    return walk.answers
  }

  private struct Walk {
    let program: [SeccompInstruction]
    let number: UInt32
    let architecture: UInt32
    var answers: Set<SeccompInstruction.Action> = []
    /// Where comparisons of arguments stood already: from there on, all ways are the same again.
    var seen: Set<Int> = []

    enum Word {
      case known(UInt32)
      /// An argument of the call.
      case any
    }

    /// Collects the answers that can be reached. Filters have no loops: every jump leads forward.
    mutating func follow(from start: Int, _ word: Word) {
      var position = start
      var accumulator = word
      while true {
        let instruction = program[position]
        position += 1
        switch (instruction.code, accumulator) {
        case (0x20, _): accumulator = load(instruction.value)
        case (0x54, .known(let value)): accumulator = .known(value & instruction.value)
        case (0x54, .any): continue
        case (0x15, .known(let value)): position += instruction.distance(if: value == instruction.value)
        case (0x25, .known(let value)): position += instruction.distance(if: value > instruction.value)
        case (0x35, .known(let value)): position += instruction.distance(if: value >= instruction.value)
        case (0x15, .any), (0x25, .any), (0x35, .any):
          guard seen.insert(position).inserted else { return }
          follow(from: position + instruction.distance(if: true), accumulator)
          position += instruction.distance(if: false)
        case (0x05, _): position += Int(instruction.value)
        default:
          guard let answer = instruction.answer else {
            preconditionFailure("the compiler writes no instruction of code \(instruction.code)")
          }
          answers.insert(answer)
          return
        }
      }
    }

    private func load(_ offset: UInt32) -> Word {
      switch offset {
      case SeccompData.number: .known(number)
      case SeccompData.architecture: .known(architecture)
      default: .any
      }
    }
  }
}

extension SeccompInstruction {
  fileprivate func distance(if condition: Bool) -> Int { Int(condition ? ifTrue : ifFalse) }
}
