internal import Linux

/// Reads the directory of a zip archive.
enum ZipDirectory {
  static func members(_ bytes: [UInt8], of end: ZipEnd) throws(ZipProblem) -> [ZipMember] {
    var reader = ByteReader(bytes)
    var members: [ZipMember] = []
    // No more room than the directory can fill, whatever count the end claims.
    members.reserveCapacity(min(end.entries, bytes.count / 46))
    for index in 0..<end.entries {
      guard let header = CentralHeader(&reader) else { throw .badDirectory(entry: index + 1) }
      members.append(try header.member())
    }
    guard reader.isAtEnd else { throw .badDirectory(entry: end.entries + 1) }
    return members
  }
}

/// An entry of the directory, as it stands there.
private struct CentralHeader {
  private let madeBy: Int
  private let flags: Int
  private let method: Int
  private let checksum: Int
  private let packedSize: Int
  private let size: Int
  private let disk: Int
  private let attributes: Int
  private let start: Int
  private let name: ArraySlice<UInt8>
  private let extra: ArraySlice<UInt8>

  private enum Host {
    static let unix: Set = [3, 19]
  }

  init?(_ reader: inout ByteReader) {
    guard reader.bytes(4) == [0x50, 0x4B, 1, 2], let madeBy = reader.number(2), reader.bytes(2) != nil,
      let flags = reader.number(2), let method = reader.number(2), reader.bytes(4) != nil,
      let checksum = reader.number(4), let packedSize = reader.number(4), let size = reader.number(4),
      let nameSize = reader.number(2), let extraSize = reader.number(2), let commentSize = reader.number(2),
      let disk = reader.number(2), reader.bytes(2) != nil, let attributes = reader.number(4),
      let start = reader.number(4), let name = reader.bytes(nameSize), let extra = reader.bytes(extraSize),
      reader.bytes(commentSize) != nil
    else { return nil }
    self.madeBy = madeBy
    self.flags = flags
    self.method = method
    self.checksum = checksum
    self.packedSize = packedSize
    self.size = size
    self.disk = disk
    self.attributes = attributes
    self.start = start
    self.name = name
    self.extra = extra
  }

  /// How the name is shown before it is known to be one.
  private var shownName: String { String(decoding: name, as: UTF8.self) }

  func member() throws(ZipProblem) -> ZipMember {
    // First what needs no understanding of the rest.
    guard flags & ZipStorage.Flags.encrypted == 0 else { throw .encrypted(path: shownName) }
    guard flags & ~ZipStorage.Flags.known == 0 else { throw .unknownFlags(path: shownName) }
    guard disk == 0 else { throw .severalDisks }
    let extras = try ZipExtras(extra, path: shownName)
    guard method == 0 || method == 8 else { throw .unknownMethod(method, path: shownName) }
    let storage = try storage(extras)
    let path = try path()
    let kind = try kind(of: path)
    if kind == .folder, storage.size != 0 { throw .folderWithContent(path: path.text) }
    if kind == .link, !(1...CapsulePath.longest).contains(storage.size) { throw .badLink(path: path.text) }
    return ZipMember(path: path, kind: kind, storage: storage)
  }

  private func storage(_ extras: ZipExtras) throws(ZipProblem) -> ZipStorage {
    var (size, packedSize, start) = (size, packedSize, start)
    let elsewhere = ZipStorage.elsewhere
    var large = try extras.zip64(
      count: [size, packedSize, start].count { $0 == elsewhere }, path: shownName
    ).reversed().map { $0 }
    // In this order.
    if size == elsewhere { size = large.popLast() ?? 0 }
    if packedSize == elsewhere { packedSize = large.popLast() ?? 0 }
    if start == elsewhere { start = large.popLast() ?? 0 }
    guard method == 8 || size == packedSize else { throw .wrongSize(path: shownName) }
    guard size / ZipStorage.greatestRatio <= packedSize else { throw .wrongSize(path: shownName) }
    return ZipStorage(
      name: Array(name), flags: flags, isDeflated: method == 8, checksum: checksum, packedSize: packedSize, size: size,
      start: start)
  }

  private var hasSlash: Bool { name.last == UInt8(ascii: "/") }

  private func path() throws(ZipProblem) -> CapsulePath {
    guard !name.contains(UInt8(ascii: "\\")) else { throw .backslash(name: shownName) }
    guard flags & ZipStorage.Flags.isUTF8 != 0 || name.allSatisfy({ $0 < 0x80 }) else {
      throw .unknownEncoding(name: shownName)
    }
    do throws(CapsulePath.Problem) {
      return try CapsulePath(bytes: hasSlash && name.count > 1 ? name.dropLast() : name)
    } catch {
      throw .badName(error, name: shownName)
    }
  }

  /// What the permissions say, where a Unix has written them, and the name.
  private func kind(of path: CapsulePath) throws(ZipProblem) -> ZipMember.Kind {
    guard Host.unix.contains(madeBy >> 8) else {
      // The attribute of DOS for a folder.
      guard hasSlash || attributes & 0x10 == 0 else { throw .unclearFolder(path: path.text) }
      return hasSlash ? .folder : .file(isExecutable: false)
    }
    let mode = attributes >> 16
    guard mode & 0o7000 == 0 else { throw .specialBits(path: path.text) }
    switch mode & 0o170000 {
    case 0: return hasSlash ? .folder : .file(isExecutable: mode & 0o111 != 0)
    case 0o100000 where !hasSlash: return .file(isExecutable: mode & 0o111 != 0)
    case 0o040000 where hasSlash: return .folder
    case 0o120000 where !hasSlash: return .link
    case 0o100000, 0o040000, 0o120000: throw .unclearFolder(path: path.text)
    default: throw .special(path: path.text)
    }
  }
}
