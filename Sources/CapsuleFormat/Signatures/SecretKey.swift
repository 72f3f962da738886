internal import Cryptography

/// A secret key of minisign, ready for signing.
package struct SecretKey: ~Copyable {
  package let id: KeyID
  let key: Ed25519SecretKey

  /// A new key with a new id.
  package init() {
    self.init(id: KeyID(bytes: RandomBytes.make(count: KeyID.count)), key: Ed25519SecretKey())
  }

  init(id: KeyID, key: consuming Ed25519SecretKey) {
    self.id = id
    self.key = key
  }

  package var publicKey: PublicKey { PublicKey(id: id, key: key.publicKey) }

  /// Signs what a file hashes to, and the trusted comment with it.
  package func sign(
    _ content: ContentHash, untrustedComment: String, trustedComment: String
  ) throws(MinisignError) -> Signature {
    try MinisignText.check(untrustedComment, number: 1, limit: MinisignText.longestUntrusted)
    try MinisignText.check(trustedComment, number: 3, limit: MinisignText.longestTrusted)
    let signature = key.sign(content.bytes)
    return Signature(
      algorithm: .prehashed, keyID: id, bytes: signature, untrustedComment: untrustedComment,
      trustedComment: trustedComment, commentSignature: key.sign(signature + Array(trustedComment.utf8)))
  }
}
