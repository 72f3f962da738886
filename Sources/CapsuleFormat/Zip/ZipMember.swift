/// A member of a zip archive, as the directory says.
struct ZipMember: Hashable, Sendable {
  let path: CapsulePath
  let kind: Kind
  let storage: ZipStorage

  enum Kind: Hashable, Sendable {
    case file(isExecutable: Bool)
    case folder
    case link
  }
}

/// How and where a member of a zip archive is stored.
struct ZipStorage: Hashable, Sendable {
  /// The bytes of the name, which also stand in the member's own header.
  let name: [UInt8]
  let flags: Int
  let isDeflated: Bool
  let checksum: Int
  let packedSize: Int
  let size: Int
  /// Where the member's own header begins.
  let start: Int

  /// Sizes and checksum stand behind the content, and need not in the member's own header.
  var hasDescriptor: Bool { flags & Flags.descriptor != 0 }
  var method: Int { isDeflated ? 8 : 0 }

  enum Flags {
    static let encrypted = 1 | 1 << 6 | 1 << 13
    static let descriptor = 1 << 3
    static let isUTF8 = 1 << 11
    /// Bits 1 and 2 say how hard the packer tried.
    static let known = 6 | descriptor | isUTF8
  }

  /// Nothing deflates to less than a 1032nd; more is a lie.
  static let greatestRatio = 1032
  /// A field of four bytes that stands in the zip64 extra field instead.
  static let elsewhere = 0xFFFF_FFFF
}
