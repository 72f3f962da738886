extension Listing {
  /// Names that are kept for what is not part of the capsule.
  private static let reserved = [ReservedName.listing, ReservedName.metadata]

  /// What must hold between the entries, so that nothing can be unpacked outside, through a link, or over something else.
  func checkRules() throws(ArchiveProblem) {
    var folders: Set<CapsulePath> = []
    // Swift compares texts by canonical equivalence, which is what this is about.
    var seen: Set<String> = []
    // All of them then: a letter such as the Kelvin sign is equivalent to one of ASCII.
    let hasOtherScripts = entries.contains { !$0.path.text.utf8.allSatisfy { $0 < 0x80 } }
    var hasManifest = false
    for (index, entry) in entries.enumerated() {
      do throws(ListingProblem) {
        if let parent = entry.path.parent, !folders.contains(parent) { throw problem(ofParent: parent) }
        if hasOtherScripts { try checkNormalized(entry, &seen) }
        if Self.reserved.contains(entry.path.text) { throw .reservedName }
        guard entry.size <= TarHeader.greatest else { throw .fileTooLarge(limit: TarHeader.greatest) }
        if entry.path.text == ReservedName.manifest {
          try checkManifest(entry)
          hasManifest = true
        }
        if entry.content == .folder { folders.insert(entry.path) }
      } catch {
        throw .listing(line: index + 2, error)
      }
    }
    guard hasManifest else { throw .listing(line: entries.count + 1, .noManifest) }
    guard totalSize <= ArchiveLimits.largestArchive else { throw .allTooLarge }
    try checkLinks()
  }

  private func problem(ofParent path: CapsulePath) -> ListingProblem {
    let isLink = entries.contains { entry in
      if case .link = entry.content { entry.path == path } else { false }
    }
    return isLink ? .parentIsLink(path) : .parentIsNotListed
  }

  private func checkManifest(_ entry: Entry) throws(ListingProblem) {
    guard case .file(let size, _, isExecutable: false) = entry.content, size <= ArchiveLimits.largestManifest else {
      throw .badManifest
    }
  }

  /// All folders are known to be listed then, so that what is remembered of them is no larger than the listing.
  private func checkLinks() throws(ArchiveProblem) {
    var links = LinkMap(entries)
    for (index, entry) in entries.enumerated() {
      guard case .link(let target) = entry.content else { continue }
      do throws(ListingProblem) {
        try links.check(entry.path, target: target)
      } catch {
        throw .listing(line: index + 2, error)
      }
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
