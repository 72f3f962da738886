internal import Linux

/// The extra fields of a header in a zip archive.
struct ZipExtras {
  private var fields: [Int: ArraySlice<UInt8>] = [:]

  private enum Kind {
    static let zip64 = 0x0001
    static let unicodeName = 0x7075
    /// Of PKWARE's and of WinZip's encryption.
    static let encryption: Set = [0x0017, 0x9901]
    /// PKWARE's and ASi's fields of Unix, which can hold permissions and the target of a link.
    static let permissions: Set = [0x000D, 0x756E]
  }

  /// Takes them apart. Times, owners and what nobody knows have no meaning here; what has another one is refused.
  init(_ bytes: ArraySlice<UInt8>, path: String) throws(ZipProblem) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      guard let kind = reader.number(2), let size = reader.number(2), let content = reader.bytes(size),
        fields.updateValue(content, forKey: kind) == nil
      else { throw .badExtra(path: path) }
      if Kind.encryption.contains(kind) { throw .encrypted(path: path) }
      if Kind.permissions.contains(kind) { throw .otherPermissions(path: path) }
      if kind == Kind.unicodeName { throw .secondName(path: path) }
    }
  }

  /// The numbers of the zip64 field, which holds exactly as many; empty when there is none and none are needed.
  func zip64(count: Int, path: String) throws(ZipProblem) -> [Int] {
    guard let field = fields[Kind.zip64] else {
      guard count == 0 else { throw .badExtra(path: path) }
      return []
    }
    var reader = ByteReader(field)
    var numbers: [Int] = []
    for _ in 0..<count {
      guard let number = reader.number(8) else { throw .badExtra(path: path) }
      numbers.append(number)
    }
    guard reader.isAtEnd else { throw .badExtra(path: path) }
    return numbers
  }
}
