internal import Cryptography
internal import Linux

/// What an archive says of itself before its files come.
package struct CapsuleHead: Hashable, Sendable {
  package let listing: Listing
  package let id: CapsuleID
  package let manifest: [UInt8]
  package let metadata: [UInt8]
}

/// Where the members of an archive go.
protocol CapsuleSink: ~Copyable {
  /// Called once, before anything else; false when the rest is not wanted.
  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool
  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError)
  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError)
  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError)
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError)
  /// Called when the content has turned out to be right.
  mutating func endFile() throws(CapsuleError)
  mutating func finish() throws(CapsuleError)
}

/// Takes the members of an archive apart, by making each header that must come and comparing.
///
/// Nothing but the first three members is parsed. The third is the metadata, and the second the listing, from which
/// all that follows is known to the byte: there is nothing to be read in two ways.
struct MemberStream<Sink: CapsuleSink & ~Copyable>: ~Copyable, ArchiveConsumer {
  private let file: String
  private(set) var sink: Sink
  private var stage = Stage.manifest
  private var part = Part.header
  /// The header that must come, and what has come of it.
  private var expected: [UInt8] = []
  private var member: TarHeader
  private var header: [UInt8] = []
  private var rest = 0
  private var leading: [[UInt8]] = []
  private var head: CapsuleHead?
  private var index = 0
  private var hash = SHA256()

  private enum Stage {
    case manifest, listing, metadata, entries, end, over
    /// Whoever gets the members does not want them.
    case unwanted
  }

  var isDone: Bool { stage == .unwanted }

  private enum Part {
    case header, content, padding
  }

  init(file: String, sink: consuming Sink) {
    self.file = file
    self.sink = sink
    member = TarHeader(leading: ReservedName.manifest, size: 0, time: 0)
    expected = member.bytes
  }

  mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    var left = bytes
    while !left.isEmpty, !isDone {
      let count: Int
      switch part {
      case .header: count = try takeHeader(left)
      case .content:
        count = min(rest, left.count)
        try takeContent(UnsafeRawBufferPointer(rebasing: left[..<count]))
      case .padding:
        count = min(rest, left.count)
        guard left[..<count].allSatisfy({ $0 == 0 }) else { throw problem(.badPadding(path: member.path)) }
        rest -= count
        if rest == 0 { try nextMember() }
      }
      left = UnsafeRawBufferPointer(rebasing: left[count...])
    }
  }

  mutating func finish() throws(CapsuleError) {
    if isDone { return }
    guard stage == .over else { throw problem(.incomplete(path: stage == .end ? "the end" : member.path)) }
    try sink.finish()
  }

  private func problem(_ problem: ArchiveProblem) -> CapsuleError { .archive(problem, file: file) }
}

// Headers.
extension MemberStream where Sink: ~Copyable {
  private mutating func takeHeader(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) -> Int {
    guard stage != .over else { throw problem(.afterTheEnd) }
    let count = min(expected.count - header.count, bytes.count)
    header += bytes[..<count]
    if header.count == expected.count { try checkHeader(before: UnsafeRawBufferPointer(rebasing: bytes[count...])) }
    return count
  }

  private mutating func checkHeader(before rest: UnsafeRawBufferPointer) throws(CapsuleError) {
    switch stage {
    case .manifest, .listing, .metadata:
      guard let found = TarHeader(leading: member.path, of: header, time: stage == .manifest ? nil : member.time) else {
        throw problem(.wrongMember(TarDiagnosis.problem(of: header, before: rest, expected: member)))
      }
      member = found
      try checkLeadingSize()
    case .entries:
      guard header == expected else {
        throw problem(.wrongMember(TarDiagnosis.problem(of: header, before: rest, expected: member)))
      }
    case .end:
      guard header == expected else { throw problem(.afterTheEnd) }
      stage = .over
      return
    case .over, .unwanted: return
    }
    header.removeAll(keepingCapacity: true)
    try beginContent()
  }

  private func checkLeadingSize() throws(CapsuleError) {
    let limit =
      switch stage {
      case .manifest: ArchiveLimits.largestManifest
      case .listing: ArchiveLimits.largestListing
      default: ArchiveLimits.largestMetadata
      }
    guard member.size <= limit else { throw problem(.tooLarge(what: "its \(member.path)", limit: limit)) }
  }
}

