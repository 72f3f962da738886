package import Cryptography

/// The content of a secret key's file, which a password may protect.
///
///     algorithm[2] derivation[2] checksum[2] salt[32] operations[8] memory[8] (id[8] secret[64] checksum[32])
///
/// What stands in parentheses is combined with bytes that come from the password, if there is one; so is the id.
package struct SecretKeyFile: ~Copyable {
  private static let algorithm = PublicKey.algorithm
  private static let scrypt = Array("Sc".utf8)
  private static let noDerivation: [UInt8] = [0, 0]
  private static let checksum = Array("B2".utf8)
  private static let saltCount = 32
  private static let headCount = 6 + saltCount + 16
  private static let bodyCount = KeyID.count + Ed25519SecretKey.count + checksumCount
  private static let checksumCount = 32
  private static let count = headCount + bodyCount

  /// More than any valid file has.
  package static let largest = MinisignText.longestFile

  private let salt: [UInt8]
  private let cost: ScryptCost?
  private let body: SecretBytes

  package var isProtected: Bool { cost != nil }

  /// Why a key that was read cannot be used.
  package enum Failure: Error, Hashable, Sendable {
    case wrongPassword, tooCostly, notEnoughMemory, damaged
  }

  private init(salt: [UInt8], cost: ScryptCost?, body: consuming SecretBytes) {
    self.salt = salt
    self.cost = cost
    self.body = body
  }

  /// Reads a file without yet asking for its password.
  package static func read(_ file: borrowing SecretBytes) throws(MinisignError) -> SecretKeyFile {
    guard file.count <= largest else { throw .tooLong }
    let newline = UInt8(ascii: "\n")
    guard let first = file.firstIndex(of: newline) else { throw .lines(expected: 2) }
    let end = file.firstIndex(of: newline, from: first + 1) ?? file.count
    guard end > first + 1, end >= file.count - 1 else { throw .lines(expected: 2) }
    try MinisignText.comment(
      file.disclosed(0..<first), number: 1, prefix: MinisignText.untrustedPrefix, limit: MinisignText.longestUntrusted)
    guard let bytes = Base64.secretBytes(of: file.part(first + 1..<end), count: count) else {
      throw .encoding(line: 2, bytes: count)
    }
    return try parse(bytes)
  }

  private static func parse(_ bytes: borrowing SecretBytes) throws(MinisignError) -> SecretKeyFile {
    let head = bytes.disclosed(0..<headCount)
    guard head.starts(with: algorithm) else { throw .algorithm }
    guard head[4..<6].elementsEqual(checksum) else { throw .checksum }
    let cost: ScryptCost?
    if head[2..<4].elementsEqual(scrypt) {
      cost = ScryptCost(operations: number(head[38..<46]), memory: number(head[46..<54]))
    } else {
      // Salt and cost mean nothing then: minisign leaves the old ones when a password is taken away.
      guard head[2..<4].elementsEqual(noDerivation) else { throw .derivation }
      cost = nil
    }
    return SecretKeyFile(salt: Array(head[6..<38]), cost: cost, body: bytes.part(headCount..<count))
  }

  /// The key of a file without protection.
  package borrowing func open() throws(Failure) -> SecretKey {
    guard cost == nil else { throw .wrongPassword }
    return try Self.key(of: body, orElse: .damaged, checksumMayBeMissing: true)
  }

  /// The key of a protected file.
  package borrowing func unlock(_ password: borrowing SecretBytes) throws(Failure) -> SecretKey {
    guard let cost else { return try open() }
    var body = body.part(0..<Self.bodyCount)
    body.combine(with: try Self.stream(password, salt, cost))
    return try Self.key(of: body, orElse: .wrongPassword, checksumMayBeMissing: false)
  }

  private static func key(
    of body: borrowing SecretBytes, orElse failure: Failure, checksumMayBeMissing: Bool
  ) throws(Failure) -> SecretKey {
    let end = bodyCount - checksumCount
    let given = body.part(end..<bodyCount)
    let isMissing = given.equals(SecretBytes(count: checksumCount))
    if !(isMissing && checksumMayBeMissing) {
      guard given.equals(Self.checksum(of: body.part(0..<end))) else { throw failure }
    }
    guard let key = Ed25519SecretKey.reading(body.part(KeyID.count..<end)) else { throw .damaged }
    return SecretKey(id: KeyID(bytes: body.disclosed(0..<KeyID.count)), key: key)
  }

  private static func checksum(of body: borrowing SecretBytes) -> SecretBytes {
    var hash = BLAKE2b(length: checksumCount)
    hash.add(algorithm)
    hash.add(body)
    return SecretBytes(copying: hash.finish())
  }

  private static func stream(
    _ password: borrowing SecretBytes, _ salt: [UInt8], _ cost: ScryptCost
  ) throws(Failure) -> SecretBytes {
    do {
      return try Scrypt.derive(password, salt: salt, cost: cost, count: bodyCount)
    } catch {
      switch error {
      case .tooCostly: throw .tooCostly
      case .notEnoughMemory: throw .notEnoughMemory
      }
    }
  }

  /// The content of a file that holds the key as it is.
  package static func text(of key: borrowing SecretKey) -> SecretBytes {
    let head = algorithm + noDerivation + checksum + [UInt8](repeating: 0, count: saltCount + 16)
    return text(head, body(of: key), comment: "minisign secret key")
  }

  /// The content of a file that only the password opens.
  package static func text(
    of key: borrowing SecretKey, protectedBy password: borrowing SecretBytes, cost: ScryptCost = .sensitive
  ) throws(Failure) -> SecretBytes {
    let salt = RandomBytes.make(count: saltCount)
    var body = body(of: key)
    body.combine(with: try stream(password, salt, cost))
    let head = algorithm + scrypt + checksum + salt + bytes(cost.operations) + bytes(cost.memory)
    return text(head, body, comment: "minisign encrypted secret key")
  }

  private static func body(of key: borrowing SecretKey) -> SecretBytes {
    var body = SecretBytes(copying: key.id.bytes)
    body.append(key.key.export())
    body.append(checksum(of: body))
    return body
  }

  private static func text(_ head: [UInt8], _ body: borrowing SecretBytes, comment: String) -> SecretBytes {
    var bytes = SecretBytes(copying: head)
    bytes.append(body)
    var text = SecretBytes(copying: "\(MinisignText.untrustedPrefix)\(comment)\n".utf8)
    text.append(Base64.secretText(of: bytes))
    text.append(SecretBytes(copying: "\n".utf8))
    return text
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
