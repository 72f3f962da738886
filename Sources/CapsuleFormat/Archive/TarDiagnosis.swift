/// Tells what is wrong with a header that is not the expected one. Whatever it says, the archive is refused already.
struct TarDiagnosis {
  private let block: [UInt8]
  private let expected: TarHeader
  /// What stands behind the block, as far as it is there.
  private let rest: [UInt8]
  /// The path that the pax header before it gave it.
  private let longPath: String?
  private static let mostOfRest = 128 << 10

  /// What an archive has where `expected` should be; `found` holds as many bytes as that has, or fewer at the end.
  static func problem(
    of found: [UInt8], before rest: UnsafeRawBufferPointer, expected: TarHeader
  ) -> MemberProblem {
    let size = TarHeader.blockSize
    guard found.count >= size else { return .noHeader }
    // What comes before the last block is the pax header that it needs.
    if found.count > size, found.dropLast(size) == expected.bytes.dropLast(size) {
      return TarDiagnosis(block: Array(found.suffix(size)), expected: expected, rest: [], longPath: expected.path)
        .problem
    }
    let rest = found[size...] + rest.prefix(mostOfRest)
    return TarDiagnosis(block: Array(found[..<size]), expected: expected, rest: Array(rest), longPath: nil).problem
  }

  private var problem: MemberProblem {
    guard let checksum = number(148, 8), checksum == sum else {
      return block.allSatisfy { $0 == 0 } ? .noHeader : .badHeaderChecksum
    }
    if let problem = problemOfType { return problem }
    guard Array(block[257..<265]) == Array("ustar\u{0}00".utf8) else { return .foreignHeader }
    if block[156] == UInt8(ascii: "x") {
      guard longPath == nil else { return .otherWayOfWriting(path: expected.path) }
      return PaxDiagnosis(rest[...], size: number(124, 12), expected: expected).problem
    }
    guard longPath == nil else { return comparison(expected.path) }
    do throws(CapsulePath.Problem) {
      let isFolder = block[156] == TarHeader.Kind.folder.rawValue && pathBytes.last == UInt8(ascii: "/")
      let known = try CapsulePath(bytes: isFolder ? pathBytes.dropLast() : pathBytes[...])
      return comparison(known.text)
    } catch {
      return .badPath(error, path: path)
    }
  }

  private func comparison(_ path: String) -> MemberProblem {
    guard path.utf8.elementsEqual(expected.path.utf8) else { return .another(path: path, expected: expected.path) }
    let isLink = block[156] == TarHeader.Kind.link.rawValue
    if isLink, expected.kind != .link { return .linkInstead(path: path) }
    guard number(108, 8) == 0, number(116, 8) == 0, block[265..<329].allSatisfy({ $0 == 0 }) else {
      return .owner(path: path)
    }
    guard let mode = number(100, 8), let size = number(124, 12), let time = number(136, 12) else {
      return .badNumber(path: path)
    }
    if mode & ~0o777 != 0 || mode & 0o022 != 0 && !isLink { return .specialBits(path: path) }
    let isSame = isSameKind && (expected.kind != .file || mode == (expected.isExecutable ? 0o755 : 0o644))
    if ReservedName.leading.contains(expected.path) {
      // Of these the size is not known before.
      guard isSame else { return .notPlain(path: path) }
    } else if !isSame || size != expected.size {
      return .differs(path: path, expected: expected.noun)
    }
    // The first member says what time that is.
    let isFirst = expected.path == ReservedName.manifest
    return time == expected.time || isFirst ? .otherWayOfWriting(path: path) : .otherTime(path: path)
  }

  private var isSameKind: Bool {
    guard block[156] == expected.kind.rawValue else { return false }
    if expected.paxKeys.contains("linkpath") { return text(157, 100) == TarHeader.longName }
    return expected.kind != .link || text(157, 100).utf8.elementsEqual(expected.target.utf8)
  }

  private var problemOfType: MemberProblem? {
    switch block[156] {
    case 0x30, 0x32, 0x35, UInt8(ascii: "x"): nil
    case 0x31: .hardLink(path: path)
    case 0x33, 0x34: .device(path: path)
    case 0x36: .fifo(path: path)
    case UInt8(ascii: "S"): .sparse(path: path)
    case UInt8(ascii: "L"), UInt8(ascii: "K"): .gnuLongName
    case UInt8(ascii: "g"): .globalPax
    case let type: .unknownType(type, path: path)
    }
  }

  private var pathBytes: [UInt8] {
    let (prefix, name) = (bytes(345, 155), bytes(0, 100))
    return prefix.isEmpty ? Array(name) : prefix + [UInt8(ascii: "/")] + name
  }

  /// As the header has it, for people.
  private var path: String { longPath ?? String(decoding: pathBytes, as: UTF8.self) }

  private func bytes(_ offset: Int, _ size: Int) -> ArraySlice<UInt8> {
    block[offset..<offset + size].prefix { $0 != 0 }
  }

  private func text(_ offset: Int, _ size: Int) -> String { String(decoding: bytes(offset, size), as: UTF8.self) }

  private func number(_ offset: Int, _ size: Int) -> Int? {
    let digits = block[offset..<offset + size].drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    var number = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit) else { return nil }
      number = number << 3 | Int(digit - 0x30)
    }
    return number
  }

  private var sum: Int {
    block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
  }
}

extension TarHeader {
  var noun: String {
    switch kind {
    case .file: isExecutable ? "executable file of \(size) bytes" : "file of \(size) bytes"
    case .folder: "folder"
    case .link: "link to \"\(target)\""
    }
  }
}
