package import Cryptography

/// Which capsule it is: the SHA-256 of its listing.
package struct CapsuleID: Hashable, Sendable, CustomStringConvertible {
  package let digest: Digest

  package init(digest: Digest) { self.digest = digest }

  package init?(_ text: some StringProtocol) {
    guard let digest = Digest(hex: text) else { return nil }
    self.digest = digest
  }

  package var description: String { digest.hex }
  /// The first 12 digits, for names of files and for people.
  package var short: String { String(digest.hex.prefix(12)) }
}
