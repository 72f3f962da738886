internal import CSodium

/// A public key of Ed25519 (RFC 8032).
package struct Ed25519PublicKey: Hashable, Sendable {
  package static let count = 32
  package static let signatureCount = 64

  package let bytes: [UInt8]

  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.count else { return nil }
    self.bytes = bytes
  }

  /// Whether the owner of this key has signed exactly this message. Keys and signatures of small order, and numbers that are
  /// not written in their one way, are refused.
  package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureCount else { return false }
    Sodium.prepare()
    return crypto_sign_ed25519_verify_detached(signature, message, UInt64(message.count), bytes) == 0
  }
}

/// A secret key of Ed25519.
package struct Ed25519SecretKey: ~Copyable {
  /// The seed and behind it the public key, as libsodium and minisign keep it.
  package static let count = 64

  private let secret: SecretBytes
  package let publicKey: Ed25519PublicKey

  /// A new key.
  package init() {
    self.init(seed: SecretBytes(copying: RandomBytes.make(count: 32)))
  }

  init(seed: borrowing SecretBytes) {
    precondition(seed.count == 32)
    Sodium.prepare()
    let secret = SecretBytes(count: Self.count)
    var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.count)
    let result = seed.withPointer { seed in
      secret.withPointer { crypto_sign_ed25519_seed_keypair(&bytes, $0, seed) }
    }
    guard result == 0, let publicKey = Ed25519PublicKey(bytes) else { preconditionFailure("a seed gives a key") }
    self.secret = secret
    self.publicKey = publicKey
  }

  /// The key of these bytes. Nil unless the second half is the public key of the first: signing with another one would give away the secret.
  package static func reading(_ bytes: borrowing SecretBytes) -> Ed25519SecretKey? {
    guard bytes.count == count else { return nil }
    let key = Ed25519SecretKey(seed: bytes.part(0..<32))
    guard key.secret.equals(bytes) else { return nil }
    return key
  }

  package func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureCount)
    let result = secret.withPointer {
      crypto_sign_ed25519_detached(&signature, nil, message, UInt64(message.count), $0)
    }
    precondition(result == 0, "signing cannot fail")
    return signature
  }

  /// A copy of the secret itself, to be kept in a file.
  package func export() -> SecretBytes { secret.part(0..<Self.count) }
}
