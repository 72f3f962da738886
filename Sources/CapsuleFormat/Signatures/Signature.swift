package import Cryptography

/// The BLAKE2b-512 of a file's content, which is what a signature signs.
package struct ContentHash: Hashable, Sendable {
  let bytes: [UInt8]

  /// Takes the hash of all that was added.
  package init(_ hash: consuming BLAKE2b) {
    bytes = hash.finish()
    precondition(bytes.count == 64)
  }

  /// Reads what `hex` writes; nil for anything else.
  init?(hex: some StringProtocol) {
    guard let one = Digest(hex: hex.prefix(64)), let other = Digest(hex: hex.dropFirst(64)) else { return nil }
    bytes = one.bytes + other.bytes
  }

  var hex: String {
    Digest(bytes: Array(bytes.prefix(32))).hex + Digest(bytes: Array(bytes.dropFirst(32))).hex
  }
}

/// What a signature is compared with.
package enum SignedContent: Hashable, Sendable {
  case hash(ContentHash)
  /// All of the file: a legacy signature signs it and not its hash.
  case whole([UInt8])
}

/// A signature of minisign, the content of a `.minisig` file.
package struct Signature: Hashable, Sendable {
  package enum Algorithm: Hashable, Sendable {
    /// Signs the hash of the content.
    case prehashed
    /// Signs the content itself.
    case legacy

    fileprivate var bytes: [UInt8] { Array((self == .prehashed ? "ED" : "Ed").utf8) }
  }

  /// Behind the name of the file that is signed.
  package static let suffix = ".minisig"
  /// More than any valid file has.
  package static let largest = MinisignText.longestFile
  private static let count = 2 + KeyID.count + Ed25519PublicKey.signatureCount

  package let algorithm: Algorithm
  package let keyID: KeyID
  let bytes: [UInt8]
  package let untrustedComment: String
  package let trustedComment: String
  /// Signs the signature and the trusted comment together.
  let commentSignature: [UInt8]

  init(
    algorithm: Algorithm, keyID: KeyID, bytes: [UInt8], untrustedComment: String, trustedComment: String,
    commentSignature: [UInt8]
  ) {
    self.algorithm = algorithm
    self.keyID = keyID
    self.bytes = bytes
    self.untrustedComment = untrustedComment
    self.trustedComment = trustedComment
    self.commentSignature = commentSignature
  }

  /// Reads the content of a `.minisig` file: exactly four lines.
  package init(file: [UInt8]) throws(MinisignError) {
    let lines = try MinisignText.lines(of: file, count: 4)
    untrustedComment = try MinisignText.comment(
      lines[0], number: 1, prefix: MinisignText.untrustedPrefix, limit: MinisignText.longestUntrusted)
    guard let signature = Base64.bytes(of: lines[1], count: Self.count) else {
      throw .encoding(line: 2, bytes: Self.count)
    }
    guard let algorithm = [Algorithm.prehashed, .legacy].first(where: { signature.starts(with: $0.bytes) }) else {
      throw .algorithm
    }
    self.algorithm = algorithm
    keyID = KeyID(bytes: signature[2..<10])
    bytes = Array(signature[10...])
    trustedComment = try MinisignText.comment(
      lines[2], number: 3, prefix: MinisignText.trustedPrefix, limit: MinisignText.longestTrusted)
    guard let global = Base64.bytes(of: lines[3], count: Ed25519PublicKey.signatureCount) else {
      throw .encoding(line: 4, bytes: Ed25519PublicKey.signatureCount)
    }
    commentSignature = global
  }

  /// The content of a `.minisig` file.
  package var file: [UInt8] {
    var file = Array("\(MinisignText.untrustedPrefix)\(untrustedComment)\n".utf8)
    file += Base64.text(of: algorithm.bytes + keyID.bytes + bytes)
    file += Array("\n\(MinisignText.trustedPrefix)\(trustedComment)\n".utf8)
    file += Base64.text(of: commentSignature)
    return file + [UInt8(ascii: "\n")]
  }

  enum Check: Hashable {
    case valid, wrongContent, wrongComment
  }

  /// Whether the owner of this key has signed this content and this comment.
  func check(_ content: SignedContent, with key: PublicKey) -> Check {
    let message: [UInt8]
    switch (algorithm, content) {
    case (.prehashed, .hash(let hash)): message = hash.bytes
    case (.legacy, .whole(let bytes)): message = bytes
    // What one kind signs, the other has never signed, whatever its bytes are.
    case (.prehashed, .whole), (.legacy, .hash): return .wrongContent
    }
    guard key.id == keyID, key.key.verifies(bytes, of: message) else { return .wrongContent }
    return key.key.verifies(commentSignature, of: bytes + Array(trustedComment.utf8)) ? .valid : .wrongComment
  }
}
