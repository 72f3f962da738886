import ManifestFormat
import Testing

@testable import Planning
@testable import Sandbox

/// Each profile, on each architecture, over every number of a call and the edges of every argument that a rule looks at.
@Suite struct SeccompProfileTests {
  /// What separates the arguments that rules tell apart, and values with the same lower half.
  private static let edges: [UInt64] = {
    var values: Set<UInt64> = [0, 1, 2, 3, .max]
    let rules = (try? Profiles.names.map { try Profiles.profile($0) }) ?? []
    for rule in rules.flatMap(\.arguments.values) {
      for condition in rule.anyOf.joined() {
        switch condition.test {
        case .isOneOf(let list, let mask), .isNoneOf(let list, let mask):
          for value in list + [mask, ~mask] {
            values.formUnion([UInt64(value), UInt64(value) &+ 1, UInt64(value) &- 1, UInt64(value) | 1 << 32])
          }
        default: continue
        }
      }
    }
    for bit in 0..<64 { values.insert(1 << UInt64(bit)) }
    return values.sorted()
  }()

  /// Every way to fill the arguments that the rules of any profile look at for this call, by edges; others are 0.
  private static func arguments(of call: String, _ profiles: [SeccompProfile]) -> [[UInt64]] {
    let looked = Set(profiles.compactMap { $0.arguments[call] }.flatMap(\.anyOf).joined().map(\.argument)).sorted()
    var result: [[UInt64]] = [[0, 0, 0, 0, 0, 0]]
    // The edges of one argument are few enough to combine; with three of them, fewer edges do.
    let values = looked.count < 3 ? edges : edges.filter { $0 < 64 || $0 == 262 || $0 == .max || $0 == 1 << 32 }
    for argument in looked {
      result = result.flatMap { row in
        values.map { value in
          var row = row
          row[argument] = value
          return row
        }
      }
    }
    return result
  }

  /// What a rule says, computed from its words.
  private static func expected(_ rule: SeccompProfile.ArgumentRule, _ arguments: [UInt64]) -> UInt32 {
    let holds = rule.anyOf.contains { clause in
      clause.allSatisfy { condition in
        let low = UInt32(truncatingIfNeeded: arguments[condition.argument])
        switch condition.test {
        case .isOneOf(let list, let mask): return list.contains(low & mask)
        case .isNoneOf(let list, let mask): return !list.contains(low & mask)
        default: fatalError("profiles have conditions on the low half alone")
        }
      }
    }
    if holds { return rule.isLogged ? logged : allowed }
    switch rule.otherwise {
    case "EPERM": return notPermitted
    case "EAFNOSUPPORT": return noFamily
    case "EOPNOTSUPP": return 0x5_0000 | 95
    case let other: fatalError("no profile answers \(other) yet")
    }
  }

  private static let cases = Profiles.names.flatMap { name in Profiles.tables.indices.map { (name, $0) } }

  @Test(arguments: cases)
  func `every number and every edge of an argument is answered as the profile says`(name: String, table: Int) throws {
    let table = Profiles.tables[table]
    let profile = try Profiles.profile(name)
    let interpreter = SeccompInterpreter(Profiles.filter(name, table))
    var expected: [UInt32: UInt32] = [:]
    for (call, answer) in profile.answers {
      if case .number(let number) = table.number(call) { expected[number] = Profiles.value(answer) }
    }
    var ruled = 0
    for (call, rule) in profile.arguments {
      guard case .number(let number) = table.number(call) else { continue }
      expected[number] = .max
      for arguments in Self.arguments(of: call, [profile]) {
        let answer = interpreter.answer(number: number, architecture: table.architecture, arguments: arguments)
        if answer != Self.expected(rule, arguments) {
          Issue.record("\(name): \(call) \(arguments) is answered \(String(answer, radix: 16))")
        }
        ruled += 1
      }
    }
    #expect(ruled > 1000)
    for number in UInt32(0)...2000 where expected[number] != .max {
      for arguments in [[], [UInt64](repeating: .max, count: 6)] {
        let answer = interpreter.answer(number: number, architecture: table.architecture, arguments: arguments)
        if answer != expected[number] ?? notThere { Issue.record("\(name): call \(number)") }
      }
    }
  }

  @Test(arguments: cases)
  func `foreign architectures, x32 and unknown numbers are refused in each profile`(name: String, table: Int) {
    let table = Profiles.tables[table]
    let interpreter = SeccompInterpreter(Profiles.filter(name, table))
    let foreign: [UInt32] = [0, 0x4000_0003, 0x4000_0028, 0xC000_003E, 0xC000_00B7, 0xC000_00B6, .max]
    for architecture in foreign where architecture != table.architecture {
      for number in UInt32(0)...600 {
        #expect(interpreter.answer(number: number, architecture: architecture) == killed)
      }
    }
    for number in [0x4000_0000, 0x4000_0027, 0x7FFF_FFFF, 0x8000_0000, .max] as [UInt32] {
      let expected = table.foreignNumbersStart == nil ? notThere : killed
      #expect(interpreter.answer(number: number, architecture: table.architecture) == expected)
    }
  }

  /// How strict an answer is.
  private static func strictness(_ answer: UInt32) -> Int {
    guard let action = SeccompInstruction.Action(value: answer) else { fatalError("no answer: \(answer)") }
    return action.letsThrough ? 0 : action.strictness
  }

