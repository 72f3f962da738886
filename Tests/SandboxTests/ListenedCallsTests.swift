import Testing

@testable import Planning
@testable import Sandbox

/// A filter with a listener: SECCOMP_RET_USER_NOTIF for the calls that it asks for, everything else as before.
@Suite struct ListenedCallsTests {
  private func numbers(_ calls: [String], _ table: SeccompCompiler.Table) throws -> Set<UInt32> {
    Set(
      try calls.map { call in
        guard case .number(let number) = table.number(call) else { throw SeccompCompiler.Failure.unknownCall(call) }
        return number
      })
  }

  private static let edges: [UInt64] = [
    0, 1, 2, 5, 6, 8, 10, 16, 17, 38, 262, 0x5412, 0o4755, 0x40000, 1 << 17, 1 << 28, 1 << 32, .max,
  ]

  /// Compares with the filter without a listener, over every number and many arguments.
  private func check(
    _ filter: CompiledFilter, _ listened: ListenedCalls, _ table: SeccompCompiler.Table
  ) throws -> (notified: Int, refused: Int) {
    let with = SeccompInterpreter(try filter.with(listened, architecture: table.architecture))
    let without = SeccompInterpreter(filter)
    var seen = (notified: 0, refused: 0)
    let ruled = try Profiles.ruled(table)
    for number in UInt32(0)...1000 {
      for arguments in Profiles.arguments(ruled.contains(number), Self.edges) {
        let before = without.answer(number: number, architecture: table.architecture, arguments: arguments)
        let after = with.answer(number: number, architecture: table.architecture, arguments: arguments)
        let passes = before == allowed || before == logged
        let isHeard = passes ? listened.permitted.contains(number) : listened.refused.contains(number)
        if after != (isHeard ? notified : before) { Issue.record("call \(number) \(arguments)") }
        if isHeard { seen.notified += 1 } else if listened.permitted.contains(number) { seen.refused += 1 }
      }
    }
    for number in [0x4000_0000, 0x7FFF_FFFF, .max] as [UInt32] {
      #expect(
        with.answer(number: number, architecture: table.architecture)
          == without.answer(number: number, architecture: table.architecture))
    }
    #expect(with.answer(number: 0, architecture: 0x4000_0003) == killed)
    return seen
  }

  @Test(arguments: ["strict", "default", "debug"], [0, 1])
  func `listened calls are brought before the listener where the filter allows them, and all else is as before`(
    name: String, table: Int
  ) throws {
    let table = Profiles.tables[table]
    let listened = ListenedCalls(
      permitted: try numbers(["connect", "bind", "listen", "sendto", "socket", "mount", "clone"], table))
    let seen = try check(Profiles.filter(name, table), listened, table)
    #expect(seen.notified > 0 && seen.refused > 0, "a refused argument stays refused")
  }

  @Test(arguments: [0, 1])
  func `refused calls can be listened to as well, so that they are recorded`(table: Int) throws {
    let table = Profiles.tables[table]
    let listened = ListenedCalls(
      permitted: try numbers(["connect", "ioctl"], table),
      refused: try numbers(["mount", "ptrace", "socket", "ioctl", "clone3", "io_uring_setup"], table).union([999]))
    #expect(try check(Profiles.filter("default", table), listened, table).notified > 0)
  }

  @Test func `without calls to listen to the filter stays the same`() throws {
    let table = SeccompCompiler.Table.x86_64
    let filter = Profiles.filter("default", table)
    #expect(try filter.with(ListenedCalls(), architecture: table.architecture) == filter)
  }

  @Test func `a capsule's own profile can have a listener too`() throws {
    let table = SeccompCompiler.Table.x86_64
    let json =
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"connect\"], \"action\": \"SCMP_ACT_ALLOW\"}]}"
    let machine = OCIProfile.Machine(architecture: .x86_64, kernel: (6, 12), knowsCall: { _ in true })
    let profile = try OCIProfile(file: "p.json", bytes: Array(json.utf8), for: machine)
    let own = try OwnProfile(profile, named: "p.json", within: Profiles.filter("ceiling", table), table)
    let listened = ListenedCalls(permitted: try numbers(["connect", "bind"], table))
    let seen = try check(own.filter, listened, table)
    #expect(seen.notified > 0 && seen.refused > 0)
  }
}
