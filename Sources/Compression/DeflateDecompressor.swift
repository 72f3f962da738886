internal import CDeflate
internal import Linux

/// Takes apart what `DeflateCompressor` made, piece by piece.
package final class DeflateDecompressor: PieceWorker {
  private let decompressor: OpaquePointer

  package init() {
    guard let decompressor = libdeflate_alloc_decompressor() else { preconditionFailure("no memory") }
    self.decompressor = decompressor
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Nobody knows it before. A piece whose last block is open, so that it takes what follows for its own content, would be read
  /// as something else than gzip reads, for which the next piece follows; with this behind it, it is refused.
  private static let mark = (0..<8).map { _ in UInt8.random(in: 0..<144) }

  /// What ends a stream: a block with the mark, and an empty one that says that it is the last. A piece ends before it, at a
  /// byte.
  ///
  /// In the first block each byte below 144 is eight bits, 48 more than itself (RFC 1951, 3.2.6). As they are not the bytes
  /// themselves, nobody gets the mark who takes all of this for content.
  private static let end: [UInt8] = {
    let first: [UInt8] = [0, 1, 0]
    let codes = mark.flatMap { byte in (0..<8).reversed().map { (byte + 48) >> UInt8($0) & 1 } }
    let endOfBlock = [UInt8](repeating: 0, count: 7)
    let last: [UInt8] = [1, 0, 0]
    return packed(first + codes + endOfBlock + last) + [0, 0, 0xFF, 0xFF]
  }()

  private static func packed(_ bits: [UInt8]) -> [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | $1 }
    }
  }

  /// How much room the input needs behind the piece itself.
  package static let reserve = end.count
  /// How much room the output needs behind that of the piece.
  package static let outputReserve = mark.count

  /// Fills the output but for its reserve; a piece that holds more, or that ends a stream by itself, is none of ours.
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    var used = 0
    var made = 0
    let result = libdeflate_deflate_decompress_ex(
      decompressor, input.baseAddress, input.count, output.baseAddress, output.count, &used, &made)
    guard result == LIBDEFLATE_SUCCESS, used == input.count, made >= Self.mark.count else { return nil }
    let size = made - Self.mark.count
    return output[size..<made].elementsEqual(Self.mark) ? size : nil
  }

  /// Writes the end behind a piece that lies at the start of the buffer; returns the size of both.
  package static func close(_ piece: UnsafeMutableRawBufferPointer, size: Int) -> Int {
    UnsafeMutableRawBufferPointer(rebasing: piece[size..<size + end.count]).copyBytes(from: end)
    return size + end.count
  }
}
