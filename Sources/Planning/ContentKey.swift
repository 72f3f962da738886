/// 64 bits of FNV-1a: tells versions of our own data apart, and torn files from whole ones. It is no protection against
/// anybody who chooses the content.
package enum ContentKey {
  package static func of(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  static func hexadecimal(of bytes: [UInt8]) -> String {
    let digits = String(of(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
