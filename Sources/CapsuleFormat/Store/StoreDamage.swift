package import Linux

/// Something in the store that is not as it was put there.
package struct StoreDamage: Hashable, Sendable {
  /// Below the store.
  package let path: String
  /// The capsule that it is a part of.
  package let id: CapsuleID?
  package let problem: Problem

  package enum Problem: Hashable, Sendable {
    case missing, additional
    case wrongKind
    case wrongOwner(UInt32)
    case wrongMode(found: UInt32, expected: UInt32)
    case wrongSize(found: Int, expected: Int)
    case wrongContent
    case wrongTarget(String)
    case unreadable(Errno)
    /// A listing of which another capsule would be made.
    case wrongListing
    case wrongRecord, wrongMetadata
    case nothingInstalled(CapsuleID)

    package var explanation: String {
      switch self {
      case .missing: "is missing"
      case .additional: "does not belong there"
      case .wrongKind: "is something else than it was"
      case .wrongOwner(let owner): "belongs to user \(owner)"
      case .wrongMode(let found, let expected):
        "has the permissions \(String(found, radix: 8)) instead of \(String(expected, radix: 8))"
      case .wrongSize(let found, let expected): "has \(found) bytes instead of \(expected)"
      case .wrongContent: "has another content"
      case .wrongTarget(let target): "leads to \"\(target)\""
      case .unreadable(let errno): "cannot be read: \(errno.meaning) (\(errno.name))"
      case .wrongListing: "is not the listing of this id"
      case .wrongRecord: "does not fit the capsule"
      case .wrongMetadata: "is not of this capsule"
      case .nothingInstalled(let id): "stands for \(id.short), which is not installed"
      }
    }
  }
}
