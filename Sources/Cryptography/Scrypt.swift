internal import CSodium

/// What deriving a key from a password costs, in the two numbers of libsodium's interface.
package struct ScryptCost: Hashable, Sendable {
  /// Roughly the number of computations.
  package let operations: UInt64
  /// In bytes.
  package let memory: UInt64

  package init(operations: UInt64, memory: UInt64) {
    self.operations = operations
    self.memory = memory
  }

  /// That of minisign's keys: a second or two, and a gibibyte.
  package static let sensitive = ScryptCost(operations: 1 << 25, memory: 1 << 30)
  /// More is not done for any key file: it would be a way to stop this machine.
  package static let limit = ScryptCost(operations: 1 << 30, memory: 1 << 32)

  package var isWithinLimit: Bool { operations <= Self.limit.operations && memory <= Self.limit.memory }

  struct Parameters: Hashable {
    let n: UInt64
    let r: UInt32
    let p: UInt32
  }

  /// The parameters of RFC 7914 as libsodium chooses them.
  var parameters: Parameters {
    let r: UInt64 = 8
    let operations = max(operations, 32768)
    let isBoundByOperations = operations < memory / 32
    let largest = isBoundByOperations ? operations / (r * 4) : memory / (r * 128)
    var n: UInt64 = 2
    while n <= largest / 2, n < 1 << 63 { n *= 2 }
    let p = isBoundByOperations ? 1 : min(operations / 4 / n, 0x3fff_ffff) / r
    return Parameters(n: n, r: UInt32(r), p: UInt32(p))
  }
}

/// Keys from passwords (RFC 7914).
package enum Scrypt {
  package enum Failure: Error, Hashable, Sendable {
    case tooCostly, notEnoughMemory
  }

  package static func derive(
    _ password: borrowing SecretBytes, salt: [UInt8], cost: ScryptCost, count: Int
  ) throws(Failure) -> SecretBytes {
    guard cost.isWithinLimit else { throw .tooCostly }
    return try derive(password, salt: salt, cost.parameters, count: count)
  }

  static func derive(
    _ password: borrowing SecretBytes, salt: [UInt8], _ parameters: ScryptCost.Parameters, count: Int
  ) throws(Failure) -> SecretBytes {
    Sodium.prepare()
    let passwordCount = password.count
    let key = SecretBytes(count: count)
    let result = password.withPointer { password in
      key.withPointer { start in
        crypto_pwhash_scryptsalsa208sha256_ll(
          password, passwordCount, salt, salt.count, parameters.n, parameters.r, parameters.p, start, count)
      }
    }
    guard result == 0 else { throw .notEnoughMemory }
    return key
  }
}
