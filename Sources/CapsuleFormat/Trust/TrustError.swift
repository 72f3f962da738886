package import Linux

/// Why the trusted keys cannot be read or changed.
package enum TrustError: Error, Hashable, Sendable {
  case system(SysError, path: String)
  /// Others than its owner may write to it.
  case writable(path: String)
  /// It belongs to somebody who is neither root nor the caller.
  case foreign(path: String, owner: UInt32)
  case noFile(path: String)
  case badKey(path: String, MinisignError)
  case badRevocation(path: String, line: Int)
  case otherKeyOfSameID(KeyID)
  case revokedKey(Revocation)
  case unknownKey(KeyID)
}
