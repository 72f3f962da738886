internal import CSeccomp
internal import Linux

extension SeccompCompiler.Table {
  /// Intel and AMD, 64 bits; the numbers of x32 are foreign.
  package static let x86_64 = Self(auditArchitecture: 0xC000_003E, foreignNumbersStart: 0x4000_0000)

  /// Arm, 64 bits.
  package static let arm64 = Self(auditArchitecture: 0xC000_00B7, foreignNumbersStart: nil)

  #if arch(x86_64)
    /// What this program is built for.
    package static var native: Self { x86_64 }
  #elseif arch(arm64)
    /// What this program is built for.
    package static var native: Self { arm64 }
  #endif

  /// An architecture by its AUDIT_ARCH_ number, which is what both the kernel and libseccomp call it.
  private init(auditArchitecture: UInt32, foreignNumbersStart: UInt32?) {
    self.init(
      architecture: auditArchitecture, foreignNumbersStart: foreignNumbersStart,
      number: { Self.resolve($0, auditArchitecture) }, error: Self.errorNumber)
  }

  /// By libseccomp's table, which gives negative numbers to the calls of other architectures.
  private static func resolve(_ name: String, _ architecture: UInt32) -> SeccompCompiler.CallNumber {
    switch seccomp_syscall_resolve_name_arch(architecture, name) {
    case -1: NewerCalls.number(name, architecture)
    case let number where number < 0: .absent
    case let number: .number(UInt32(number))
    }
  }

  /// The name of a call of this program's architecture; nil for a number without one.
  package static func name(_ number: UInt32) -> String? {
    guard let signed = CInt(exactly: number) else { return nil }
    var text = [CChar](repeating: 0, count: 64)
    guard cs_call_name(native.architecture, signed, &text, text.count) == 1 else { return NewerCalls.name(number) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Sendable private static func errorNumber(_ name: String) -> UInt16? {
    Errno(name: name).map { UInt16($0.rawValue) }
  }
}

/// Calls that libseccomp's table of 2.5.4 does not have, so that profiles which name them can be read.
private enum NewerCalls {
  /// All architectures give new calls the same numbers. From the kernel's `scripts/syscall.tbl`.
  private static let common: [(name: String, number: UInt32)] = [
    ("statmount", 457), ("listmount", 458), ("lsm_get_self_attr", 459), ("lsm_set_self_attr", 460),
    ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463), ("getxattrat", 464), ("listxattrat", 465),
    ("removexattrat", 466), ("open_tree_attr", 467), ("file_getattr", 468), ("file_setattr", 469),
  ]
  /// Those of x86-64 alone.
  private static let ofX86 = [("uretprobe", UInt32(335)), ("uprobe", 336)]

  static func name(_ number: UInt32) -> String? { common.first { $0.number == number }?.name }

  static func number(_ name: String, _ architecture: UInt32) -> SeccompCompiler.CallNumber {
    if let call = common.first(where: { $0.name == name }) { return .number(call.number) }
    if let call = ofX86.first(where: { $0.0 == name }) {
      return architecture == SeccompCompiler.Table.x86_64.architecture ? .number(call.1) : .absent
    }
    return name == "riscv_hwprobe" ? .absent : .unknown
  }
}
