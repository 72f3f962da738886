import Diagnostics
import Testing

@testable import Planning
@testable import Sandbox

/// Profiles in the JSON of the OCI and of Docker: read, compiled, and run by the interpreter.
@Suite struct OwnProfileTests {
  private static func machine(
    _ architecture: OCIProfile.Architecture = .x86_64, kernel: (Int, Int) = (6, 12)
  ) -> OCIProfile.Machine {
    .init(
      architecture: architecture, kernel: kernel,
      knowsCall: { SeccompCompiler.Table.x86_64.number($0) != .unknown })
  }

  private func read(_ json: String, _ machine: OCIProfile.Machine = machine()) throws -> OCIProfile {
    try OCIProfile(file: "p.json", bytes: Array(json.utf8), for: machine)
  }

  private static let table = SeccompCompiler.Table.x86_64

  private func compile(_ json: String, within base: String = "ceiling") throws -> OwnProfile {
    try OwnProfile(try read(json), named: "p.json", within: Profiles.filter(base, Self.table), Self.table)
  }

  private func number(_ call: String) throws -> UInt32 {
    guard case .number(let number) = Self.table.number(call) else { throw SeccompCompiler.Failure.unknownCall(call) }
    return number
  }

  private func answer(_ own: OwnProfile, _ call: String, _ arguments: [UInt64] = []) throws -> UInt32 {
    SeccompInterpreter(own.filter).answer(
      number: try number(call), architecture: Self.table.architecture, arguments: arguments)
  }

  /// `defaultAction`, and entries as the JSON has them.
  private func json(_ action: String, _ entries: String, more: String = "") -> String {
    "{\"defaultAction\": \"SCMP_ACT_\(action)\", \"syscalls\": [\(entries)]\(more)}"
  }

  private func entry(_ names: String, _ action: String, _ more: String = "") -> String {
    let list = names.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
    return "{\"names\": [\(list)], \"action\": \"SCMP_ACT_\(action)\"\(more.isEmpty ? "" : ", " + more)}"
  }

  @Test func `an allow-list lets through what it names, and answers the rest as it says`() throws {
    let own = try compile(json("ERRNO", entry("read write exit_group", "ALLOW"), more: ", \"defaultErrnoRet\": 13"))
    #expect(try answer(own, "read") == allowed && answer(own, "exit_group") == allowed)
    #expect(try answer(own, "getpid") == error(13))
    #expect(try answer(own, "mount") == notPermitted, "what is forbidden to all has its own error")
    #expect(try answer(own, "clone3") == notThere, "what does not exist for anybody does not exist")
    #expect(try answer(compile(json("ERRNO", entry("read", "ALLOW"))), "getpid") == notPermitted)
  }

  @Test func `a deny-list opens nothing that is shut`() throws {
    let own = try compile(
      json("ALLOW", entry("getpid", "KILL_PROCESS") + "," + entry("getuid", "ERRNO", "\"errnoRet\": 5")))
    #expect(try answer(own, "getpid") == killed && answer(own, "getuid") == error(5))
    #expect(try answer(own, "read") == allowed && answer(own, "ptrace") == allowed)
    for call in ["mount", "unshare", "bpf", "keyctl", "setns", "perf_event_open"] {
      #expect(try answer(own, call) == notPermitted, "\(call)")
    }
    for call in ["io_uring_setup", "clone3", "openat2", "memfd_secret"] { #expect(try answer(own, call) == notThere) }
    #expect(try answer(own, "ioctl", [0, 0x1_0000_5412]) == notPermitted)
    #expect(try answer(own, "clone", [1 << 28]) == notPermitted && answer(own, "clone", [17]) == allowed)
    #expect(try answer(own, "socket", [38, 5, 0]) == noFamily && answer(own, "socket", [1, 1, 0]) == allowed)
  }

  @Test func `every action is answered by the kernel's value for it`() throws {
    let actions: [(String, UInt32)] = [
      ("ALLOW", allowed), ("LOG", logged), ("ERRNO", notPermitted), ("TRAP", 0x0003_0000), ("KILL", 0),
      ("KILL_THREAD", 0), ("KILL_PROCESS", killed),
    ]
    for (action, value) in actions {
      #expect(try answer(compile(json("ERRNO", entry("read", action))), "read") == value, "\(action)")
      #expect(try answer(compile(json(action, entry("read", "ALLOW"))), "getpid") == value, "\(action) by default")
    }
    // What is logged is still asked for its arguments.
    let log = try compile(json("LOG", ""))
    #expect(try answer(log, "clone", [17]) == logged && answer(log, "clone", [1 << 28]) == notPermitted)
  }

  private static let comparisons: [(op: String, holds: @Sendable (UInt64, UInt64) -> Bool)] = [
    ("EQ", { $0 == $1 }), ("NE", { $0 != $1 }), ("LT", { $0 < $1 }), ("LE", { $0 <= $1 }), ("GE", { $0 >= $1 }),
    ("GT", { $0 > $1 }),
  ]

  @Test(arguments: comparisons.indices)
  func `arguments are compared by all 64 bits`(index: Int) throws {
    let (op, holds) = Self.comparisons[index]
    let values: [UInt64] = [
      0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 32, 1 << 32 | 1, 1 << 32 | 2, 2 << 32 | 1,
      1 << 63, .max - 1, .max,
    ]
    for value in values {
      let argument = "\"args\": [{\"index\": 2, \"value\": \(value), \"op\": \"SCMP_CMP_\(op)\"}]"
      let own = try compile(json("ERRNO", entry("read", "ALLOW", argument)))
      for given in values {
        #expect(
          try answer(own, "read", [9, 9, given]) == (holds(given, value) ? allowed : notPermitted),
          "\(given) \(op) \(value)")
      }
    }
  }

