internal import Linux

/// Taking capsules away.
extension Store {
  /// Removes a capsule, and of the shared contents what only it held; returns how many bytes that were.
  ///
  /// One rename takes the capsule out of its place: whoever is killed leaves it whole, or only to be swept up. Refuses
  /// one that runs; one that is active or pinned only unless it is forced. The caller holds an exclusive lock of the store.
  package func remove(_ id: CapsuleID, isForced: Bool, now: Int) throws(CapsuleError) -> Int {
    guard let unused = try lockUnused(id) else { throw .inUse(id) }
    let names = try names(standingFor: id)
    if !isForced {
      if let name = names.first { throw .active(id, name: name) }
      if try isPinned(id) { throw .pinned(id) }
    }
    for name in names { try deactivate(name, now: now) }
    return try discard(id, unused)
  }

  /// Removes a capsule that nobody can start meanwhile.
  func discard(_ id: CapsuleID, _ unused: consuming FileLock) throws(CapsuleError) -> Int {
    // Without a listing to tell what it held, all contents are looked at.
    let held = try heldNames(of: [id])
    let staged = try StagingFolder(in: self)
    try attempt("remove \(id)") { () throws(SysError) in
      try capsules.rename(id.description, to: staged.folder, as: "removed")
      try capsules.synchronize("capsules")
    }
    try staged.discard()
    unused.release()
    return try objects.sweep(only: held.map { Set($0.keys) })
  }

  /// The names of the contents of these capsules, each with how many files of theirs have it; nil when a listing cannot be
  /// read.
  func heldNames(of ids: [CapsuleID]) throws(CapsuleError) -> [String: Int]? {
    var counts: [String: Int] = [:]
    for id in ids {
      guard let listing = try readableListing(of: id) else { return nil }
      for entry in listing.entries {
        guard case .file(_, let digest, let isExecutable) = entry.content else { continue }
        counts[Objects.name(digest, isExecutable: isExecutable), default: 0] += 1
      }
    }
    return counts
  }

  private func readableListing(of id: CapsuleID) throws(CapsuleError) -> Listing? {
    do throws(CapsuleError) {
      let bytes = try listing(of: id)
      return try named(Self.listingName) { () throws(ArchiveProblem) in try Listing(text: bytes) }
    } catch .system(let error, _) where error.errno != .noSuchFile {
      throw .system(error, while: "read the listing of \(id)")
    } catch {
      return nil
    }
  }
}
