internal import CSeccomp
internal import Linux

extension SeccompCompiler.Table {
  /// Intel and AMD, 64 bits; the numbers of x32 are foreign.
  package static let x86_64 = Self(auditArchitecture: 0xC000_003E, foreignNumbersStart: 0x4000_0000)

  /// Arm, 64 bits.
  package static let arm64 = Self(auditArchitecture: 0xC000_00B7, foreignNumbersStart: nil)

  /// An architecture by its AUDIT_ARCH_ number, which is what both the kernel and libseccomp call it.
  private init(auditArchitecture: UInt32, foreignNumbersStart: UInt32?) {
    self.init(
      architecture: auditArchitecture, foreignNumbersStart: foreignNumbersStart,
      number: { Self.resolve($0, auditArchitecture) }, error: Self.errorNumber)
  }

  /// By libseccomp's table, which gives negative numbers to the calls of other architectures.
  private static func resolve(_ name: String, _ architecture: UInt32) -> SeccompCompiler.CallNumber {
    switch seccomp_syscall_resolve_name_arch(architecture, name) {
    case -1: .unknown
    case let number where number < 0: .absent
    case let number: .number(UInt32(number))
    }
  }

  @Sendable private static func errorNumber(_ name: String) -> UInt16? {
    Errno(name: name).map { UInt16($0.rawValue) }
  }
}
