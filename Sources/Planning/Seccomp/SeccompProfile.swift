/// Which system calls a workload may make: an allow-list, so that what nobody thought of does not exist.
package struct SeccompProfile: Hashable, Sendable {
  /// What a call is answered with, whatever its arguments are.
  package enum Answer: String, Hashable, Sendable, CaseIterable {
    case allow
    /// Let through, and written to the kernel's log.
    case log
    /// Known and forbidden: EPERM.
    case deny
    /// As a call that the kernel does not have: ENOSYS, so that programs fall back to older ones. So is what nobody names.
    case absent
  }

  /// What the profile is for.
  package var description = ""
  package var answers: [String: Answer] = [:]
  /// Calls that are answered depending on their arguments; none of them stands in `answers` too.
  package var arguments: [String: ArgumentRule] = [:]

  package init() {}

  /// When a call is let through depending on its arguments.
  package struct ArgumentRule: Hashable, Sendable {
    /// The name of the error for arguments that no clause allows.
    package var otherwise: String
    /// One of these must hold.
    package var anyOf: [[Condition]]
    /// Whether it is logged when it is let through.
    package var isLogged = false
  }

  /// A condition on one argument.
  package struct Condition: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
      /// Of the low 32 bits, which is all that the kernel looks at in many calls, after a mask.
      case isOneOf([UInt32], mask: UInt32)
      case isNoneOf([UInt32], mask: UInt32)
      /// Of all 64 bits.
      case equals(UInt64, mask: UInt64)
      case differs(UInt64)
      case isMore(than: UInt64)
      case isAtLeast(UInt64)
      case isLess(than: UInt64)
      case isAtMost(UInt64)
    }

    package var argument: Int
    package var test: Test

    package init(argument: Int, test: Test) {
      self.argument = argument
      self.test = test
    }
  }
}
