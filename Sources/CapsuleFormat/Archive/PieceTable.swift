/// Where the pieces of a compressed archive lie. Each is of the same size when inflated, but the last.
struct PieceTable: Hashable, Sendable {
  static let pieceSize = 1 << 20

  /// The size of all pieces when inflated.
  let total: Int
  /// The compressed sizes.
  var sizes: [Int]

  static func count(ofTotal total: Int) -> Int { (total + pieceSize - 1) / pieceSize }

  /// The size of one piece when inflated.
  func size(of index: Int) -> Int { min(Self.pieceSize, total - index * Self.pieceSize) }
}