  @Test func `a masked comparison looks at the bits of the mask alone`() throws {
    let mask: UInt64 = 0xF0_0000_000F
    let argument =
      "\"args\": [{\"index\": 0, \"value\": \(mask), \"valueTwo\": \(0x30_0000_0001), \"op\": \"SCMP_CMP_MASKED_EQ\"}]"
    let own = try compile(json("ERRNO", entry("read", "ALLOW", argument)))
    for given in [0x30_0000_0001, 0x30_0000_0011, 0xFF3F_0000_0001, 0, 1, 0x30_0000_0000, 0x20_0000_0001] as [UInt64] {
      #expect(try answer(own, "read", [given]) == (given & mask == 0x30_0000_0001 ? allowed : notPermitted))
    }
  }

  @Test func `all arguments of an entry must hold, and of several entries the strictest counts`() throws {
    let two =
      "\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}, {\"index\": 1, \"value\": 5, \"op\": \"SCMP_CMP_GT\"}]"
    let both = try compile(json("ERRNO", entry("read", "ALLOW", two)))
    for (first, second, isAllowed) in [(1, 6, true), (1, 5, false), (2, 6, false), (0, 0, false)]
      as [(UInt64, UInt64, Bool)]
    {
      #expect(try answer(both, "read", [first, second]) == (isAllowed ? allowed : notPermitted))
    }
    let one = "\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]"
    let orders = [
      entry("read", "ALLOW") + "," + entry("read", "KILL_PROCESS", one),
      entry("read", "KILL_PROCESS", one) + "," + entry("read", "ALLOW"),
    ]
    for entries in orders {
      let own = try compile(json("ERRNO", entries))
      #expect(try answer(own, "read", [1]) == killed && answer(own, "read", [2]) == allowed)
    }
    let shut = try compile(json("ALLOW", entry("read", "ALLOW", one) + "," + entry("read", "ERRNO", "\"errnoRet\": 7")))
    #expect(try answer(shut, "read", [1]) == error(7))
  }

