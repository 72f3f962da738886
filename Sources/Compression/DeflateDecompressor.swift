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

  /// What ends a stream: an empty block that says that it is the last. A piece ends before it, at a byte.
  private static let end: [UInt8] = [1, 0, 0, 0xFF, 0xFF]

  /// How much room the input needs behind the piece itself.
  package static let reserve = end.count

  /// Fills the output exactly; a piece that holds more, or that ends a stream by itself, is none of ours.
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    var used = 0
    var made = 0
    let result = libdeflate_deflate_decompress_ex(
      decompressor, input.baseAddress, input.count, output.baseAddress, output.count, &used, &made)
    guard result == LIBDEFLATE_SUCCESS, used == input.count else { return nil }
    return made
  }

  /// Writes the end behind a piece that lies at the start of the buffer; returns the size of both.
  package static func close(_ piece: UnsafeMutableRawBufferPointer, size: Int) -> Int {
    UnsafeMutableRawBufferPointer(rebasing: piece[size..<size + end.count]).copyBytes(from: end)
    return size + end.count
  }
}
