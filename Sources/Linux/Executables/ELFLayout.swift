/// How an ELF file is laid out: by its class, with words of four or of eight bytes.
package enum ELFLayout {
  case small, large

  package static let largestHeader = 64

  /// Nil for what is no ELF file, or one of the other byte order.
  package init?(_ header: [UInt8]) {
    guard header.count >= 7, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]), header[5] == 1, header[6] == 1 else {
      return nil
    }
    switch header[4] {
    case 1: self = .small
    case 2: self = .large
    default: return nil
    }
  }

  private var wordSize: Int { self == .large ? 8 : 4 }
  package var segmentSize: Int { self == .large ? 56 : 32 }
  package var dynamicEntrySize: Int { 2 * wordSize }

  /// Where the table of segments lies, and how many there are.
  package func table(_ header: [UInt8]) -> (place: Int, count: Int)? {
    var reader = ByteReader(header)
    // The kind of file, processor, version, the entry; then the table of sections, flags, the size of the header.
    guard reader.bytes(24 + wordSize) != nil, let place = reader.number(wordSize),
      reader.bytes(wordSize + 6) != nil, let size = reader.number(2), let count = reader.number(2)
    else { return nil }
    return count == 0 || size == segmentSize ? (place, count) : nil
  }

  package func segments(_ bytes: [UInt8]) -> [ELFSegment]? {
    var reader = ByteReader(bytes)
    var segments: [ELFSegment] = []
    while !reader.isAtEnd {
      // The flags stand in another place for each class.
      guard let kind = reader.number(4), reader.bytes(self == .large ? 4 : 0) != nil,
        let place = reader.number(wordSize), let address = reader.number(wordSize), reader.bytes(wordSize) != nil,
        let size = reader.number(wordSize), reader.bytes(self == .large ? 16 : 12) != nil
      else { return nil }
      guard let kind = ELFSegment.Kind(rawValue: kind) else { continue }
      segments.append(ELFSegment(kind: kind, place: place, address: address, size: size))
    }
    return segments
  }

  package func dynamicSection(_ bytes: [UInt8]) -> ELFDynamicSection? {
    var reader = ByteReader(bytes)
    var section = ELFDynamicSection()
    while !reader.isAtEnd {
      guard let tag = reader.bytes(wordSize), let value = reader.bytes(wordSize) else { return nil }
      let number = LittleEndian.number(value)
      switch ELFDynamicSection.Tag(rawValue: LittleEndian.number(tag)) {
      case .end: return section
      case .needed: section.needed.append(number)
      case .strings: section.stringsAddress = number
      case .stringsSize: section.stringsSize = number
      case .soname: section.soname = number
      case nil: break
      }
    }
    // It has no end.
    return nil
  }
}

/// A part of an ELF file that is put at an address.
package struct ELFSegment: Hashable, Sendable {
  package let kind: Kind
  package let place: Int
  package let address: Int
  package let size: Int

  package enum Kind: Int, Hashable, Sendable {
    case loaded = 1
    case dynamic = 2
    /// The name of the loader, which the kernel starts in the place of the program.
    case interpreter = 3
  }
}

/// What the dynamic linker is told; names are places in the table of strings.
package struct ELFDynamicSection: Hashable, Sendable {
  package var needed: [Int] = []
  package var soname: Int?
  package var stringsAddress: Int?
  package var stringsSize: Int?

  package enum Tag: Int {
    case end = 0
    case needed = 1
    case strings = 5
    case stringsSize = 10
    case soname = 14
  }

  /// Where in the file the table of strings lies; nil when no segment holds all of it. Its bounds are not held against
  /// the size of the file.
  package func strings(in segments: [ELFSegment]) -> Range<Int>? {
    guard let address = stringsAddress, let size = stringsSize, size >= 0,
      (needed + [soname ?? 0]).allSatisfy({ $0 >= 0 })
    else { return nil }
    for segment in segments where segment.kind == .loaded && address >= segment.address {
      let offset = address - segment.address
      guard offset <= segment.size, size <= segment.size - offset else { continue }
      let (place, isTooLarge) = segment.place.addingReportingOverflow(offset)
      let (end, endIsTooLarge) = place.addingReportingOverflow(size)
      guard !isTooLarge, !endIsTooLarge else { return nil }
      return place..<end
    }
    return nil
  }
}
