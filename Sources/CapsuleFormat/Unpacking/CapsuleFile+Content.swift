package import Linux

extension CapsuleFile {
  /// One file of an archive; nil when its listing has no such file, or one that is larger than `limit`.
  ///
  /// All of the archive is read and compared with its listing.
  package static func content(
    of path: String, in file: consuming Descriptor, name: String, limit: Int
  ) throws(CapsuleError) -> [UInt8]? {
    let reader = try ArchiveReader.open(file, name: name)
    var stream = MemberStream(file: name, sink: ContentSink(path: path, limit: limit))
    try reader.read(into: &stream)
    return stream.sink.content
  }
}

/// Wants the content of one file.
private struct ContentSink: ~Copyable, CapsuleSink {
  private let path: String
  private let limit: Int
  private var isWanted = false
  private(set) var content: [UInt8]?

  init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    head.listing.entries.contains { isWanted($0) }
  }

  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) {
    isWanted = isWanted(entry)
    if isWanted { content = [] }
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    if isWanted { content?.append(contentsOf: bytes) }
  }

  private func isWanted(_ entry: Listing.Entry) -> Bool {
    entry.isFile && entry.size <= limit && entry.path.text.utf8.elementsEqual(path.utf8)
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) {}
  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {}
  mutating func endFile() throws(CapsuleError) {}
  mutating func finish() throws(CapsuleError) {}
}
