internal import Cryptography
internal import Linux

/// The files of all capsules of a store, each content once, by its digest. Trees share them by hard links.
final class Objects {
  let folder: Descriptor
  /// Until the file system has said that it cannot.
  private var triesVerity = true
  /// An empty file takes no room, and every one would be a link to the same.
  private static let emptyDigest = SHA256().digest
  private static let executableEnd = ".x"

  init(_ folder: consuming Descriptor) { self.folder = folder }

  /// `ab/cdef…`, with an end for what may be executed: the permissions belong to the file and not to its names.
  static func name(_ digest: Digest, isExecutable: Bool) -> String {
    let hex = digest.hex
    return "\(hex.prefix(2))/\(hex.dropFirst(2))\(isExecutable ? executableEnd : "")"
  }

  /// What a name says of the file; nil for a name that is none.
  static func content(of name: String) -> (digest: Digest, isExecutable: Bool)? {
    let isExecutable = name.hasSuffix(executableEnd)
    let hex = isExecutable ? String(name.dropLast(executableEnd.count)) : name
    guard let digest = Digest(hex: hex.filter { $0 != "/" }) else { return nil }
    return Self.name(digest, isExecutable: isExecutable) == name ? (digest, isExecutable) : nil
  }

  /// Gives the content a name in a tree, if it is here; false when it must be written.
  func share(
    _ digest: Digest, isExecutable: Bool, into tree: borrowing Descriptor, as name: String
  ) throws(CapsuleError) -> Bool {
    guard digest != Self.emptyDigest else { return false }
    do throws(SysError) {
      try folder.link(Self.name(digest, isExecutable: isExecutable), into: tree, as: name)
      return true
    } catch let error where error.errno == .noSuchFile || error.errno == .tooManyNames {
      return false
    } catch {
      throw .system(error, while: "share the content of \"\(name)\"")
    }
  }

  /// Keeps the content of a file that was just written and checked, and that nobody has open for writing.
  func keep(
    _ file: String, of tree: borrowing Descriptor, _ digest: Digest, isExecutable: Bool
  ) throws(CapsuleError) {
    guard digest != Self.emptyDigest else { return }
    try protect(file, of: tree)
    let name = Self.name(digest, isExecutable: isExecutable)
    do throws(SysError) {
      do throws(SysError) {
        try tree.link(file, into: folder, as: name)
      } catch let error where error.errno == .noSuchFile {
        try folder.makeFolder(String(name.prefix(2)), mode: 0o755)
        try tree.link(file, into: folder, as: name)
      }
    } catch let error where error.errno == .fileExists {
      // Somebody else wrote the same; or there are as many names of it as there may be.
      return
    } catch {
      throw .system(error, while: "keep the content of \"\(file)\"")
    }
  }

  /// Lets the kernel compare the file with its digest at each later read, where the file system can do that.
  private func protect(_ file: String, of tree: borrowing Descriptor) throws(CapsuleError) {
    guard triesVerity else { return }
    try attempt("protect \"\(file)\"") { () throws(SysError) in
      let open = try tree.open(file, .fileItself)
      let mode = try open.status(of: file).mode
      // Who may not write to a file may not do this either.
      try open.setMode(mode | 0o200, of: file)
      triesVerity = try open.enableVerity(of: file)
      try open.setMode(mode, of: file)
    }
  }
}

/// Taking contents away again; whoever does it holds an exclusive lock of the store.
extension Objects {
  /// Removes the contents that no tree holds any more, of all or of those with these names, and returns how many bytes
  /// they were.
  func sweep(only names: Set<String>? = nil) throws(CapsuleError) -> Int {
    var freed = 0
    let swept = if let names { names } else { try allNames() }
    for name in swept {
      try attempt("tidy up \"objects/\(name)\"") { () throws(SysError) in
        guard let status = try status(of: name), status.linkCount == 1 else { return }
        try folder.remove(name)
        freed += status.size
      }
    }
    for prefix in Set(swept.map { String($0.prefix(2)) }) { try removeIfEmpty(prefix) }
    return freed
  }

  /// How many bytes a sweep would free if as many files of each content were gone.
  func bytesFreed(without gone: [String: Int]) throws(CapsuleError) -> Int {
    var freed = 0
    for name in try allNames() {
      let found = try attempt("look at \"objects/\(name)\"") { () throws(SysError) -> FileStatus? in
        try status(of: name)
      }
      if let found, found.linkCount - (gone[name] ?? 0) <= 1 { freed += found.size }
    }
    return freed
  }

  /// Lets go of a content that turned out to be damaged, so that the next who has it writes it anew.
  func forget(_ digest: Digest, isExecutable: Bool, ifIs identity: FileStatus.Identity) throws(CapsuleError) {
    let name = Self.name(digest, isExecutable: isExecutable)
    try attempt("take away \"objects/\(name)\"") { () throws(SysError) in
      if try status(of: name)?.identity == identity { try folder.remove(name) }
    }
  }

  /// `ab/cdef…` of each, in no order.
  func allNames() throws(CapsuleError) -> Set<String> {
    try attempt("read \"objects\"") { () throws(SysError) in
      var names: Set<String> = []
      for prefix in try folder.entries() where try folder.status(ofEntry: prefix).kind == .folder {
        for rest in try folder.open(prefix, .folderItself).entries() { names.insert("\(prefix)/\(rest)") }
      }
      return names
    }
  }

  private func status(of name: String) throws(SysError) -> FileStatus? {
    do throws(SysError) {
      return try folder.status(ofEntry: name)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  private func removeIfEmpty(_ prefix: String) throws(CapsuleError) {
    do throws(SysError) {
      try folder.removeFolder(prefix)
    } catch let error where error.errno == .notEmpty || error.errno == .noSuchFile {
      return
    } catch {
      throw .system(error, while: "tidy up \"objects/\(prefix)\"")
    }
  }
}
