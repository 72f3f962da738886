internal import Linux

/// Where the content of a member lies in a zip archive.
struct ZipPlace: Hashable, Sendable {
  let member: ZipMember
  let content: Range<Int>
}

/// Holds each member's own header against the directory, and accounts for every byte before the directory.
enum ZipSpans {
  private static let headerSize = 30

  /// In the order in which the members lie in the file.
  static func places(
    of members: [ZipMember], before directory: Int, in file: borrowing ZipFile
  ) throws(CapsuleError) -> [ZipPlace] {
    let members = members.sorted { $0.storage.start < $1.storage.start }
    let first = members.first?.storage.start ?? directory
    guard first == 0 else { throw file.problem(.prefix(count: first)) }
    var places: [ZipPlace] = []
    places.reserveCapacity(members.count)
    for (index, member) in members.enumerated() {
      let next = index + 1 < members.count ? members[index + 1] : nil
      let content = try content(of: member, before: directory, in: file)
      let end = next?.storage.start ?? directory
      guard end >= content.upperBound else {
        throw file.problem(.overlap(path: member.path.text, with: next?.path.text ?? "the directory"))
      }
      try checkGap(content.upperBound..<end, after: member, in: file)
      places.append(ZipPlace(member: member, content: content))
    }
    return places
  }

  /// Reads the member's own header.
  private static func content(
    of member: ZipMember, before directory: Int, in file: borrowing ZipFile
  ) throws(CapsuleError) -> Range<Int> {
    let (path, start) = (member.path.text, member.storage.start)
    guard directory - start >= headerSize else { throw file.problem(.noLocalHeader(path: path)) }
    var reader = ByteReader(try file.bytes(start..<start + headerSize))
    guard let header = LocalHeader(&reader) else { throw file.problem(.noLocalHeader(path: path)) }
    let nameStart = start + headerSize
    guard directory - nameStart >= header.nameSize + header.extraSize else {
      throw file.problem(.noLocalHeader(path: path))
    }
    let rest = try file.bytes(nameStart..<nameStart + header.nameSize + header.extraSize)
    try file.judge { () throws(ZipProblem) in
      try header.check(name: rest[..<header.nameSize], extra: rest[header.nameSize...], against: member)
    }
    let content = nameStart + rest.count
    guard member.storage.packedSize <= directory - content else {
      throw file.problem(.overlap(path: path, with: "the directory"))
    }
    return content..<content + member.storage.packedSize
  }

  /// Between a member and what follows it lies nothing, or a descriptor that repeats what the directory says.
  private static func checkGap(
    _ gap: Range<Int>, after member: ZipMember, in file: borrowing ZipFile
  ) throws(CapsuleError) {
    let path = member.path.text
    guard member.storage.hasDescriptor else {
      guard gap.isEmpty else { throw file.problem(.hidden(count: gap.count, after: path)) }
      return
    }
    let form = descriptors(of: member.storage).first { $0.count == gap.count }
    guard let form, try file.bytes(gap) == form else { throw file.problem(.badDescriptor(path: path)) }
  }

  /// The ways to write a descriptor: with and without a signature, with sizes of four and of eight bytes.
  private static func descriptors(of storage: ZipStorage) -> [[UInt8]] {
    [4, 8].flatMap { width in
      let fields =
        LittleEndian.bytes(storage.checksum, count: 4) + LittleEndian.bytes(storage.packedSize, count: width)
        + LittleEndian.bytes(storage.size, count: width)
      return [fields, [0x50, 0x4B, 7, 8] + fields]
    }
  }
}

/// The header that stands before a member's content.
private struct LocalHeader {
  private let flags: Int
  private let method: Int
  private let checksum: Int
  private let packedSize: Int
  private let size: Int
  let nameSize: Int
  let extraSize: Int

  init?(_ reader: inout ByteReader) {
    guard reader.bytes(4) == [0x50, 0x4B, 3, 4], reader.bytes(2) != nil, let flags = reader.number(2),
      let method = reader.number(2), reader.bytes(4) != nil, let checksum = reader.number(4),
      let packedSize = reader.number(4), let size = reader.number(4), let nameSize = reader.number(2),
      let extraSize = reader.number(2)
    else { return nil }
    self.flags = flags
    self.method = method
    self.checksum = checksum
    self.packedSize = packedSize
    self.size = size
    self.nameSize = nameSize
    self.extraSize = extraSize
  }

  func check(
    name: ArraySlice<UInt8>, extra: ArraySlice<UInt8>, against member: ZipMember
  ) throws(ZipProblem) {
    let (path, storage) = (member.path.text, member.storage)
    guard name.elementsEqual(storage.name) else { throw .localDiffers(path: path, in: "name") }
    guard flags == storage.flags else { throw .localDiffers(path: path, in: "flags") }
    guard method == storage.method else { throw .localDiffers(path: path, in: "method") }
    // Here the field holds both sizes, or there is none.
    let isLarge = size == ZipStorage.elsewhere || packedSize == ZipStorage.elsewhere
    let large = try ZipExtras(extra, path: path).zip64(count: isLarge ? 2 : 0, path: path)
    let size = size == ZipStorage.elsewhere ? large[0] : size
    let packedSize = packedSize == ZipStorage.elsewhere ? large[1] : packedSize
    for (here, there, what) in [
      (checksum, storage.checksum, "checksum"), (size, storage.size, "size"),
      (packedSize, storage.packedSize, "compressed size"),
    ] {
      guard here == there || (here == 0 && storage.hasDescriptor) else { throw .localDiffers(path: path, in: what) }
    }
  }
}
