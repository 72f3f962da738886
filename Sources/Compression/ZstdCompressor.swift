internal import CZstd
internal import Linux

/// Compresses pieces, each to a frame of its own.
package final class ZstdCompressor: PieceWorker {
  private let context: OpaquePointer

  /// The level at which a frame of a piece is smaller than gzip's and made faster; docs/design/0006 has the figures.
  private static let level: CInt = 7

  package init() {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  package static func bound(_ size: Int) -> Int { ZSTD_compressBound(size) }

  /// The frame says how large its content is, and has its checksum.
  package func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
    let size = ZSTD_compress2(context, output.baseAddress, output.count, input.baseAddress, input.count)
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