  @Test(
    arguments: [
      ("strict", "service"), ("service", "default"), ("default", "build"), ("default", "debug"), ("build", "ceiling"),
      ("debug", "ceiling"), ("filter-only", "ceiling"), ("filter-only-shared", "filter-only"),
    ].flatMap { pair in Profiles.tables.indices.map { (pair.0, pair.1, $0) } })
  func `each profile lets nothing through that the wider one does not`(narrow: String, wide: String, table: Int) throws
  {
    let table = Profiles.tables[table]
    let profiles = [try Profiles.profile(narrow), try Profiles.profile(wide)]
    let filters = [narrow, wide].map { SeccompInterpreter(Profiles.filter($0, table)) }
    let ruled = Set(profiles.flatMap(\.arguments.keys))
    var byNumber: [UInt32: [[UInt64]]] = [:]
    for call in ruled {
      if case .number(let number) = table.number(call) { byNumber[number] = Self.arguments(of: call, profiles) }
    }
    var isWider = false
    for number in UInt32(0)...2000 {
      for arguments in byNumber[number] ?? [[]] {
        let answers = filters.map {
          Self.strictness($0.answer(number: number, architecture: table.architecture, arguments: arguments))
        }
        if answers[0] == 0, answers[1] != 0 { Issue.record("\(narrow) allows \(number) \(arguments)") }
        isWider = isWider || answers[0] > answers[1]
      }
    }
    #expect(isWider, "the two are the same")
    if ProfileNames.all.contains(wide) {
      #expect(ProfileNames.narrows(narrow, wide) && !ProfileNames.narrows(wide, narrow))
    }
  }

  @Test func `what manifests may name is what the program has, and the ceiling is none of it`() throws {
    #expect(ProfileNames.all.allSatisfy { CompiledFilter.named($0)?.profile == $0 })
    #expect(Set(ProfileNames.all + ["ceiling", "filter-only", "filter-only-shared"]) == Set(Profiles.names))
    #expect(CompiledFilter.named("ceiling") == nil)
    #expect(!ProfileNames.narrows("build", "debug") && !ProfileNames.narrows("debug", "build"))
    #expect(!ProfileNames.narrows("none", "debug") && !ProfileNames.narrows("strict", "none"))
    #expect(Set(try Profiles.filesInTree()) == Set(Profiles.names + ["groups"]))
  }

  @Test(arguments: cases)
  func `the filters in the program are those of the profiles in the tree, for each architecture`(
    name: String, table: Int
  ) throws {
    let table = Profiles.tables[table]
    let compiled = try SeccompCompiler.compile(try Profiles.profile(name), table).map(\.encoded)
    #expect(Profiles.filter(name, table).instructions == compiled, "run scripts/compile-profiles")
    #expect(try !Profiles.profile(name).description.isEmpty)
  }

  @Test(arguments: cases)
  func `what reaches the kernel's own state is shut in every profile`(name: String, table: Int) throws {
    let table = Profiles.tables[table]
    let filter = Profiles.filter(name, table)
    let forbidden = [
      "mount", "umount2", "pivot_root", "chroot", "open_tree", "open_tree_attr", "move_mount", "fsopen", "fsmount",
      "fsconfig", "fspick", "mount_setattr", "setns", "unshare", "clone3", "io_uring_setup", "io_uring_enter",
      "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "kexec_load",
      "kexec_file_load", "init_module", "finit_module", "delete_module", "open_by_handle_at", "name_to_handle_at",
      "kcmp", "pidfd_getfd", "process_madvise", "openat2", "fchmodat2", "reboot", "swapon", "swapoff", "acct",
      "syslog", "quotactl", "settimeofday", "clock_settime", "adjtimex", "migrate_pages", "move_pages", "fanotify_init",
      "memfd_secret", "mseal", "listmount", "statmount", "iopl", "ioperm", "modify_ldt", "vhangup",
    ]
    for call in forbidden {
      guard case .number(let number) = table.number(call) else { continue }
      let answers = filter.answers(to: number, architecture: table.architecture)
      #expect(answers == [.error(1)] || answers == [.error(38)], "\(call): \(answers)")
    }
    // The control: the same question finds what is open.
    guard case .number(let read) = table.number("read") else { fatalError("no read") }
    #expect(filter.answers(to: read, architecture: table.architecture) == [.allow])
  }

  @Test func `each profile has what it is for, and not what only others have`() throws {
    let calls: [(call: String, arguments: [UInt64], profiles: Set<String>)] = [
      ("ptrace", [], ["debug"]), ("process_vm_readv", [], ["debug"]), ("process_vm_writev", [], ["debug"]),
      ("personality", [0x40000], ["debug", "build"]), ("personality", [0x0400000], []),
      ("personality", [8], ["default", "debug", "build"]),
      ("personality", [0xFFFF_FFFF], ["service", "default", "build", "debug"]),
      ("mbind", [], ["build"]), ("set_mempolicy", [], ["build"]), ("move_pages", [], []),
      ("vmsplice", [], ["default", "build", "debug"]), ("mq_open", [], ["default", "build", "debug"]),
      ("execveat", [], ["default", "build", "debug"]),
      ("inotify_init1", [], ["service", "default", "build", "debug"]),
      ("shmget", [], ["service", "default", "build", "debug"]),
      ("socket", [16, 3, 0], ["service", "default", "build", "debug"]),
      ("socket", [2, 1, 0], ["strict", "service", "default", "build", "debug"]), ("socket", [17, 3, 0], []),
      ("execve", [], ["strict", "service", "default", "build", "debug"]),
      ("ioctl", [0, 0x5412], []), ("ioctl", [0, 0x1_0000_5412], []), ("chmod", [0, 0o4755], []),
    ]
    let table = SeccompCompiler.Table.x86_64
    for (call, arguments, profiles) in calls {
      guard case .number(let number) = table.number(call) else { fatalError("no call \(call)") }
      let open = ProfileNames.all.filter { name in
        SeccompInterpreter(Profiles.filter(name, table)).answer(
          number: number, architecture: table.architecture, arguments: arguments) == allowed
      }
      #expect(Set(open) == profiles, "\(call) \(arguments)")
    }
  }
}
