package import Linux

/// Unpacks a capsule beside the store, for whoever wants to look at it or to work on it.
package enum Extraction {
  /// Unpacks a copy that somebody trusted vouches for into an empty folder, with the permissions that the capsule has.
  ///
  /// What was made is removed again when it cannot be finished.
  package static func extract(
    _ archive: consuming PrivateCopy, _ request: InstallRequest, into folder: borrowing Descriptor, named path: String
  ) throws(CapsuleError) -> CapsuleFile {
    let entries = try attempt("read \"\(path)\"") { () throws(SysError) in try folder.entryNames() }
    guard entries.isEmpty else { throw .notEmpty(path: path) }
    let reader = try ArchiveReader.open(try archive.takeFile(), name: request.file)
    let root = try attempt("open \"\(path)\"") { () throws(SysError) in try folder.duplicate() }
    let sink = ExtractionSink(
      tree: try TreeWriter.into(root, modes: .asListed), request: request, path: path,
      free: try attempt("look at \"\(path)\"") { () throws(SysError) in try folder.freeBytes() })
    var stream = MemberStream(file: request.file, sink: sink)
    do throws(CapsuleError) {
      try reader.read(into: &stream)
    } catch {
      try attempt("remove what was unpacked into \"\(path)\"") { () throws(SysError) in
        for name in try folder.entries() { try folder.removeTree(name) }
      }
      throw error
    }
    guard let capsule = stream.sink.capsule else { preconditionFailure("an archive that was read has a head") }
    return capsule
  }
}

/// Looks at what it is before the first file is made.
private struct ExtractionSink: ~Copyable, CapsuleSink {
  private var tree: TreeWriter
  private let request: InstallRequest
  private let path: String
  private let free: Int
  private(set) var capsule: CapsuleFile?

  init(tree: consuming TreeWriter, request: InstallRequest, path: String, free: Int) {
    self.tree = tree
    self.request = request
    self.path = path
    self.free = free
  }

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    if let signed = request.signedID, signed != head.id {
      throw .signedForAnother(signed: signed, found: head.id, file: request.file)
    }
    capsule = try CapsuleFile(head, name: request.file)
    let needed = head.listing.neededRoom
    guard needed <= free else { throw .noRoomInFolder(needed: needed, free: free, path: path) }
    return try tree.begin(head)
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) { try tree.makeFolder(path) }
  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {
    try tree.makeLink(path, target: target)
  }
  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) { try tree.beginFile(entry) }
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) { try tree.write(bytes) }
  mutating func endFile() throws(CapsuleError) { try tree.endFile() }
  mutating func finish() throws(CapsuleError) { try tree.finish() }
}
