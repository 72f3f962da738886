import Planning

/// Runs a filter as the kernel would, in the few instructions that our compiler uses; anything else is a trap.
struct SeccompInterpreter {
  let program: [SeccompInstruction]

  init(program: [SeccompInstruction]) { self.program = program }

  init(_ filter: CompiledFilter) {
    self.init(program: filter.instructions.map { SeccompInstruction(encoded: $0) })
  }

  func answer(number: UInt32, architecture: UInt32, arguments: [UInt64] = []) -> UInt32 {
    var words: [UInt32] = [number, architecture, 0, 0]
    for index in 0..<6 {
      let argument = index < arguments.count ? arguments[index] : 0
      words += [UInt32(truncatingIfNeeded: argument), UInt32(argument >> 32)]
    }
    var accumulator: UInt32 = 0
    var position = 0
    while true {
      let instruction = program[position]
      position += 1
      switch instruction.code {
      case 0x20: accumulator = words[Int(instruction.value / 4)]
      case 0x54: accumulator &= instruction.value
      case 0x15: position += Int(accumulator == instruction.value ? instruction.ifTrue : instruction.ifFalse)
      case 0x25: position += Int(accumulator > instruction.value ? instruction.ifTrue : instruction.ifFalse)
      case 0x35: position += Int(accumulator >= instruction.value ? instruction.ifTrue : instruction.ifFalse)
      case 0x05: position += Int(instruction.value)
      case 0x06: return instruction.value
      default: preconditionFailure("unknown instruction \(instruction)")
      }
    }
  }
}

let allowed: UInt32 = 0x7fff_0000
let logged: UInt32 = 0x7ffc_0000
let notified: UInt32 = 0x7fc0_0000
let killed: UInt32 = 0x8000_0000
func error(_ number: UInt32) -> UInt32 { 0x0005_0000 | number }
let notPermitted = error(1)
let noFamily = error(97)
let notThere = error(38)
