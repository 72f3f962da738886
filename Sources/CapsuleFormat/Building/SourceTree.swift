package import Linux

/// A folder whose files are collected for a capsule.
package struct SourceTree: ~Copyable {
  private let root: Descriptor
  private(set) package var entries: [SourceEntry] = []
  /// All that cannot be packed; each is told, not just the first.
  private(set) package var problems: [BuildProblem] = []
  /// What rules have left out, a folder as one.
  private(set) package var ignored: [(path: String, isFolder: Bool)] = []

  /// Members of an archive that are made anew, when the folder is one that was extracted.
  private static let made = [ReservedName.listing, ReservedName.metadata]

  package init(_ root: consuming Descriptor) { self.root = root }

  /// Walks through all of the folder.
  package mutating func collect() throws(SysError) {
    let folder = try root.duplicate()
    try walk(folder, path: "")
  }

  private mutating func walk(_ folder: borrowing Descriptor, path: String) throws(SysError) {
    let names: [String]
    do throws(SysError) {
      names = try folder.entries().sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      problems.append(error.errno == .notText ? .notUTF8(folder: path) : .unreadable(error, path: path))
      return
    }
    for name in names where !(path.isEmpty && Self.made.contains(name)) {
      guard entries.count < ArchiveLimits.mostEntries else {
        return problems.append(.tooManyEntries(limit: ArchiveLimits.mostEntries))
      }
      try add(name, in: folder, path: path.isEmpty ? name : path + "/" + name)
    }
  }

  private mutating func add(_ name: String, in folder: borrowing Descriptor, path: String) throws(SysError) {
    let status = try folder.status(ofEntry: name)
    let known: CapsulePath
    do throws(CapsulePath.Problem) {
      known = try CapsulePath(path)
    } catch {
      return problems.append(.badPath(error, path: path))
    }
    switch status.kind {
    case .folder:
      entries.append(SourceEntry(known, .folder))
      do throws(SysError) {
        let inner = try folder.open(name, .folderItself)
        try walk(inner, path: path)
      } catch {
        problems.append(.unreadable(error, path: path))
      }
    case .link: entries.append(SourceEntry(known, .link(target: try folder.target(ofLink: name))))
    case .file:
      // Whoever may execute it: in a capsule it is all or nobody.
      let isExecutable = status.mode & 0o111 != 0
      entries.append(SourceEntry(known, .file(.source(path, size: status.size), isExecutable: isExecutable)))
    case .characterDevice, .socket, .other: problems.append(.specialFile(path: path))
    }
  }
}
