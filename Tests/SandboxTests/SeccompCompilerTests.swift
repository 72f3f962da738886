import Testing

@testable import Planning
@testable import Sandbox

@Suite struct SeccompCompilerTests {
  private static let table = SeccompCompiler.Table.x86_64

  private func defaultProfile() throws -> SeccompProfile {
    try Profiles.profile("default")
  }

  private func interpreter(_ profile: SeccompProfile) throws -> SeccompInterpreter {
    SeccompInterpreter(program: try SeccompCompiler.compile(profile, Self.table))
  }

  private func number(_ name: String) throws -> UInt32 {
    guard case .number(let number) = Self.table.number(name) else { throw SeccompCompiler.Failure.unknownCall(name) }
    return number
  }

  private func answer(_ interpreter: SeccompInterpreter, _ name: String, _ arguments: [UInt64] = []) throws -> UInt32 {
    interpreter.answer(number: try number(name), architecture: Self.table.architecture, arguments: arguments)
  }

  @Test func `every number is answered as the default profile says, and unknown ones do not exist`() throws {
    let profile = try defaultProfile()
    let interpreter = try interpreter(profile)
    var expected: [UInt32: UInt32] = [:]
    for (name, answer) in profile.answers {
      if case .number(let number) = Self.table.number(name) { expected[number] = Profiles.value(answer) }
    }
    let ruled = Set(try profile.arguments.keys.map { try number($0) })
    for number in UInt32(0)...2000 where !ruled.contains(number) {
      #expect(
        interpreter.answer(number: number, architecture: Self.table.architecture) == expected[number] ?? notThere,
        "call \(number)")
    }
    #expect(interpreter.answer(number: 0x3FFF_FFFF, architecture: Self.table.architecture) == notThere)
  }

  @Test(arguments: [0, 0x4000_0003, 0xC000_00B6, 0xFFFF_FFFF] as [UInt32])
  func `a foreign architecture kills`(architecture: UInt32) throws {
    let interpreter = try interpreter(try defaultProfile())
    #expect(interpreter.answer(number: 39, architecture: architecture) == killed)
  }

  @Test func `numbers of x32 kill`() throws {
    guard let start = Self.table.foreignNumbersStart else { return }
    let interpreter = try interpreter(try defaultProfile())
    for number in [start, start + 39, start + 0x3FFF_FFFF, .max] {
      #expect(interpreter.answer(number: number, architecture: Self.table.architecture) == killed)
    }
  }

  @Test(
    arguments: [
      (0x5412, notPermitted), (0x541C, notPermitted), (0x5423, notPermitted), (0x5411, allowed), (0x5413, allowed),
      (0x1_0000_5412, notPermitted), (0xFFFF_FFFF_0000_541C, notPermitted), (0, allowed), (UInt64.max, allowed),
    ] as [(UInt64, UInt32)])
  func `the terminal ioctls are refused whatever the upper half of the argument holds`(request: UInt64, answer: UInt32)
    throws
  {
    #expect(try self.answer(interpreter(defaultProfile()), "ioctl", [0, request]) == answer)
  }

  @Test func `clone is allowed but for namespaces`() throws {
    let interpreter = try interpreter(try defaultProfile())
    #expect(try answer(interpreter, "clone", [17]) == allowed)
    #expect(try answer(interpreter, "clone", [0x003D_0F00]) == allowed, "a thread")
    for bit in [17, 25, 26, 27, 28, 29, 30] {
      #expect(try answer(interpreter, "clone", [17 | 1 << UInt64(bit)]) == notPermitted, "bit \(bit)")
    }
  }

  @Test func `of all socket families and types only the granted ones open`() throws {
    let interpreter = try interpreter(try defaultProfile())
    let flags: [UInt64] = [0, 0o4000, 0o2000000]
    for family in UInt64(0)...50 {
      for type in UInt64(0)...15 {
        let isAllowed =
          (family == 1 && [1, 2, 5].contains(type)) || ([2, 10].contains(family) && [1, 2].contains(type))
          || (family == 16 && [2, 3].contains(type))
        for flag in flags {
          let answer = try answer(interpreter, "socket", [family, type | flag, 0])
          #expect(answer == (isAllowed ? allowed : noFamily), "family \(family), type \(type), flags \(flag)")
        }
      }
    }
    #expect(try answer(interpreter, "socket", [2, 1, 262]) == noFamily, "MPTCP")
    #expect(try answer(interpreter, "socket", [2, 1, 6]) == allowed, "TCP by its number")
    #expect(try answer(interpreter, "socket", [16, 3, 9]) == noFamily, "the audit netlink")
  }

  @Test func `a long program still jumps right`() throws {
    // Every second number up to 1200 is allowed, so that the search has far more than 255 instructions on each side.
    let table = SeccompCompiler.Table(
      architecture: 1, foreignNumbersStart: nil, number: { .number(UInt32($0) ?? 0) }, error: { $0 == "EPERM" ? 1 : 38 }
    )
    let profile = { () -> SeccompProfile in
      var profile = SeccompProfile()
      for number in 0..<600 { profile.answers[String(number * 2)] = .allow }
      return profile
    }()
    let interpreter = SeccompInterpreter(program: try SeccompCompiler.compile(profile, table))
    #expect(interpreter.program.count > 1000)
    for number in UInt32(0)...1300 {
      let expected = number < 1200 && number.isMultiple(of: 2) ? allowed : notThere
      #expect(interpreter.answer(number: number, architecture: 1) == expected, "call \(number)")
    }
  }

  @Test func `a name that no architecture has is an error`() {
    var profile = SeccompProfile()
    profile.answers = ["read": .allow, "raed": .allow]
    #expect(throws: SeccompCompiler.Failure.unknownCall("raed")) { try SeccompCompiler.compile(profile, Self.table) }
  }

  @Test func `instructions are written as the kernel reads them`() {
    #expect(SeccompInstruction.jumpIfEqual(0x0102_0304, 5, else: 6).encoded == 0x0102_0304_0605_0015)
  }

  @Test(
    arguments: [
      ("chmod", [0, 0o4755], notPermitted), ("chmod", [0, 0o2755], notPermitted), ("chmod", [0, 0o1777], allowed),
      ("fchmod", [3, 0o6000], notPermitted), ("fchmodat", [3, 0, 0o4755], notPermitted),
      ("fchmodat", [3, 0, 0o755], allowed),
      ("creat", [0, 0o4755], notPermitted), ("mknod", [0, 0o104755], notPermitted),
      ("mknodat", [3, 0, 0o104755], notPermitted),
      ("open", [0, 0o100 | 1, 0o4755], notPermitted), ("open", [0, 0o100 | 1, 0o644], allowed),
      ("open", [0, 0, 0o7777], allowed), ("openat", [3, 0, 0o20200000 | 1, 0o4755], notPermitted),
      ("openat", [3, 0, 0o100 | 1, 0o2755], notPermitted), ("openat", [3, 0, 0, UInt64.max], allowed),
      ("openat2", [], notThere),
    ] as [(String, [UInt64], UInt32)])
  func `no call can give a file a set-id bit`(call: String, arguments: [UInt64], answer: UInt32) throws {
    #expect(try self.answer(interpreter(defaultProfile()), call, arguments) == answer)
  }
}
