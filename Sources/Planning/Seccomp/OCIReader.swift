internal import Diagnostics
internal import ManifestFormat

/// Reads the JSON of a profile.
struct OCIReader {
  let source: SourceText
  let machine: OCIProfile.Machine

  func profile(_ root: SyntaxNode) throws(Diagnostic) -> OCIProfile {
    var profile = OCIProfile()
    let entries = try table(
      root,
      [
        "defaultAction", "defaultErrnoRet", "architectures", "archMap", "syscalls", "flags", "listenerPath",
        "listenerMetadata",
      ])
    guard let action = entries["defaultAction"] else {
      throw error("the profile has no defaultAction", at: root, "add \"defaultAction\": \"SCMP_ACT_ERRNO\"")
    }
    profile.otherwise = try self.action(action, errno: entries["defaultErrnoRet"])
    for key in ["listenerPath", "listenerMetadata"] {
      if let node = entries[key] { throw error("\(key) is not supported", at: node, "remove it") }
    }
    for flag in try entries["flags"].map(list) ?? [] {
      // There is one thread when the filter is installed.
      guard try text(flag) == "SECCOMP_FILTER_FLAG_TSYNC" else {
        throw error("the flag \(quoted(try text(flag))) is not supported", at: flag, "remove it")
      }
    }
    profile.foreignArchitectures = try foreignArchitectures(entries, root)
    for node in try entries["syscalls"].map(list) ?? [] {
      if let entry = try entry(node) { profile.entries.append(entry) }
    }
    return profile
  }

  // MARK: Architectures

  private func foreignArchitectures(
    _ entries: [String: SyntaxNode], _ root: SyntaxNode
  ) throws(Diagnostic) -> [String] {
    var named: [String] = []
    var foreign: [String] = []
    if let plain = entries["architectures"] {
      if entries["archMap"] != nil { throw error("both architectures and archMap are given", at: plain, "keep one") }
      for node in try list(plain) { named.append(try architecture(node)) }
      foreign = named.filter(machine.architecture.relatives.contains)
    }
    for node in try entries["archMap"].map(list) ?? [] {
      let parts = try table(node, ["architecture", "subArchitectures"])
      guard let main = parts["architecture"] else { throw error("an entry of archMap has no architecture", at: node) }
      let name = try architecture(main)
      named.append(name)
      for part in try parts["subArchitectures"].map(list) ?? [] {
        let part = try architecture(part)
        if name == machine.architecture.name { foreign.append(part) }
      }
    }
    guard named.isEmpty || named.contains(machine.architecture.name) else {
      throw error(
        "the profile is for \(named.joined(separator: ", ")), and this machine is \(machine.architecture.name)",
        at: root, "add \(machine.architecture.name)")
    }
    return foreign
  }

  private func architecture(_ node: SyntaxNode) throws(Diagnostic) -> String {
    let name = try text(node)
    guard OCINames.architectures.contains(name) else {
      throw error("there is no architecture \(quoted(name))", at: node, near(name, OCINames.architectures))
    }
    return name
  }

  // MARK: Entries

  /// The entry, or nil when it applies to other machines only, or to processes with capabilities.
  private func entry(_ node: SyntaxNode) throws(Diagnostic) -> OCIProfile.Entry? {
    let parts = try table(node, ["name", "names", "action", "errnoRet", "args", "comment", "includes", "excludes"])
    var names: [SyntaxNode] = []
    switch (parts["name"], parts["names"]) {
    case (let one?, nil): names = [one]
    case (nil, let many?): names = try list(many)
    case (_?, let many?): throw error("both name and names are given", at: many, "keep names")
    case (nil, nil): break
    }
    guard !names.isEmpty else { throw error("an entry of syscalls names no call", at: node, "add names") }
    guard let action = parts["action"] else { throw error("an entry of syscalls has no action", at: node) }
    var entry = OCIProfile.Entry(names: [], action: try self.action(action, errno: parts["errnoRet"]))
    for node in names {
      let name = try text(node)
      guard machine.knowsCall(name) else {
        throw error("there is no system call \(quoted(name))", at: node, "correct or remove it")
      }
      entry.names.append(name)
    }
    entry.conditions = try conditions(parts["args"])
    let isIncluded = try applies(parts["includes"], emptyMeans: true)
    let isExcluded = try applies(parts["excludes"], emptyMeans: false)
    return isIncluded && !isExcluded ? entry : nil
  }

