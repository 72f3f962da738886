internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// What an archive turned out to be.
struct FoundCapsule {
  let head: CapsuleHead
  let manifest: Manifest
}

/// Unpacks into the store, after looking at what it is.
struct InstallSink: ~Copyable, CapsuleSink {
  enum Outcome {
    case unpacked(FoundCapsule)
    /// It is installed already: the rest of the archive is not looked at.
    case isThere(FoundCapsule)
  }

  private let store: Store
  private var tree: TreeWriter
  private let request: InstallRequest
  private(set) var outcome: Outcome?

  init(store: Store, tree: consuming TreeWriter, request: InstallRequest) {
    self.store = store
    self.tree = tree
    self.request = request
  }

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    if let signed = request.signedID, signed != head.id {
      throw .signedForAnother(signed: signed, found: head.id, file: request.file)
    }
    try named(request.file) { () throws(ArchiveProblem) in
      let metadata = try BuildMetadata(head.metadata, of: head.id)
      guard metadata.files == head.listing.fileCount, metadata.size == head.listing.totalSize else {
        throw .badMetadata("counts other files")
      }
    }
    let found = FoundCapsule(head: head, manifest: try Self.manifest(head, file: request.file))
    if try store.isInstalled(head.id) {
      outcome = .isThere(found)
      return false
    }
    if let version = found.manifest.about.version, !request.allowsDowngrade {
      try store.checkFloor(of: found.manifest.name, version)
    }
    let free = try store.freeBytes()
    // Each file fills its last block, and has an entry somewhere.
    let needed = head.listing.totalSize + head.listing.entries.count * 4096
    guard needed <= free else { throw .noRoom(needed: needed, free: free, path: store.path) }
    outcome = .unpacked(found)
    return try tree.begin(head)
  }

  private static func manifest(_ head: CapsuleHead, file: String) throws(CapsuleError) -> Manifest {
    let source: SourceText
    do throws(Diagnostic) {
      source = try SourceText(file: "\(file): \(ReservedName.manifest)", bytes: head.manifest)
    } catch {
      throw .badManifest([error])
    }
    let manifest: Manifest
    do throws(DiagnosticList) {
      manifest = try Manifest.read(source, folderName: "")
    } catch {
      throw .badManifest(error.all)
    }
    // In one way only, so that no two readers find different things in it.
    guard manifest.canonicalYAML.utf8.elementsEqual(head.manifest) else {
      throw .archive(.badManifest("is not in the form that capsrun build writes"), file: file)
    }
    return manifest
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
