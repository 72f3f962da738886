internal import CSodium

/// BLAKE2b (RFC 7693) of bytes that come in pieces. What it is made of may be secret: it is wiped.
package struct BLAKE2b: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private let length: Int

  /// A hash of `length` bytes, from 16 to 64.
  package init(length: Int = 64) {
    Sodium.prepare()
    self.length = length
    memory = .allocate(byteCount: crypto_generichash_blake2b_statebytes(), alignment: 64)
    crypto_generichash_blake2b_init(state, nil, 0, length)
  }

  deinit {
    sodium_memzero(memory, crypto_generichash_blake2b_statebytes())
    memory.deallocate()
  }

  // By its pointer, as the C type asks for an alignment that Swift does not give to a property.
  private var state: OpaquePointer { OpaquePointer(memory) }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    crypto_generichash_blake2b_update(state, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  package mutating func add(_ bytes: borrowing SecretBytes) {
    bytes.withPointer { pointer -> Void in
      crypto_generichash_blake2b_update(state, pointer, UInt64(bytes.count))
    }
  }

  /// The hash of all that was added; nothing can be added any more.
  package consuming func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: length)
    crypto_generichash_blake2b_final(state, &hash, length)
    return hash
  }
}
