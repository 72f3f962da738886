package import Linux

/// Folders that outlive capsules, by the capsule's name: the next version finds what this one has kept, whatever is activated,
/// rolled back, collected or removed.
extension Store {
  static let changesName = ".capsule"
  private static let runningName = ".running"
  private static let removedName = ".removed"

  /// The path of a folder of state in a store, whether it is there or not.
  package static func statePath(_ part: String, of name: String, in path: String) -> String {
    "\(path)/state/\(name)/\(part)"
  }

  /// The same of the changes of a capsule to its own files.
  package static func changesPath(of name: String, in path: String) -> String {
    statePath(changesName, of: name, in: path)
  }

  /// The folders of a name, made where they are missing. They are held as long as the value lives.
  ///
  /// `keepsChanges` asks for a place of the capsule's changes to its own files too, which one at a time may have. A folder
  /// may also belong to `otherOwner`.
  package func keptState(
    of name: String, parts: [String], keepsChanges: Bool, otherOwner: UInt32?
  ) throws(CapsuleError) -> KeptState {
    let owners = [CurrentProcess.user] + (otherOwner.map { [$0] } ?? [])
    let use = try useState(of: name)
    let folder = try attempt("open the state of \"\(name)\"") { () throws(SysError) in
      try state.open(name, .folderItself)
    }
    let running = keepsChanges ? try runAlone(name, in: folder) : nil
    var places: [String: KeptState.Place] = [:]
    for part in parts { places[part] = try statePart(part, of: name, in: folder, owners) }
    var changes: KeptState.Place?
    if keepsChanges {
      changes = try statePart(Self.changesName, of: name, in: folder, owners)
      try attempt("make the folders of changes of \"\(name)\"") { () throws(SysError) in
        let place = try folder.open(Self.changesName, .folderItself)
        try place.makeFolder("upper", mode: 0o755)
        try place.makeFolder("work", mode: 0o755)
      }
    }
    return KeptState(folders: places, changes: changes, use: use, running: running)
  }

  /// Says that the state of a name is used as long as the lock is held, so that nobody removes it.
  private func useState(of name: String) throws(CapsuleError) -> FileLock {
    while true {
      let checked = try self.checked(name, of: state, [CurrentProcess.user]) { "\(path)/state/\(name)" }
      let lock = try attempt("use the state of \"\(name)\"") { () throws(SysError) -> FileLock? in
        let lock = try FileLock.take(.shared, on: try checked.folder.open(".", .folder), name)
        // It may have been removed meanwhile.
        do throws(SysError) {
          guard try state.status(ofEntry: name).identity == checked.status.identity else { return nil }
        } catch let error where error.errno == .noSuchFile {
          return nil
        }
        return lock
      }
      if let lock { return lock }
    }
  }

  private func statePart(
    _ part: String, of name: String, in folder: borrowing Descriptor, _ owners: [UInt32]
  ) throws(CapsuleError) -> KeptState.Place {
    let checked = try self.checked(part, of: folder, owners) { Self.statePath(part, of: name, in: path) }
    let realPath = try attempt("look at the state of \"\(name)\"") { () throws(SysError) in
      try checked.folder.realPath()
    }
    return KeptState.Place(path: realPath, identity: checked.status.identity)
  }

  /// A folder that nobody else may enter, made where there is none.
  private func checked(
    _ name: String, of folder: borrowing Descriptor, _ owners: [UInt32], _ shown: () -> String
  ) throws(CapsuleError) -> CheckedFolder {
    let path = shown()
    let activity = "open \"\(path)\""
    // Looked at first: what belongs to somebody else could perhaps not be opened.
    let seen = try attempt(activity) { () throws(SysError) in
      try folder.makeFolder(name, mode: 0o700)
      return try folder.status(ofEntry: name)
    }
    try Self.check(seen, owners, path)
    let found = try attempt(activity) { () throws(SysError) in try CheckedFolder(name, of: folder) }
    try Self.check(found.status, owners, path)
    return found
  }

  private static func check(_ status: FileStatus, _ owners: [UInt32], _ path: String) throws(CapsuleError) {
    guard status.kind == .folder else { throw .foreignState(path: path, .noFolder) }
    guard owners.contains(status.owner) else { throw .foreignState(path: path, .owner(status.owner)) }
    guard status.mode & 0o077 == 0 else { throw .foreignState(path: path, .mode(status.mode)) }
  }

  /// Makes sure that nobody else changes the files of the same capsule.
  private func runAlone(_ name: String, in folder: borrowing Descriptor) throws(CapsuleError) -> FileLock {
    let lock = try attempt("lock the changes of \"\(name)\"") { () throws(SysError) in
      try FileLock.takeIfFree(
        .exclusive, on: try folder.open(Self.runningName, .readAndCreate, mode: 0o600), name)
    }
    guard let lock else {
      let text = try attempt("read who runs \"\(name)\"") { () throws(SysError) in
        try folder.open(Self.runningName, .fileItself).readAll(of: Self.runningName, limit: 1000)
      }
      let number = String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }.first
      throw .runningAlone(name: name, process: number.flatMap { Int($0) })
    }
    try attempt("write who runs \"\(name)\"") { () throws(SysError) in
      // Always of one length, as nothing is cut off.
      let number = String(CurrentProcess.id)
      let line = number + String(repeating: " ", count: 20 - number.count) + "\n"
      try folder.open(Self.runningName, .write).write(Array(line.utf8), to: Self.runningName)
    }
    return lock
  }

  /// Whether anything is kept for a name.
  package func hasState(_ name: String) throws(CapsuleError) -> Bool {
    // Found among the entries, so that no word of anybody leads elsewhere.
    try attempt("read \"\(path)/state\"") { () throws(SysError) in try state.entries().contains(name) }
  }

  /// Removes all that is kept for a name; refuses while somebody uses it. The caller holds an exclusive lock of the store.
  package func removeState(of name: String) throws(CapsuleError) {
    try sweepState()
    guard try hasState(name) else { return }
    let activity = "remove the state of \"\(name)\""
    let lock = try attempt(activity) { () throws(SysError) in
      try FileLock.takeIfFree(.exclusive, on: try state.open(name, .folderItself), name)
    }
    guard let lock else { throw .stateInUse(name: name) }
    try attempt(activity) { () throws(SysError) in
      // Out of its place first, so that whoever is killed leaves all of it, or none that would be used.
      try state.rename(name, to: state, as: Self.removedName)
      try state.synchronize("state")
      try state.removeForeignTree(Self.removedName)
    }
    lock.release()
  }

  /// Removes what was left by those who were killed while they removed state.
  func sweepState() throws(CapsuleError) {
    try attempt("tidy up \"\(path)/state\"") { () throws(SysError) in
      // No name begins so.
      for entry in try state.entries() where entry.hasPrefix(Self.removedName) { try state.removeForeignTree(entry) }
    }
  }
}

private final class CheckedFolder {
  let folder: Descriptor
  let status: FileStatus

  init(_ name: String, of parent: borrowing Descriptor) throws(SysError) {
    folder = try parent.open(name, .folderItself)
    status = try folder.status(of: name)
  }
}

/// The state of a name while it is used.
package final class KeptState {
  package struct Place: Sendable {
    /// Without links.
    package let path: String
    package let identity: FileStatus.Identity
  }

  package let folders: [String: Place]
  /// Where the changes of the capsule to its own files lie.
  package let changes: Place?
  private let use: FileLock
  private let running: FileLock?

  init(folders: [String: Place], changes: Place?, use: consuming FileLock, running: consuming FileLock?) {
    self.folders = folders
    self.changes = changes
    self.use = use
    self.running = running
  }
}
