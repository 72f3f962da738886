internal import CZlib

/// Takes one raw deflate stream apart as it comes. Besides both buffers it needs the 32 KiB that a stream refers back to.
package final class InflateStream {
  private var stream = z_stream()

  package init() {
    let result = inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "inflateInit2: \(result)")
  }

  deinit { inflateEnd(&stream) }

  /// Begins with another stream.
  package func reset() {
    let result = inflateReset(&stream)
    precondition(result == Z_OK, "inflateReset: \(result)")
  }

  /// What came of some input: how much of it was used, how much of the room was filled, and whether the stream is over.
  package struct Step: Hashable, Sendable {
    package let used: Int
    package let made: Int
    package let isEnd: Bool
  }

  /// Goes on until the input is used up, the room is full or the stream ends; nil when the input is no deflate stream.
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step? {
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = uInt(input.count)
    stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = uInt(output.count)
    let result = inflate(&stream, Z_NO_FLUSH)
    // Z_BUF_ERROR: there was nothing to do it with, or no room.
    guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else { return nil }
    return Step(
      used: input.count - Int(stream.avail_in), made: output.count - Int(stream.avail_out),
      isEnd: result == Z_STREAM_END)
  }
}
