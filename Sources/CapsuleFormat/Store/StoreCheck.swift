internal import Cryptography
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Reads all that lies in a store again, and finds out what is not as it was put there.
///
/// A damaged content is let go of, so that whoever installs the capsule again writes it anew. Nothing else is changed.
package final class StoreCheck {
  let store: Store
  package private(set) var damage: [StoreDamage] = []
  package private(set) var files = 0
  /// What was read already: the names of a file have one content.
  private var digests: [FileStatus.Identity: Digest] = [:]
  private let buffer = ReadBuffer()

  /// The caller holds a shared lock of the store.
  package init(of store: Store) { self.store = store }

  /// All of the store.
  package func checkAll() throws(CapsuleError) {
    let entries = try attempt("read \"\(store.path)/capsules\"") { () throws(SysError) in
      try store.capsules.entries().sorted()
    }
    for entry in entries {
      guard let id = CapsuleID(entry) else {
        found(.additional, at: "capsules/\(entry)")
        continue
      }
      try check(id)
    }
    try checkObjects()
    for name in try store.knownNames() {
      guard let id = try store.current(of: name), try !store.isInstalled(id) else { continue }
      found(.nothingInstalled(id), at: "names/\(name)/current")
    }
  }

  /// One capsule.
  package func check(_ id: CapsuleID) throws(CapsuleError) {
    let place = "capsules/\(id)"
    let names = try attempt("read \"\(store.path)/\(place)\"") { () throws(SysError) in
      try store.capsules.open(id.description, .folderItself).entries()
    }
    let parts = [Store.treeName, Store.listingName, Store.metadataName, Store.recordName]
    for part in parts where !names.contains(part) { found(.missing, at: "\(place)/\(part)", id) }
    let others = [Store.pinName, Store.unfinishedRecordName]
    for name in names where !(parts + others).contains(name) { found(.additional, at: "\(place)/\(name)", id) }

    guard names.contains(Store.listingName), let listing = try checkListing(id, place) else { return }
    if names.contains(Store.metadataName) { try checkMetadata(id, place) }
    if names.contains(Store.recordName) { try checkRecord(id, place, listing) }
    guard names.contains(Store.treeName) else { return }
    var tree = TreeCheck(self, of: id, listing)
    try attempt("read \"\(store.path)/\(place)/tree\"") { () throws(SysError) in
      try tree.check(try store.capsules.open("\(id)/\(Store.treeName)", .folderItself))
    }
    for content in tree.damaged {
      try store.objects.forget(content.digest, isExecutable: content.isExecutable, ifIs: content.identity)
    }
  }

  func found(_ problem: StoreDamage.Problem, at path: String, _ id: CapsuleID? = nil) {
    damage.append(StoreDamage(path: path, id: id, problem: problem))
  }

  /// The digest of a file's content.
  func digest(of file: borrowing Descriptor, _ name: String) throws(SysError) -> Digest {
    let identity = try file.status(of: name).identity
    if let known = digests[identity] { return known }
    var hash = SHA256()
    while true {
      let count = try file.read(into: buffer.bytes, of: name)
      if count == 0 { break }
      hash.add(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
    }
    files += 1
    digests[identity] = hash.digest
    return hash.digest
  }
}

// What lies beside the tree.
extension StoreCheck {
  private func checkListing(_ id: CapsuleID, _ place: String) throws(CapsuleError) -> Listing? {
    let path = "\(place)/\(Store.listingName)"
    guard let bytes = try reading(path, id, { () throws(CapsuleError) in try store.listing(of: id) }) else {
      return nil
    }
    do throws(ArchiveProblem) {
      if CapsuleID(digest: SHA256.digest(of: bytes)) == id { return try Listing(text: bytes) }
    } catch {
      // Below.
    }
    found(.wrongListing, at: path, id)
    return nil
  }

  private func checkMetadata(_ id: CapsuleID, _ place: String) throws(CapsuleError) {
    let path = "\(place)/\(Store.metadataName)"
    guard let bytes = try reading(path, id, { () throws(CapsuleError) in try store.metadata(of: id) }) else { return }
    do throws(ArchiveProblem) {
      let metadata = try BuildMetadata(bytes, of: id)
      if metadata.id == id { return }
    } catch {
      // Below.
    }
    found(.wrongMetadata, at: path, id)
  }

  private func checkRecord(_ id: CapsuleID, _ place: String, _ listing: Listing) throws(CapsuleError) {
    let path = "\(place)/\(Store.recordName)"
    do throws(CapsuleError) {
      guard let record = try reading(path, id, { () throws(CapsuleError) in try store.record(of: id) }) else { return }
      if record.files == listing.fileCount, record.size == listing.totalSize, try isNamed(record, id) { return }
    } catch .damaged {
      // Below.
    }
    found(.wrongRecord, at: path, id)
  }

  /// Whether the manifest gives the same name and version; one that cannot be read is told with the tree.
  private func isNamed(_ record: InstalledCapsule, _ id: CapsuleID) throws(CapsuleError) -> Bool {
    let manifest: Manifest
    do {
      let bytes = try store.content(of: ReservedName.manifest, in: id, limit: ArchiveLimits.largestManifest)
      manifest = try Manifest.read(try SourceText(file: ReservedName.manifest, bytes: bytes), folderName: "")
    } catch {
      return true
    }
    return record.name == manifest.name && record.version == manifest.about.version
  }

  private func reading<Result>(
    _ path: String, _ id: CapsuleID, _ body: () throws(CapsuleError) -> Result
  ) throws(CapsuleError) -> Result? {
    do throws(CapsuleError) {
      return try body()
    } catch .system(let error, _) {
      found(.unreadable(error.errno), at: path, id)
      return nil
    }
  }
}

// The shared contents.
extension StoreCheck {
  private func checkObjects() throws(CapsuleError) {
    for name in try store.objects.allNames().sorted() {
      guard let (digest, isExecutable) = Objects.content(of: name) else {
        found(.additional, at: "objects/\(name)")
        continue
      }
      let identity = try attempt("read \"objects/\(name)\"") { () throws(SysError) in
        try checkObject(name, digest, isExecutable: isExecutable)
      }
      if let identity { try store.objects.forget(digest, isExecutable: isExecutable, ifIs: identity) }
    }
  }

  /// Which file it is if it is damaged.
  private func checkObject(
    _ name: String, _ digest: Digest, isExecutable: Bool
  ) throws(SysError) -> FileStatus.Identity? {
    let status = try store.objects.folder.status(ofEntry: name)
    let problem = try problem(
      of: name, in: store.objects.folder, status, digest: digest, size: nil, isExecutable: isExecutable)
    guard let problem else { return nil }
    found(problem, at: "objects/\(name)")
    return status.identity
  }

  /// What is wrong with a file.
  func problem(
    of name: String, in folder: borrowing Descriptor, _ status: FileStatus, digest: Digest, size: Int?,
    isExecutable: Bool
  ) throws(SysError) -> StoreDamage.Problem? {
    let mode: UInt32 = isExecutable ? 0o555 : 0o444
    guard status.kind == .file else { return .wrongKind }
    guard status.owner == CurrentProcess.user else { return .wrongOwner(status.owner) }
    guard status.mode == mode else { return .wrongMode(found: status.mode, expected: mode) }
    if let size, status.size != size { return .wrongSize(found: status.size, expected: size) }
    do throws(SysError) {
      return try self.digest(of: try folder.open(name, .fileItself), name) == digest ? nil : .wrongContent
    } catch {
      // With fs-verity the kernel itself refuses to read what is damaged.
      return .unreadable(error.errno)
    }
  }
}
