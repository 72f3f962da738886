/// What the members of a zip archive become together.
enum ZipTree {
  /// All folders, also those that only the names of others imply; a folder comes before what is in it.
  static func folders(of members: [ZipMember]) throws(ZipProblem) -> [CapsulePath] {
    var isFolder: [CapsulePath: Bool] = [:]
    for member in members {
      guard isFolder.updateValue(member.kind == .folder, forKey: member.path) == nil else {
        throw .duplicate(path: member.path.text)
      }
    }
    for member in members {
      var next = member.path.parent
      while let folder = next {
        if let known = isFolder[folder] {
          guard known else { throw .insideFile(path: member.path.text, file: folder.text) }
          break
        }
        isFolder[folder] = true
        guard isFolder.count <= ArchiveLimits.mostEntries else {
          throw .tooManyEntries(limit: ArchiveLimits.mostEntries)
        }
        next = folder.parent
      }
    }
    try checkNormalized(isFolder.keys)
    return isFolder.filter(\.value).keys.sorted()
  }

  private static func checkNormalized(_ paths: some Collection<CapsulePath>) throws(ZipProblem) {
    // Swift compares texts by canonical equivalence, which is what this is about. In order, so that of two the same is told.
    guard paths.contains(where: { !$0.text.utf8.allSatisfy { $0 < 0x80 } }) else { return }
    var seen: Set<String> = []
    for path in paths.sorted() {
      let (isNew, other) = seen.insert(path.text)
      guard isNew else { throw .sameWhenNormalized(path: path.text, as: other) }
    }
  }

  /// Refuses what would take more room than an archive may, before anything is inflated.
  static func checkSizes(_ members: [ZipMember], fileSize: Int) throws(ZipProblem) {
    var total = 0
    for member in members {
      // Each by itself first, so that the sum cannot overflow.
      guard member.storage.size <= ArchiveLimits.largestArchive else {
        throw .tooLarge(limit: ArchiveLimits.largestArchive)
      }
      total += member.storage.size
    }
    guard total <= ArchiveLimits.largestArchive else { throw .tooLarge(limit: ArchiveLimits.largestArchive) }
    guard total <= ArchiveLimits.freeOfRatio || total / fileSize < ArchiveLimits.ratio else {
      throw .tooDense(ratio: ArchiveLimits.ratio)
    }
  }
}
