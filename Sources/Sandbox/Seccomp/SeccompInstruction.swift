/// One instruction of classic BPF, as seccomp(2) runs it over `struct seccomp_data`.
package struct SeccompInstruction: Hashable, Sendable {
  package let code: UInt16
  package let ifTrue: UInt8
  package let ifFalse: UInt8
  package let value: UInt32

  /// What a call is answered with.
  package enum Action: Hashable, Sendable {
    case allow
    case error(UInt16)
    case killProcess

    var value: UInt32 {
      switch self {
      case .allow: 0x7fff_0000
      case .error(let number): 0x0005_0000 | UInt32(number)
      case .killProcess: 0x8000_0000
      }
    }
  }

  /// Loads a 32-bit word of the call's data.
  static func load(_ offset: UInt32) -> Self { Self(code: 0x20, ifTrue: 0, ifFalse: 0, value: offset) }
  static func and(_ mask: UInt32) -> Self { Self(code: 0x54, ifTrue: 0, ifFalse: 0, value: mask) }
  static func jumpIfEqual(_ value: UInt32, _ ifTrue: UInt8, else ifFalse: UInt8) -> Self {
    Self(code: 0x15, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
  }
  static func jumpIfAtLeast(_ value: UInt32, _ ifTrue: UInt8, else ifFalse: UInt8) -> Self {
    Self(code: 0x35, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
  }
  static func jump(_ distance: UInt32) -> Self { Self(code: 0x05, ifTrue: 0, ifFalse: 0, value: distance) }
  static func answer(_ action: Action) -> Self { Self(code: 0x06, ifTrue: 0, ifFalse: 0, value: action.value) }

  /// The eight bytes of `struct sock_filter`, as one little-endian number.
  package var encoded: UInt64 {
    UInt64(code) | UInt64(ifTrue) << 16 | UInt64(ifFalse) << 24 | UInt64(value) << 32
  }
}

/// Offsets in `struct seccomp_data`.
enum SeccompData {
  static let number: UInt32 = 0
  static let architecture: UInt32 = 4
  /// The low half of an argument.
  static func argument(_ index: Int) -> UInt32 { 16 + UInt32(index) * 8 }
}
