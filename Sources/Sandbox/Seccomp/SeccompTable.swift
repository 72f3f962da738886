internal import CSeccomp
internal import Linux

extension SeccompCompiler.Table {
  /// The calls of the architecture that this program was built for, by libseccomp's table.
  package static var native: Self {
    Self(
      architecture: nativeArchitecture, foreignNumbersStart: foreignNumbersStart,
      number: { name in
        switch seccomp_syscall_resolve_name(name) {
        case -1: .unknown
        case let number where number < 0: .absent
        case let number: .number(UInt32(number))
        }
      },
      error: { name in
        Errno(name: name).map { UInt16($0.rawValue) }
      })
  }

  #if arch(x86_64)
    private static let nativeArchitecture: UInt32 = 0xC000_003E
    private static let foreignNumbersStart: UInt32? = 0x4000_0000
  #elseif arch(arm64)
    private static let nativeArchitecture: UInt32 = 0xC000_00B7
    private static let foreignNumbersStart: UInt32? = nil
  #else
    #error("capsrun has no seccomp numbers for this architecture")
  #endif
}
