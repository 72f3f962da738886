extension Listing {
  /// Names that are kept for what is not part of the capsule.
  private static let reserved = [ReservedName.listing, ReservedName.metadata]

  /// What must hold between the entries, so that nothing can be unpacked outside, through a link, or over something else.
  func checkRules() throws(ArchiveProblem) {
    var folders: Set<CapsulePath> = []
    // Swift compares texts by canonical equivalence, which is what this is about.
    var seen: Set<String> = []
    let links = LinkMap(entries)
    // All of them then: a letter such as the Kelvin sign is equivalent to one of ASCII.
    let hasOtherScripts = entries.contains { !$0.path.text.utf8.allSatisfy { $0 < 0x80 } }
    var hasManifest = false
    for (index, entry) in entries.enumerated() {
      do throws(ListingProblem) {
        if let parent = entry.path.parent, !folders.contains(parent) { throw .parentIsNotListed }
        if hasOtherScripts { try checkNormalized(entry, &seen) }
        if Self.reserved.contains(entry.path.text) { throw .reservedName }
        switch entry.content {
        case .folder: folders.insert(entry.path)
        case .link(let target): try links.check(entry.path, target: target)
        case .file(let size, _, let isExecutable):
          guard entry.path.text == ReservedName.manifest else { break }
          hasManifest = !isExecutable && size <= ArchiveLimits.largestManifest
        }
      } catch {
        throw .listing(line: index + 2, error)
      }
    }
    guard hasManifest else { throw .listing(line: entries.count + 1, .noManifest) }
    guard totalSize <= ArchiveLimits.largestArchive else {
      throw .tooLarge(what: "all of it together", limit: ArchiveLimits.largestArchive)
    }
  }

  private func checkNormalized(_ entry: Entry, _ seen: inout Set<String>) throws(ListingProblem) {
    let (isNew, other) = seen.insert(entry.path.text)
    guard isNew else { throw .sameWhenNormalized(as: other) }
  }

  /// Pairs of paths that a file system without regard to case would take for one.
  package var sameButForCase: [(CapsulePath, CapsulePath)] {
    var seen: [String: CapsulePath] = [:]
    var pairs: [(CapsulePath, CapsulePath)] = []
    for entry in entries {
      if let other = seen.updateValue(entry.path, forKey: entry.path.text.lowercased()) {
        pairs.append((other, entry.path))
      }
    }
    return pairs
  }
}