// Contents.
extension MemberStream where Sink: ~Copyable {
  private mutating func beginContent() throws(CapsuleError) {
    rest = member.size
    part = .content
    if stage == .entries, let head {
      let entry = head.listing.entries[index]
      switch entry.content {
      case .folder: try sink.makeFolder(entry.path)
      case .link(let target): try sink.makeLink(entry.path, target: target)
      case .file:
        hash = SHA256()
        try sink.beginFile(entry)
      }
    } else {
      leading.append([])
    }
    if rest == 0 { try endContent() }
  }

  private mutating func takeContent(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    if stage == .entries {
      hash.add(bytes)
      try sink.write(bytes)
    } else {
      leading[leading.count - 1] += bytes
    }
    rest -= bytes.count
    if rest == 0 { try endContent() }
  }

  private mutating func endContent() throws(CapsuleError) {
    if stage == .entries, let head, case .file(_, let digest, _) = head.listing.entries[index].content {
      let path = head.listing.entries[index].path
      guard hash.digest == digest else { throw problem(.wrongContent(path: path)) }
      try sink.endFile()
    }
    rest = TarHeader.paddingCount(of: member.size)
    part = .padding
    if rest == 0 { try nextMember() }
  }

  private mutating func nextMember() throws(CapsuleError) {
    part = .header
    switch stage {
    case .manifest: expect(leading: ReservedName.listing, .listing)
    case .listing: expect(leading: ReservedName.metadata, .metadata)
    case .metadata:
      try readHead()
      guard stage != .unwanted else { return }
      stage = .entries
      index = -1
      try expectEntry()
    case .entries: try expectEntry()
    case .end, .over, .unwanted: break
    }
  }

  private mutating func expect(leading path: String, _ next: Stage) {
    stage = next
    member = TarHeader(leading: path, size: 0, time: member.time)
    expected = member.bytes
  }

  /// The listing says what the rest is; the manifest has already come.
  private mutating func readHead() throws(CapsuleError) {
    let text = leading[1]
    let listing = try named(file) { () throws(ArchiveProblem) in try Listing(text: text) }
    let digest = SHA256.digest(of: leading[0])
    for entry in listing.entries where entry.path.text == ReservedName.manifest {
      guard entry.content == .file(size: leading[0].count, digest: digest, isExecutable: false) else {
        throw problem(.wrongContent(path: entry.path))
      }
    }
    let id = CapsuleID(digest: SHA256.digest(of: text))
    let head = CapsuleHead(listing: listing, id: id, manifest: leading[0], metadata: leading[2])
    leading.removeAll()
    if try !sink.begin(head) { stage = .unwanted }
    self.head = head
  }

  private mutating func expectEntry() throws(CapsuleError) {
    guard let head else { return }
    index += 1
    if index < head.listing.entries.count, head.listing.entries[index].path.text == ReservedName.manifest {
      // It was the first member.
      try giveManifest(head.listing.entries[index], head.manifest)
      index += 1
    }
    guard index < head.listing.entries.count else {
      stage = .end
      expected = TarHeader.end
      return
    }
    member = TarHeader(head.listing.entries[index], time: member.time)
    expected = member.bytes
  }

  private mutating func giveManifest(_ entry: Listing.Entry, _ bytes: [UInt8]) throws(CapsuleError) {
    try sink.beginFile(entry)
    var failure: CapsuleError?
    bytes.withUnsafeBytes { buffer in
      do throws(CapsuleError) {
        try sink.write(buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    try sink.endFile()
  }
}

extension TarHeader {
  /// Reads the header of a leading member, of which only the size is open, and for the first one the time.
  fileprivate init?(leading path: String, of block: [UInt8], time: Int?) {
    guard let size = Self.number(block[124..<136]), let written = Self.number(block[136..<148]) else { return nil }
    self.init(leading: path, size: size, time: time ?? written)
    guard bytes == block else { return nil }
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    var number = 0
    for digit in field.dropLast() {
      guard (0x30...0x37).contains(digit) else { return nil }
      number = number << 3 | Int(digit - 0x30)
    }
    return field.last == 0 ? number : nil
  }
}
