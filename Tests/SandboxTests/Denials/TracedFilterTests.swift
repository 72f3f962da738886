import Testing

@testable import Linux
@testable import Planning
@testable import Sandbox

/// A filter with a listener for all that it refuses decides nothing differently.
@Suite struct TracedFilterTests {
  private static let edges: [UInt64] = [
    0, 1, 2, 5, 6, 8, 10, 16, 17, 38, 262, 0x5412, 0o4755, 0x40000, 1 << 17, 1 << 28, 1 << 32, .max,
  ]

  private static func isError(_ answer: UInt32) -> Bool { answer & 0xFFFF_0000 == 0x0005_0000 }

  /// Compares over every number that there could be for long, and those behind each end of it.
  private func check(
    _ filter: CompiledFilter, _ traced: CompiledFilter, heard: Set<UInt32> = [], _ table: SeccompCompiler.Table
  ) throws -> (notified: Int, kept: Int) {
    let before = SeccompInterpreter(filter)
    let after = SeccompInterpreter(traced)
    let ruled = try Profiles.ruled(table)
    var seen = (notified: 0, kept: 0)
    for number in Array(UInt32(0)...1000) + [0x3FFF_FFFF, 0x4000_0000, 0x4000_0027, 0x7FFF_FFFF, .max] {
      for arguments in Profiles.arguments(ruled.contains(number), Self.edges) {
        let own = before.answer(number: number, architecture: table.architecture, arguments: arguments)
        let isHeard = Self.isError(own) || (heard.contains(number) && (own == allowed || own == logged))
        let answer = after.answer(number: number, architecture: table.architecture, arguments: arguments)
        if answer != (isHeard ? notified : own) { Issue.record("call \(number) \(arguments)") }
        if isHeard { seen.notified += 1 } else { seen.kept += 1 }
        // What the listener is going to ask gives the same error.
        let asked = filter.answer(number: number, architecture: table.architecture, arguments: arguments)
        if asked.value != own { Issue.record("the answer to call \(number) \(arguments)") }
      }
    }
    for architecture in [0, 0x4000_0003, UInt32.max] {
      #expect(after.answer(number: 0, architecture: architecture) == killed)
    }
    return seen
  }

  @Test(arguments: ["strict", "service", "default", "build", "debug", "ceiling"], [0, 1])
  func `a traced filter asks exactly where the untraced one refuses, and else answers the same`(
    name: String, table: Int
  ) throws {
    let table = Profiles.tables[table]
    let filter = Profiles.filter(name, table)
    let traced = filter.notifyingRefusals
    #expect(traced.instructions.count == filter.instructions.count)
    #expect(try traced == filter.with(.allRefusals, architecture: table.architecture))
    let seen = try check(filter, traced, table)
    #expect(seen.notified > 500 && seen.kept > 300)
  }

  @Test func `in a profile of one's own only errors are traced, and kills, traps and logs stay`() throws {
    let json = """
      {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0},
        {"names": ["rmdir"], "action": "SCMP_ACT_TRAP"},
        {"names": ["link"], "action": "SCMP_ACT_KILL"},
        {"names": ["unlink"], "action": "SCMP_ACT_KILL_PROCESS"},
        {"names": ["symlink"], "action": "SCMP_ACT_LOG"},
        {"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13, "args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"}]}
      ]}
      """
    let table = SeccompCompiler.Table.x86_64
    let machine = OCIProfile.Machine(architecture: .x86_64, kernel: (6, 12), knowsCall: { _ in true })
    let profile = try OCIProfile(file: "p.json", bytes: Array(json.utf8), for: machine)
    let own = try OwnProfile(profile, named: "p.json", within: Profiles.filter("ceiling", table), table)
    let seen = try check(own.filter, own.filter.notifyingRefusals, table)
    #expect(seen.notified > 500 && seen.kept > 300)
    let traced = SeccompInterpreter(own.filter.notifyingRefusals)
    func answer(_ call: String) -> UInt32 {
      guard case .number(let number) = table.number(call) else { return 0 }
      return traced.answer(number: number, architecture: table.architecture, arguments: [16, 3])
    }
    #expect(answer("mkdir") == notified && answer("socket") == notified)
    #expect(answer("rmdir") == 0x0003_0000 && answer("link") == 0 && answer("unlink") == killed)
    #expect(answer("symlink") == logged)
  }

  @Test(arguments: [0, 1])
  func `a broker and the tracing share one listener, and the filter's own answer tells whose a call is`(
    table: Int
  ) throws {
    let table = Profiles.tables[table]
    let filter = Profiles.filter("default", table)
    var heard: Set<UInt32> = []
    for name in ["connect", "bind", "socket", "clone", "mount"] {
      if case .number(let number) = table.number(name) { heard.insert(number) }
    }
    var listened = ListenedCalls.allRefusals
    listened.permitted = heard
    let seen = try check(
      filter, try filter.with(listened, architecture: table.architecture), heard: heard, table)
    #expect(seen.notified > 500 && seen.kept > 300)
  }
}
