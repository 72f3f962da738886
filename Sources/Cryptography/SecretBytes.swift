internal import CSodium

/// Bytes that nobody else may see: they cannot be copied by accident, and are wiped when they go.
package struct SecretBytes: ~Copyable {
  private let start: UnsafeMutablePointer<UInt8>
  package let count: Int

  private var buffer: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: start, count: count) }

  /// Zeros.
  package init(count: Int) {
    // One byte more, so that there is an address even for none.
    start = .allocate(capacity: count + 1)
    start.initialize(repeating: 0, count: count + 1)
    self.count = count
  }

  /// A copy of bytes that lie somewhere else as well.
  package init(copying bytes: some Collection<UInt8>) {
    self.init(count: bytes.count)
    buffer.copyBytes(from: bytes)
  }

  deinit {
    sodium_memzero(start, count)
    start.deallocate()
  }

  package subscript(index: Int) -> UInt8 {
    precondition(index < count)
    return buffer[index]
  }

  /// A part of it, which is as secret as the whole.
  package func part(_ range: Range<Int>) -> SecretBytes {
    precondition(range.upperBound <= count)
    return SecretBytes(copying: buffer[range])
  }

  /// The first place of a byte from `start` on.
  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? { buffer[start...].firstIndex(of: byte) }

  /// A part of it that is no secret.
  package func disclosed(_ range: Range<Int>) -> [UInt8] {
    precondition(range.upperBound <= count)
    return Array(buffer[range])
  }

  package mutating func append(_ other: borrowing SecretBytes) {
    let whole = SecretBytes(count: count + other.count)
    whole.start.update(from: start, count: count)
    (whole.start + count).update(from: other.start, count: other.count)
    self = whole
  }

  /// Combines each byte with that of another secret of the same length.
  package mutating func combine(with other: borrowing SecretBytes) {
    precondition(count == other.count)
    for index in 0..<count { buffer[index] ^= other.buffer[index] }
  }

  /// Whether both are the same, in a time that does not tell where they differ.
  package func equals(_ other: borrowing SecretBytes) -> Bool {
    guard count == other.count else { return false }
    return sodium_memcmp(start, other.start, count) == 0
  }

  /// For the functions of the library, which read it or fill it.
  func withPointer<Result: ~Copyable>(_ body: (UnsafeMutablePointer<UInt8>) -> Result) -> Result { body(start) }

  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(buffer))
  }

  package mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(buffer)
  }
}
