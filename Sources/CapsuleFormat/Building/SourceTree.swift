package import Linux

/// A folder whose files are collected for a capsule, as far as rules do not leave them out.
package struct SourceTree: ~Copyable {
  private let root: Descriptor
  private(set) package var entries: [SourceEntry] = []
  /// All that cannot be packed; each is told, not just the first.
  private(set) package var problems: [BuildProblem] = []
  private(set) package var ignored: [Ignored] = []
  /// Files that are no members of the tree: the manifest, whatever it is called, and what a build makes.
  private let made: Set<String>
  private static let largestIgnoreFile = 1 << 20

  /// Something that is left out, a folder with all that is in it.
  package struct Ignored: Hashable, Sendable {
    package let path: String
    package let isFolder: Bool
    package let verdict: PackingVerdict
  }

  /// `except` are files at the root that are not taken from there.
  package init(_ root: consuming Descriptor, except: [String] = []) {
    self.root = root
    // The folder may be one that was extracted.
    made = Set(except + [ReservedName.listing, ReservedName.metadata])
  }

  /// Walks through all of the folder.
  package mutating func collect(_ globs: PackageGlobs = .none) throws(SysError) {
    let folder = try root.duplicate()
    let rules = PackingRules(rootFile: try ignoreFile(of: folder, path: ""), globs: globs)
    try walk(folder, path: "", rules)
    dropEmptyEntered()
  }

  private mutating func ignoreFile(of folder: borrowing Descriptor, path: String) throws(SysError) -> IgnoreFile? {
    do throws(SysError) {
      let file = try folder.open(IgnoreFile.name, .fileItself)
      guard try file.status(of: IgnoreFile.name).kind == .file else { return nil }
      return IgnoreFile(try file.readAll(of: IgnoreFile.name, limit: Self.largestIgnoreFile))
    } catch let error where error.errno == .noSuchFile || error.errno == .tooManyLinks {
      // A link is none, as for git.
      return nil
    }
  }

  private mutating func walk(
    _ folder: borrowing Descriptor, path: String, _ rules: PackingRules
  ) throws(SysError) {
    let names: [[UInt8]]
    do throws(SysError) {
      names = try folder.entryNames().sorted { $0.lexicographicallyPrecedes($1) }
    } catch {
      return problems.append(.unreadable(error, path: path))
    }
    for name in names {
      guard entries.count < ArchiveLimits.mostEntries else {
        return problems.append(.tooManyEntries(limit: ArchiveLimits.mostEntries))
      }
      try look(at: name, in: folder, path: path, rules)
    }
  }

  private mutating func look(
    at bytes: [UInt8], in folder: borrowing Descriptor, path: String, _ rules: PackingRules
  ) throws(SysError) {
    guard let name = String(validating: bytes, as: UTF8.self) else {
      // What is ignored may be called whatever it likes.
      if case .packed = rules.verdict(on: bytes, isFolder: false) { problems.append(.notUTF8(folder: path)) }
      return
    }
    if path.isEmpty, made.contains(name) { return }
    let status = try folder.status(ofEntry: name)
    let isFolder = status.kind == .folder
    let full = path.isEmpty ? name : path + "/" + name
    let verdict = rules.verdict(on: bytes, isFolder: isFolder)
    guard verdict.isEntered, isFolder || verdict != .onlyEntered else {
      return ignored.append(Ignored(path: full, isFolder: isFolder, verdict: verdict))
    }
    let known: CapsulePath
    do throws(CapsulePath.Problem) {
      known = try CapsulePath(full)
    } catch {
      return problems.append(.badPath(error, path: full))
    }
    try add(known, status, name, in: folder, rules, verdict)
  }

  private mutating func add(
    _ path: CapsulePath, _ status: FileStatus, _ name: String, in folder: borrowing Descriptor, _ rules: PackingRules,
    _ verdict: PackingVerdict
  ) throws(SysError) {
    switch status.kind {
    case .folder:
      entries.append(SourceEntry(path, .folder))
      do throws(SysError) {
        let inner = try folder.open(name, .folderItself)
        let inside = rules.entering(Array(name.utf8), file: try ignoreFile(of: inner, path: path.text))
        if verdict == .onlyEntered { onlyEntered.insert(path) }
        try walk(inner, path: path.text, inside)
      } catch {
        problems.append(.unreadable(error, path: path.text))
      }
    case .link: entries.append(SourceEntry(path, .link(target: try folder.target(ofLink: name))))
    case .file:
      // Whoever may execute it: in a capsule it is all or nobody.
      let isExecutable = status.mode & 0o111 != 0
      entries.append(SourceEntry(path, .file(.source(path.text, size: status.size), isExecutable: isExecutable)))
    case .characterDevice, .blockDevice, .socket, .other: problems.append(.specialFile(path: path.text))
    }
  }

  /// Folders that were only looked into for what `include` matches.
  private var onlyEntered: Set<CapsulePath> = []

  /// Such a folder is part of the capsule when something in it is.
  private mutating func dropEmptyEntered() {
    guard !onlyEntered.isEmpty else { return }
    var needed: Set<CapsulePath> = []
    for entry in entries where !onlyEntered.contains(entry.path) {
      var folder = entry.path.parent
      while let path = folder, needed.insert(path).inserted { folder = path.parent }
    }
    let empty = onlyEntered.subtracting(needed)
    entries.removeAll { empty.contains($0.path) }
  }
}
