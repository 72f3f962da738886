internal import CSHA256

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256: Sendable {
  private var state = csha256()

  package init() { csha256_begin(&state) }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    csha256_add(&state, bytes.baseAddress, bytes.count)
  }

  package mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { add($0) }
  }

  /// The digest of all that was added; this value can go on.
  package var digest: Digest {
    var end = state
    return Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: Digest.count) { buffer, count in
        guard let start = buffer.baseAddress else { return }
        csha256_end(&end, start)
        count = Digest.count
      })
  }

  package static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.add(bytes)
    return hash.digest
  }

  /// For a test that the two ways of mixing agree.
  mutating func addPortably(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { csha256_add_portably(&state, $0.baseAddress, $0.count) }
  }
}
