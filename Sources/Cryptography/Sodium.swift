internal import CSodium

/// The library that does the work on keys and signatures.
enum Sodium {
  /// Has the library look at the processor and choose its fastest ways, once, and not before something is asked of it:
  /// a start of a sandbox that verifies nothing shall not pay for it. sodium_init(3)
  static func prepare() { precondition(isReady, "libsodium cannot be set up") }

  private static let isReady = sodium_init() >= 0
}

/// Bytes that nobody can guess.
package enum RandomBytes {
  package static func make(count: Int) -> [UInt8] {
    Sodium.prepare()
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }
}
