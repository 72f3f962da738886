internal import CZlib
internal import Linux

/// Compresses pieces, each by itself, so that all of them one after another are one deflate stream.
package final class DeflateCompressor: PieceWorker {
  private var stream = z_stream()

  /// The level that gzip uses.
  package init() {
    // Without a frame of its own, and with the memory that zlib uses by default.
    let result = deflateInit2_(
      &stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "deflateInit2: \(result)")
  }

  deinit { deflateEnd(&stream) }

  /// How large a piece of this size can become, with the end that separates it from the next.
  package static func bound(_ size: Int) -> Int { Int(compressBound(uLong(size))) + 16 }

  /// Ends at a byte, with nothing before it that a later piece refers to (Z_FULL_FLUSH).
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    guard deflateReset(&stream) == Z_OK else { return nil }
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = uInt(input.count)
    stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = uInt(output.count)
    guard deflate(&stream, Z_FULL_FLUSH) == Z_OK, stream.avail_in == 0, stream.avail_out > 0 else { return nil }
    return output.count - Int(stream.avail_out)
  }
}
