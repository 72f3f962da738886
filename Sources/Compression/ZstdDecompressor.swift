internal import CZstd
internal import Linux

/// Takes frames apart, one at a time.
package final class ZstdDecompressor: PieceWorker {
  private let context: OpaquePointer

  package init() {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// The input must be exactly one frame, and its content must fit.
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    guard ZSTD_findFrameCompressedSize(input.baseAddress, input.count) == input.count else { return nil }
    let size = ZSTD_decompressDCtx(context, output.baseAddress, output.count, input.baseAddress, input.count)
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
