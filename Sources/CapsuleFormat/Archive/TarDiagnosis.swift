/// Tells what is wrong with a header that is not the expected one. Whatever it says, the archive is refused already.
struct TarDiagnosis {
  private let block: [UInt8]

  /// What an archive has where `expected` should be; `found` holds as many bytes as that has, or fewer at the end.
  static func problem(of found: [UInt8], expected: TarHeader) -> MemberProblem {
    guard found.count >= TarHeader.blockSize else { return .noHeader }
    return TarDiagnosis(block: Array(found[..<TarHeader.blockSize])).problem(found, expected)
  }

  private func problem(_ found: [UInt8], _ expected: TarHeader) -> MemberProblem {
    guard let checksum = number(148, 8), checksum == sum else {
      return block.allSatisfy { $0 == 0 } ? .noHeader : .badHeaderChecksum
    }
    if let problem = problemOfType { return problem }
    guard Array(block[257..<265]) == Array("ustar\u{0}00".utf8) else { return .foreignHeader }
    if block[156] == UInt8(ascii: "x") {
      // The name is in the records, which are not written by us: one kind of problem is enough.
      return expected.bytes.count > TarHeader.blockSize ? .badPax : .another(path: path, expected: expected.path)
    }
    do throws(CapsulePath.Problem) {
      let bytes = Array(path.utf8)
      let isFolder = block[156] == TarHeader.Kind.folder.rawValue && bytes.last == UInt8(ascii: "/")
      let known = try CapsulePath(bytes: isFolder ? bytes.dropLast() : bytes[...])
      return comparison(known.text, expected)
    } catch {
      return .badPath(error, path: path)
    }
  }

  private func comparison(_ path: String, _ expected: TarHeader) -> MemberProblem {
    guard path == expected.path else { return .another(path: path, expected: expected.path) }
    let isLink = block[156] == TarHeader.Kind.link.rawValue
    if isLink, expected.kind != .link { return .linkInstead(path: path) }
    guard number(108, 8) == 0, number(116, 8) == 0, block[265..<329].allSatisfy({ $0 == 0 }) else {
      return .owner(path: path)
    }
    if let mode = number(100, 8), mode & 0o7000 != 0 || mode & 0o022 != 0 && !isLink { return .specialBits(path: path) }
    let isSame =
      block[156] == expected.kind.rawValue && number(124, 12) == expected.size && text(157, 100) == expected.target
      && (expected.kind != .file || number(100, 8) == (expected.isExecutable ? 0o755 : 0o644))
    guard !isSame else { return .otherWayOfWriting(path: path) }
    return .differs(path: path, expected: expected.noun)
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

  /// As the header has it, for people.
  private var path: String {
    let prefix = text(345, 155)
    return prefix.isEmpty ? text(0, 100) : prefix + "/" + text(0, 100)
  }

  private func text(_ offset: Int, _ size: Int) -> String {
    String(decoding: block[offset..<offset + size].prefix { $0 != 0 }, as: UTF8.self)
  }

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
  fileprivate var noun: String {
    switch kind {
    case .file: isExecutable ? "executable file of \(size) bytes" : "file of \(size) bytes"
    case .folder: "folder"
    case .link: "link to \"\(target)\""
    }
  }
}