  /// Whether a filter holds here: as `includes` all of its parts must, as `excludes` one of them.
  private func applies(_ node: SyntaxNode?, emptyMeans isIncluding: Bool) throws(Diagnostic) -> Bool {
    guard let node else { return isIncluding }
    let parts = try table(node, ["caps", "arches", "minKernel"])
    var holds: [Bool] = []
    if let caps = try parts["caps"].map(list), !caps.isEmpty {
      for cap in caps {
        let name = try text(cap)
        guard LinuxCapabilityNames.all.contains(where: { "CAP_" + $0 == name }) else {
          throw error("there is no capability \(quoted(name))", at: cap, "write, for example, CAP_SYS_ADMIN")
        }
      }
      // No process of a capsule has any.
      holds.append(false)
    }
    if let arches = try parts["arches"].map(list), !arches.isEmpty {
      var names: [String] = []
      for arch in arches {
        let name = try text(arch)
        guard OCINames.shortArchitectures.contains(name) else {
          throw error("there is no architecture \(quoted(name))", at: arch, near(name, OCINames.shortArchitectures))
        }
        names.append(name)
      }
      holds.append(names.contains(machine.architecture.shortName))
    }
    if let kernel = parts["minKernel"] { holds.append(try isReached(kernel)) }
    return isIncluding ? !holds.contains(false) : holds.contains(true)
  }

  private func isReached(_ node: SyntaxNode) throws(Diagnostic) -> Bool {
    let wanted = try text(node).split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard wanted.count == 2, let major = wanted[0], let minor = wanted[1], major >= 0, minor >= 0 else {
      throw error("minKernel \(quoted(try text(node))) is no release", at: node, "write two numbers, as in \"4.8\"")
    }
    return machine.kernel >= (major, minor)
  }

  // MARK: Arguments

  private func conditions(_ node: SyntaxNode?) throws(Diagnostic) -> [SeccompProfile.Condition] {
    var result: [SeccompProfile.Condition] = []
    for node in try node.map(list) ?? [] {
      let parts = try table(node, ["index", "value", "valueTwo", "op"])
      guard let indexNode = parts["index"], let valueNode = parts["value"], let operation = parts["op"] else {
        throw error("an argument needs index, value and op", at: node)
      }
      let index = try number(indexNode, upTo: 5)
      guard !result.contains(where: { $0.argument == Int(index) }) else {
        throw error(
          "the argument \(index) has two conditions in one entry, which some runtimes join by \"and\" and others by \"or\"",
          at: indexNode, "write an entry for each, or one SCMP_CMP_MASKED_EQ")
      }
      let second = try parts["valueTwo"].map { node throws(Diagnostic) in try number(node, upTo: .max) } ?? 0
      let test = try test(try text(operation), try number(valueNode, upTo: .max), second, operation)
      result.append(.init(argument: Int(index), test: test))
    }
    return result
  }

  private func test(
    _ operation: String, _ value: UInt64, _ second: UInt64, _ node: SyntaxNode
  ) throws(Diagnostic) -> SeccompProfile.Condition.Test {
    if operation == "SCMP_CMP_MASKED_EQ" {
      guard second & ~value == 0 else {
        throw error("valueTwo has bits outside of the mask, so that this never holds", at: node, "value is the mask")
      }
      return .equals(second, mask: value)
    }
    guard second == 0 else { throw error("\(quoted(operation)) has no valueTwo", at: node, "remove it") }
    switch operation {
    case "SCMP_CMP_EQ": return .equals(value, mask: .max)
    case "SCMP_CMP_NE": return .differs(value)
    case "SCMP_CMP_LT": return .isLess(than: value)
    case "SCMP_CMP_LE": return .isAtMost(value)
    case "SCMP_CMP_GE": return .isAtLeast(value)
    case "SCMP_CMP_GT": return .isMore(than: value)
    default: throw error("there is no comparison \(quoted(operation))", at: node, near(operation, OCINames.comparisons))
    }
  }

