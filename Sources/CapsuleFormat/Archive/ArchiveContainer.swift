internal import Compression
internal import Linux

/// How an archive is compressed.
package enum ArchiveContainer: String, Hashable, Sendable, CaseIterable {
  case gzip = "tar.gz"
  case zstd = "tar.zst"

  /// By what a file's name ends with.
  package init?(fileName: String) {
    if fileName.hasSuffix(".tar.gz") || fileName.hasSuffix(".tgz") {
      self = .gzip
    } else if fileName.hasSuffix(".tar.zst") {
      self = .zstd
    } else {
      return nil
    }
  }

  /// The size of the largest piece when compressed.
  var greatestPiece: Int {
    switch self {
    case .gzip: DeflateCompressor.bound(PieceTable.pieceSize)
    case .zstd: ZstdCompressor.bound(PieceTable.pieceSize)
    }
  }

  func makeCompressor() -> any PieceWorker {
    switch self {
    case .gzip: DeflateCompressor()
    case .zstd: ZstdCompressor()
    }
  }

  func makeDecompressor() -> any PieceWorker {
    switch self {
    case .gzip: DeflateDecompressor()
    case .zstd: ZstdDecompressor()
    }
  }
}
