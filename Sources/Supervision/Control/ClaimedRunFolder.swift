package import Linux

/// The run folder of this supervisor, which nobody else can have as long as this value or a copy of it in a child lives.
package struct ClaimedRunFolder: ~Copyable {
  private var run: RunFolder
  private let lock: FileLock

  package var name: String { run.name }
  var folder: Descriptor { _read { yield run.folder } }

  fileprivate init(run: consuming RunFolder, lock: consuming FileLock) {
    self.run = run
    self.lock = lock
  }

  /// Writes who runs it. The file is there whole, or as it was.
  package func write(_ record: RunRecord) throws(SysError) {
    let new = RunFolder.recordName + ".new"
    try run.folder.putFile(new, record.bytes, mode: 0o600)
    try run.folder.rename(new, to: run.folder, replacing: RunFolder.recordName)
  }

  /// Takes the name of another folder, which gets this one's. renameat2(2), RENAME_EXCHANGE
  package mutating func exchangeNames(with other: String) throws(SysError) { try run.exchangeNames(with: other) }

  /// Begins to listen at the control socket. What a supervisor that was killed has left of it is removed.
  func listen() throws(SysError) -> LocalListener {
    try run.folder.removeTree(RunFolder.socketName)
    return try LocalListener.listen(in: run.folder, as: RunFolder.socketName)
  }

  /// Removes the folder and all in it, and lets go of the name.
  package consuming func remove() throws(SysError) { try run.removeClaimed() }

  /// Whether others still find it. Somebody may have removed it, or what is in it, and nobody could ask its supervisor any more.
  package func isThere() throws(SysError) -> Bool { try run.isThere() }

  /// Its descriptors, for a child that closes all others.
  package var keptNumbers: [DescriptorNumber] {
    [run.folder.keptNumber, run.parent.keptNumber, lock.keptNumber]
  }
}

extension RunFolder {
  /// How long a supervisor that is just ending, or has just been killed, is waited for.
  private static let patience = 2000

  /// Makes the folder of a name and holds it. What a killed supervisor has left is taken over.
  ///
  /// Throws `alreadyRunning` when another one that lives has it.
  package static func claim(_ name: String, in place: RunPlace? = nil) throws(RunFolderError) -> ClaimedRunFolder {
    guard RunName.isValid(name) else { throw .badName(name) }
    let place = try RunPlace.orOfCaller(place)
    let deadline = Clock.milliseconds + patience
    while true {
      if let claimed = try claimIfFree(name, in: place, isMade: true) { return claimed }
      // Who has the lock and does not listen is just beginning or ending; or somebody only looks whether the lock is free.
      if let run = try open(name, in: place), let listener = try run.listener() {
        throw .alreadyRunning(name: name, process: listener.process)
      }
      guard Clock.milliseconds < deadline else { throw .notListening(name: name, process: try record(name, in: place)) }
      Clock.sleep(milliseconds: 5)
    }
  }

  private static func record(_ name: String, in place: RunPlace) throws(RunFolderError) -> Int32? {
    guard let run = try open(name, in: place) else { return nil }
    return try run.record()?.process
  }

  /// Removes what supervisors that are gone have left, and returns the names; with `isDryRun` it only looks.
  package static func collectLeftovers(
    in place: RunPlace? = nil, isDryRun: Bool = false
  ) throws(RunFolderError) -> [String] {
    let place = try RunPlace.orOfCaller(place)
    var collected: [String] = []
    for name in try names(in: place) where try collect(name, in: place, isDryRun: isDryRun) { collected.append(name) }
    return collected
  }

  /// The same of one name: whether there was something, and nobody who lives has it.
  static func collect(_ name: String, in place: RunPlace, isDryRun: Bool) throws(RunFolderError) -> Bool {
    guard let claimed = try claimIfFree(name, in: place, isMade: false) else { return false }
    if isDryRun { return true }
    do throws(SysError) {
      try claimed.remove()
    } catch {
      throw .system(error, doing: "remove what is left of \"\(name)\"")
    }
    return true
  }

  /// Connects to what runs under a name; nil when nothing does, also where a killed supervisor has left something, which is removed.
  /// Who is just beginning or ending is waited for.
  static func connect(
    _ name: String, in place: RunPlace, patience: Int
  ) throws(RunFolderError) -> LocalConnection? {
    let deadline = Clock.milliseconds + patience
    while let run = try open(name, in: place) {
      if let connection = try run.connect() { return connection }
      if try collect(name, in: place, isDryRun: false) { return nil }
      guard Clock.milliseconds < deadline else {
        throw .notListening(name: name, process: try run.record()?.process)
      }
      Clock.sleep(milliseconds: 5)
    }
    return nil
  }

  /// Nil when somebody has it, or has just removed it; without `isMade` also when there is none.
  private static func claimIfFree(
    _ name: String, in place: RunPlace, isMade: Bool
  ) throws(RunFolderError) -> ClaimedRunFolder? {
    guard let parent = isMade ? try place.openOrMake() : try place.open() else { return nil }
    if isMade { try make(name, in: parent, place) }
    guard let folder = try place.open(name, in: parent) else { return nil }
    do throws(SysError) {
      let file = try folder.open(lockName, .readAndCreate, mode: 0o600)
      guard let lock = try FileLock.takeIfFree(.exclusive, on: file, lockName) else { return nil }
      // Whoever had it may have removed the file, or the folder and all, after it was opened here.
      guard try folder.status(ofEntry: lockName).identity == lock.identity(lockName),
        try parent.status(ofEntry: name).identity == folder.status(of: name).identity
      else { return nil }
      return ClaimedRunFolder(run: RunFolder(name: name, folder: folder, parent: parent), lock: lock)
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw .system(error, doing: "lock the folder of \"\(name)\"")
    }
  }

  private static func make(
    _ name: String, in parent: borrowing Descriptor, _ place: RunPlace
  ) throws(RunFolderError) {
    do throws(SysError) {
      try parent.makeFolder(name, mode: 0o700)
    } catch {
      throw .system(error, doing: "make \"\(place.path)/\(name)\"")
    }
  }

  /// The lock goes last: until then nobody else begins anything here.
  fileprivate func removeClaimed() throws(SysError) {
    guard try presentName() != nil else { return }
    for entry in try folder.entries() where entry != Self.lockName { try folder.removeTree(entry) }
    try folder.removeTree(Self.lockName)
    do throws(SysError) {
      guard let name = try presentName() else { return }
      try parent.removeFolder(name)
    } catch let error where [.notEmpty, .fileExists, .noSuchFile].contains(error.errno) {
      // Somebody has begun anew in it, or has removed it as well.
      return
    }
  }

  fileprivate func isThere() throws(SysError) -> Bool {
    guard try presentName() != nil else { return false }
    do throws(SysError) {
      _ = try folder.status(ofEntry: Self.socketName)
      _ = try folder.status(ofEntry: Self.lockName)
      return true
    } catch let error where error.errno == .noSuchFile {
      return false
    }
  }

  /// What it is called now: another supervisor may have exchanged its name. Nil where it is there no more.
  private func presentName() throws(SysError) -> String? {
    let identity = try folder.status(of: name).identity
    for name in [name] + [RunName.exchanged(name)].compactMap({ $0 }) {
      do throws(SysError) {
        if try parent.status(ofEntry: name).identity == identity { return name }
      } catch let error where error.errno == .noSuchFile {
        continue
      }
    }
    return nil
  }
}