  @Test func `entries for capabilities, other machines and newer kernels do not apply`() throws {
    func applies(_ more: String, _ machine: OCIProfile.Machine = Self.machine()) throws -> Bool {
      try !read(json("ERRNO", entry("read", "ALLOW", more)), machine).entries.isEmpty
    }
    #expect(try !applies("\"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}"))
    #expect(try applies("\"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}"))
    #expect(try applies("\"includes\": {}, \"excludes\": {\"caps\": [], \"arches\": null}, \"args\": null"))
    #expect(try applies("\"includes\": {\"arches\": [\"amd64\", \"x32\"]}"))
    #expect(try !applies("\"includes\": {\"arches\": [\"arm64\"]}"))
    #expect(try applies("\"includes\": {\"arches\": [\"arm64\"]}", Self.machine(.arm64)))
    #expect(try !applies("\"excludes\": {\"arches\": [\"s390x\", \"amd64\"]}"))
    #expect(
      try applies("\"includes\": {\"minKernel\": \"6.12\"}") && !applies("\"includes\": {\"minKernel\": \"6.13\"}"))
    #expect(try applies("\"includes\": {\"minKernel\": \"4.8\"}") && !applies("\"includes\": {\"minKernel\": \"7.0\"}"))
    #expect(try !applies("\"excludes\": {\"minKernel\": \"4.8\"}"))
  }

  @Test func `architectures must hold that of this machine, and the others are told`() throws {
    let plain = try read(json("ERRNO", "", more: ", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X32\"]"))
    #expect(plain.foreignArchitectures == ["SCMP_ARCH_X32"])
    let map =
      ", \"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]}, "
      + "{\"architecture\": \"SCMP_ARCH_AARCH64\", \"subArchitectures\": [\"SCMP_ARCH_ARM\"]}, "
      + "{\"architecture\": \"SCMP_ARCH_RISCV64\", \"subArchitectures\": null}]"
    #expect(try read(json("ERRNO", "", more: map)).foreignArchitectures == ["SCMP_ARCH_X86"])
    #expect(try read(json("ERRNO", "", more: map), Self.machine(.arm64)).foreignArchitectures == ["SCMP_ARCH_ARM"])
    #expect(throws: Diagnostic.self) { try read(json("ERRNO", "", more: ", \"architectures\": [\"SCMP_ARCH_S390X\"]")) }
    let own = try compile(
      json("ALLOW", "", more: ", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"]"))
    let interpreter = SeccompInterpreter(own.filter)
    #expect(interpreter.answer(number: 3, architecture: 0x4000_0003) == killed)
    #expect(interpreter.answer(number: 0x4000_0000, architecture: Self.table.architecture) == killed)
  }

  @Test(arguments: [
    ("{}", "defaultAction"), ("[]", "table"), ("{\"defaultAction\": \"SCMP_ACT_PERMIT\"}", "SCMP_ACT_PERMIT"),
    ("{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}", "nobody would answer"),
    ("{\"defaultAction\": \"SCMP_ACT_TRACE\"}", "nobody would answer"),
    ("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultErrnoRet\": 1}", "no error number"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 4096}", "4095"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EPERM\"}", "defaultErrno"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"flags\": [\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"]}", "SPEC_ALLOW"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"listenerPath\": \"/run/x\"}", "listenerPath"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_VAX\"]}", "SCMP_ARCH_VAX"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [], \"archMap\": []}", "both"),
    ("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultAction\": \"SCMP_ACT_ALLOW\"}", "defaultAction"),
  ])
  func `a profile that cannot be kept to is refused with what is wrong`(text: String, names: String) {
    expect(text, names)
  }

  @Test(arguments: [
    ("{\"names\": [\"raed\"], \"action\": \"SCMP_ACT_ALLOW\"}", "raed"),
    ("{\"action\": \"SCMP_ACT_ALLOW\"}", "names no call"),
    ("{\"names\": [\"0\"], \"action\": \"SCMP_ACT_ALLOW\"}", "\"0\""),
    ("{\"names\": [], \"action\": \"SCMP_ACT_ALLOW\"}", "names no call"), ("{\"names\": [\"read\"]}", "no action"),
    ("{\"name\": \"read\", \"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\"}", "both name and names"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"errnoRet\": 3}", "no error number"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"priority\": 3}", "priority"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"caps\": [\"CAP_FLY\"]}}", "CAP_FLY"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"arches\": [\"vax\"]}}", "vax"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"minKernel\": \"new\"}}", "new"),
    ("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"excludes\": {\"users\": []}}", "users"),
    ("{\"names\": [\"nothing\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"arches\": [\"s390x\"]}}", "nothing"),
  ])
  func `an entry that cannot be kept to is refused with what is wrong`(text: String, names: String) {
    expect(json("ERRNO", text), names)
  }

  @Test(arguments: [
    ("{\"index\": 6, \"value\": 0, \"op\": \"SCMP_CMP_EQ\"}", "0 to 5"),
    ("{\"index\": 0, \"value\": 0}", "needs index"),
    ("{\"index\": 0, \"value\": -1, \"op\": \"SCMP_CMP_EQ\"}", "number"),
    ("{\"index\": 0, \"value\": 18446744073709551616, \"op\": \"SCMP_CMP_EQ\"}", "number"),
    ("{\"index\": 0, \"value\": 1.5, \"op\": \"SCMP_CMP_EQ\"}", "number"),
    ("{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_LIKE\"}", "SCMP_CMP_LIKE"),
    ("{\"index\": 0, \"value\": 1, \"valueTwo\": 1, \"op\": \"SCMP_CMP_EQ\"}", "valueTwo"),
    ("{\"index\": 0, \"value\": 1, \"valueTwo\": 2, \"op\": \"SCMP_CMP_MASKED_EQ\"}", "never holds"),
    (
      "{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_GT\"}, {\"index\": 0, \"value\": 5, \"op\": \"SCMP_CMP_LT\"}",
      "two conditions"
    ),
  ])
  func `an argument that cannot be kept to is refused with what is wrong`(text: String, names: String) {
    expect(json("ERRNO", "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [\(text)]}"), names)
  }

  private func expect(_ text: String, _ names: String) {
    do {
      _ = try read(text)
      Issue.record("accepted: \(text)")
    } catch let problem as Diagnostic {
      #expect(problem.message.contains(names), "\(problem.message)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func `what it allows and no capsule gets is told by name`() throws {
    let own = try compile(json("ERRNO", entry("read mount bpf clone openat2 ptrace s390_pci_mmio_read", "ALLOW")))
    #expect(own.shut == ["mount", "bpf", "openat2"])
    #expect(try compile(json("ERRNO", entry("ptrace", "ALLOW")), within: "default").shut == ["ptrace"])
    #expect(try compile(json("ERRNO", entry("mount", "KILL_PROCESS"))).shut.isEmpty)
  }

  @Test func `a profile that is too large is refused`() throws {
    let entries = (0..<900).map { value in
      entry(
        "read", "ERRNO", "\"errnoRet\": 2, \"args\": [{\"index\": 0, \"value\": \(value), \"op\": \"SCMP_CMP_EQ\"}]")
    }
    #expect(throws: OwnProfile.Failure.self) { try compile(json("ALLOW", entries.joined(separator: ","))) }
  }

  /// Profiles of every kind, over every number, with the arguments that the profiles of this program tell apart.
  @Test(arguments: ["ALLOW", "LOG", "ERRNO", "KILL_PROCESS"], ["ceiling", "default", "strict"])
  func `no profile lets anything through that the one behind it does not`(action: String, base: String) throws {
    let conditions = "\"args\": [{\"index\": 0, \"value\": 64, \"op\": \"SCMP_CMP_GE\"}]"
    let own = try compile(
      json(
        action,
        entry("mount bpf ptrace unshare keyctl io_uring_setup clone3 ioctl socket chmod", "ALLOW") + ","
          + entry("clone openat personality prlimit64", "LOG", conditions) + ","
          + entry("read write", "TRAP", conditions)), within: base)
    let front = SeccompInterpreter(own.filter)
    let behind = SeccompInterpreter(Profiles.filter(base, Self.table))
    let values: [UInt64] = [
      0, 1, 2, 8, 10, 16, 17, 38, 40, 64, 0x5412, 0x1_0000_5412, 0o4755, 0x40000, 1 << 17, 1 << 28, 1 << 32, .max,
    ]
    var opened = 0
    let looked = Set(try ["read", "write"].map(number)).union(try Profiles.ruled(Self.table))
    for number in UInt32(0)...1000 {
      for arguments in Profiles.arguments(looked.contains(number), values) {
        let mine = front.answer(number: number, architecture: Self.table.architecture, arguments: arguments)
        let its = behind.answer(number: number, architecture: Self.table.architecture, arguments: arguments)
        if mine == allowed || mine == logged {
          opened += 1
          if its != allowed { Issue.record("call \(number) \(arguments)") }
        }
      }
    }
    #expect(opened > 0)
  }

  @Test func `a named profile within one of the capsule's own lets through what both do`() throws {
    let own = try compile(json("ERRNO", entry("read ptrace getpid vmsplice", "ALLOW") + "," + entry("write", "LOG")))
    let both = try Profiles.filter("strict", Self.table).within(own.filter)
    #expect(both.profile == "strict within p.json")
    let interpreter = SeccompInterpreter(both)
    let expected: [(String, UInt32)] = [
      ("read", allowed), ("getpid", allowed), ("write", logged), ("getuid", notPermitted), ("ptrace", notPermitted),
      ("vmsplice", notThere),
    ]
    for (call, answer) in expected {
      #expect(
        interpreter.answer(number: try number(call), architecture: Self.table.architecture) == answer, "\(call)")
    }
  }
}