  private func action(_ node: SyntaxNode, errno: SyntaxNode?) throws(Diagnostic) -> SeccompInstruction.Action {
    let name = try text(node)
    if let errno, name != "SCMP_ACT_ERRNO" {
      throw error("\(quoted(name)) returns no error number", at: errno, "remove it")
    }
    switch name {
    case "SCMP_ACT_ALLOW": return .allow
    case "SCMP_ACT_LOG": return .log
    // 1 is EPERM, as the specification has it; the kernel takes no number above 4095.
    case "SCMP_ACT_ERRNO":
      return .error(UInt16(try errno.map { node throws(Diagnostic) in try number(node, upTo: 4095) } ?? 1))
    case "SCMP_ACT_TRAP": return .trap
    case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": return .killThread
    case "SCMP_ACT_KILL_PROCESS": return .killProcess
    case "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE":
      throw error("the action \(quoted(name)) is not supported: nobody would answer", at: node, "use SCMP_ACT_ERRNO")
    default: throw error("there is no action \(quoted(name))", at: node, near(name, OCINames.actions))
    }
  }
}

// Values.
extension OCIReader {
  private func error(_ message: String, at node: SyntaxNode, _ hint: String? = nil) -> Diagnostic {
    source.error(message, at: node.position, hint: hint)
  }

  private func near(_ name: String, _ known: [String]) -> String {
    suggestion(for: name, among: known).map { "did you mean \(quoted($0))?" }
      ?? "known: \(known.joined(separator: ", "))"
  }

  /// The entries of a table but those that are null.
  private func table(_ node: SyntaxNode, _ known: [String]) throws(Diagnostic) -> [String: SyntaxNode] {
    guard case .table(let entries) = node.content else { throw error("a table is needed", at: node) }
    var result: [String: SyntaxNode] = [:]
    for entry in entries {
      guard known.contains(entry.key) else {
        throw source.error(
          "unknown key \(quoted(entry.key)) in a seccomp profile", at: entry.keyPosition, hint: near(entry.key, known))
      }
      if case .scalar(let scalar) = entry.value.content, scalar.kind == .null { continue }
      result[entry.key] = entry.value
    }
    return result
  }

  private func list(_ node: SyntaxNode) throws(Diagnostic) -> [SyntaxNode] {
    guard case .list(let elements) = node.content else { throw error("a list is needed", at: node) }
    return elements
  }

  private func text(_ node: SyntaxNode) throws(Diagnostic) -> String {
    guard case .scalar(let scalar) = node.content, scalar.kind == .string else {
      throw error("a string is needed", at: node)
    }
    return scalar.text
  }

  private func number(_ node: SyntaxNode, upTo most: UInt64) throws(Diagnostic) -> UInt64 {
    guard case .scalar(let scalar) = node.content, scalar.kind == .integer, let number = UInt64(scalar.text),
      number <= most
    else { throw error("a number from 0 to \(most) is needed", at: node) }
    return number
  }
}

/// The names that the specification and Docker have.
private enum OCINames {
  static let architectures = [
    "X86_64", "X86", "X32", "AARCH64", "ARM", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC",
    "PPC64", "PPC64LE", "S390", "S390X", "RISCV64", "LOONGARCH64", "PARISC", "PARISC64", "M68K", "SH", "SHEB",
  ].map { "SCMP_ARCH_" + $0 }
  static let shortArchitectures = [
    "amd64", "arm64", "x32", "x86", "386", "arm", "s390", "s390x", "ppc", "ppc64", "ppc64le", "riscv64", "mips",
    "mips64",
    "mips64n32", "mipsel", "mipsel64", "mipsel64n32", "mips64le", "mipsle", "loong64",
  ]
  static let actions = [
    "ALLOW", "LOG", "ERRNO", "TRAP", "KILL", "KILL_THREAD", "KILL_PROCESS",
  ].map { "SCMP_ACT_" + $0 }
  static let comparisons = ["EQ", "NE", "LT", "LE", "GE", "GT", "MASKED_EQ"].map { "SCMP_CMP_" + $0 }
}
