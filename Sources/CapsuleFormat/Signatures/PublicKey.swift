package import Cryptography

/// A public key of minisign, by which signatures are verified.
package struct PublicKey: Hashable, Sendable {
  static let algorithm = Array("Ed".utf8)
  private static let count = 2 + KeyID.count + Ed25519PublicKey.count

  package let id: KeyID
  package let key: Ed25519PublicKey

  init(id: KeyID, key: Ed25519PublicKey) {
    self.id = id
    self.key = key
  }

  /// Reads the content of a `.pub` file: a comment, and the key.
  package init(file: [UInt8]) throws(MinisignError) {
    let lines = try MinisignText.lines(of: file, count: 2)
    try MinisignText.comment(
      lines[0], number: 1, prefix: MinisignText.untrustedPrefix, limit: MinisignText.longestUntrusted)
    guard let bytes = Base64.bytes(of: lines[1], count: Self.count) else {
      throw .encoding(line: 2, bytes: Self.count)
    }
    guard bytes.starts(with: Self.algorithm) else { throw .algorithm }
    id = KeyID(bytes: bytes[2..<10])
    guard let key = Ed25519PublicKey(Array(bytes[10...])) else { throw .encoding(line: 2, bytes: Self.count) }
    self.key = key
  }

  /// The content of a `.pub` file, with the comment that minisign writes.
  package var file: [UInt8] {
    Array("\(MinisignText.untrustedPrefix)minisign public key \(id)\n".utf8) + Array((text + "\n").utf8)
  }

  /// The key alone, as minisign takes it by `-P`.
  package var text: String {
    String(decoding: Base64.text(of: Self.algorithm + id.bytes + key.bytes), as: UTF8.self)
  }
}
