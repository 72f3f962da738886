/// One instruction of classic BPF, as seccomp(2) runs it over `struct seccomp_data`.
package struct SeccompInstruction: Hashable, Sendable {
  package let code: UInt16
  package let ifTrue: UInt8
  package let ifFalse: UInt8
  package let value: UInt32

  /// What a call is answered with.
  package enum Action: Hashable, Sendable {
    case allow
    /// Let through, and written to the kernel's log.
    case log
    /// Held until the task's listener has answered it.
    case notify
    case error(UInt16)
    case trap
    case killThread
    case killProcess

    package var value: UInt32 {
      switch self {
      case .allow: 0x7fff_0000
      case .log: 0x7ffc_0000
      case .notify: 0x7fc0_0000
      case .error(let number): 0x0005_0000 | UInt32(number)
      case .trap: 0x0003_0000
      case .killThread: 0x0000_0000
      case .killProcess: 0x8000_0000
      }
    }

    package init?(value: UInt32) {
      switch value & 0xffff_0000 {
      case 0x7fff_0000: self = .allow
      case 0x7ffc_0000: self = .log
      case 0x7fc0_0000: self = .notify
      case 0x0005_0000: self = .error(UInt16(truncatingIfNeeded: value))
      case 0x0003_0000: self = .trap
      case 0x0000_0000: self = .killThread
      case 0x8000_0000: self = .killProcess
      default: return nil
      }
    }

    /// Whether the kernel executes the call without asking anybody.
    package var letsThrough: Bool { self == .allow || self == .log }

    /// The order in which the kernel ranks answers; the strictest is the largest.
    package var strictness: Int {
      switch self {
      case .allow: 0
      case .log: 1
      case .notify: 2
      case .error: 3
      case .trap: 4
      case .killThread: 5
      case .killProcess: 6
      }
    }
  }

  package init(code: UInt16, ifTrue: UInt8, ifFalse: UInt8, value: UInt32) {
    self.code = code
    self.ifTrue = ifTrue
    self.ifFalse = ifFalse
    self.value = value
  }

  /// Loads a 32-bit word of the call's data.
  package static func load(_ offset: UInt32) -> Self { Self(code: 0x20, ifTrue: 0, ifFalse: 0, value: offset) }
  package static func and(_ mask: UInt32) -> Self { Self(code: 0x54, ifTrue: 0, ifFalse: 0, value: mask) }
  package static func jumpIfEqual(_ value: UInt32, _ ifTrue: UInt8, else ifFalse: UInt8) -> Self {
    Self(code: 0x15, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
  }
  package static func jumpIfMore(_ value: UInt32, _ ifTrue: UInt8, else ifFalse: UInt8) -> Self {
    Self(code: 0x25, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
  }
  package static func jumpIfAtLeast(_ value: UInt32, _ ifTrue: UInt8, else ifFalse: UInt8) -> Self {
    Self(code: 0x35, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
  }
  package static func jump(_ distance: UInt32) -> Self { Self(code: 0x05, ifTrue: 0, ifFalse: 0, value: distance) }
  package static func answer(_ action: Action) -> Self { Self(code: 0x06, ifTrue: 0, ifFalse: 0, value: action.value) }

  /// What this instruction answers, when it is one that answers.
  package var answer: Action? { code == 0x06 ? Action(value: value) : nil }

  /// The eight bytes of `struct sock_filter`, as one little-endian number.
  package var encoded: UInt {
    UInt(code) | UInt(ifTrue) << 16 | UInt(ifFalse) << 24 | UInt(value) << 32
  }

  package init(encoded: UInt) {
    self.init(
      code: UInt16(truncatingIfNeeded: encoded), ifTrue: UInt8(truncatingIfNeeded: encoded >> 16),
      ifFalse: UInt8(truncatingIfNeeded: encoded >> 24), value: UInt32(truncatingIfNeeded: encoded >> 32))
  }
}

/// Offsets in `struct seccomp_data`.
package enum SeccompData {
  package static let number: UInt32 = 0
  package static let architecture: UInt32 = 4
  /// The low half of an argument.
  package static func argument(_ index: Int) -> UInt32 { 16 + UInt32(index) * 8 }
  /// The upper half.
  package static func upperHalf(_ index: Int) -> UInt32 { argument(index) + 4 }
}
