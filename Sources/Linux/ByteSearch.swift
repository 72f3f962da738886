internal import CLinux
internal import Glibc

/// Looking for bytes as fast as the C library can.
package enum ByteSearch {
  /// The place of the first such byte. memchr(3)
  package static func first(_ byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, let found = memchr(start, CInt(byte), bytes.count) else { return nil }
    return UnsafeRawPointer(found) - start
  }

  /// The place of a text. memmem(3)
  package static func find(_ text: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    let place = text.withUnsafeBytes { cl_find(bytes.baseAddress, bytes.count, $0.baseAddress, $0.count) }
    return place == -1 ? nil : place
  }
}
