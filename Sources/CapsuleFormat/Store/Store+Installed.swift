internal import Diagnostics
package import Linux
internal import ManifestFormat

/// What is installed.
extension Store {
  static let recordName = "record.json"
  /// A record that somebody could not finish to renew.
  static let unfinishedRecordName = "record.json.new"
  package static let listingName = "listing"
  package static let metadataName = "metadata.json"
  static let treeName = "tree"

  /// All that lies in the store.
  package struct Inventory: Sendable {
    /// By name, then by the time when they were installed.
    package var capsules: [InstalledCapsule] = []
    /// Those of which not even the record can be read.
    package var damaged: [CapsuleID] = []

    package var ids: [CapsuleID] { capsules.map(\.id) + damaged }
  }

  package func inventory() throws(CapsuleError) -> Inventory {
    let entries = try attempt("read \"\(path)/capsules\"") { () throws(SysError) in try capsules.entries() }
    var found = Inventory()
    for entry in entries {
      guard let id = CapsuleID(entry) else { continue }
      do throws(CapsuleError) {
        found.capsules.append(try record(of: id))
      } catch .damaged {
        found.damaged.append(id)
      } catch .system(let error, _) where error.errno == .noSuchFile {
        // Its record is gone, or all of it since its name was read.
        if try isInstalled(id) { found.damaged.append(id) }
      }
    }
    found.capsules.sort { ($0.name, $0.installedAt, $0.id.description) < ($1.name, $1.installedAt, $1.id.description) }
    found.damaged.sort { $0.description < $1.description }
    return found
  }

  /// All capsules whose record can be read, by name, then by the time when they were installed.
  package func installed() throws(CapsuleError) -> [InstalledCapsule] { try inventory().capsules }

  package func isInstalled(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    do throws(SysError) {
      return try capsules.status(ofEntry: id.description).kind == .folder
    } catch let error where error.errno == .noSuchFile {
      return false
    } catch {
      throw .system(error, while: "look for \(id)")
    }
  }

  package func record(of id: CapsuleID) throws(CapsuleError) -> InstalledCapsule {
    let bytes = try read(Self.recordName, of: id)
    do throws(Diagnostic) {
      let json = try JSONValue.parse(bytes, file: Self.recordName)
      if let record = InstalledCapsule(json), record.id == id { return record }
    } catch {
      throw .damaged(id, path: Self.recordName)
    }
    throw .damaged(id, path: Self.recordName)
  }

  /// The text of a capsule's listing, which is what its id is made of.
  package func listing(of id: CapsuleID) throws(CapsuleError) -> [UInt8] { try read(Self.listingName, of: id) }

  package func metadata(of id: CapsuleID) throws(CapsuleError) -> [UInt8] { try read(Self.metadataName, of: id) }

  private func read(_ name: String, of id: CapsuleID) throws(CapsuleError) -> [UInt8] {
    try attempt("read \"\(path)/capsules/\(id)/\(name)\"") { () throws(SysError) in
      let folder = try capsules.open(id.description, .folderItself)
      return try folder.open(name, .fileItself).readAll(of: name, limit: ArchiveLimits.largestListing)
    }
  }

  /// The content of a file of a capsule, as it lies there.
  package func content(of file: String, in id: CapsuleID, limit: Int) throws(CapsuleError) -> [UInt8] {
    try attempt("read \"\(file)\" of \(id)") { () throws(SysError) in
      let tree = try capsules.open("\(id)/\(Self.treeName)", .folderItself)
      return try tree.openBeneath(file, .fileItself).readAll(of: file, limit: limit)
    }
  }

  /// The capsule that a word stands for: a name, an id, or at least four digits with which one id begins.
  package func find(_ word: String) throws(CapsuleError) -> InstalledCapsule {
    if let active = try active(word) { return active }
    let all = try inventory()
    let id = try findID(word, in: all)
    guard let found = all.capsules.first(where: { $0.id == id }) else { throw .damaged(id, path: Self.recordName) }
    return found
  }

  /// What a name stands for, without a look at all that is installed; nil where that does not tell.
  private func active(_ name: String) throws(CapsuleError) -> InstalledCapsule? {
    guard !name.hasPrefix("."), !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
    do throws(CapsuleError) {
      guard let id = try current(of: name) else { return nil }
      let found = try record(of: id)
      return found.name == name ? found : nil
    } catch .damaged {
      return nil
    } catch .system {
      // Whatever is wrong is told by who looks at all of it.
      return nil
    }
  }

  /// The same, also of a capsule that is too damaged to tell its name.
  package func findID(_ word: String) throws(CapsuleError) -> CapsuleID { try findID(word, in: try inventory()) }

  private func findID(_ word: String, in all: Inventory) throws(CapsuleError) -> CapsuleID {
    let named = all.capsules.filter { $0.name == word }
    if !named.isEmpty {
      if let current = try current(of: word), named.contains(where: { $0.id == current }) { return current }
      guard named.count == 1 else { throw .ambiguous(word: word, among: named) }
      return named[0].id
    }
    let isPrefix = word.utf8.count >= 4 && word.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    let fitting = isPrefix ? all.ids.filter { $0.description.hasPrefix(word) } : []
    guard fitting.count <= 1 else {
      throw .ambiguous(
        word: word, among: fitting.map { id in all.capsules.first { $0.id == id } ?? .unreadable(id) })
    }
    guard let found = fitting.first else {
      throw .notInstalled(word: word, known: Array(Set(all.capsules.map(\.name))).sorted())
    }
    return found
  }

  /// Says that a capsule runs as long as the lock is held, so that nobody removes it.
  package func use(_ id: CapsuleID) throws(CapsuleError) -> FileLock {
    do throws(SysError) {
      let folder = try capsules.open(id.description, .folderItself)
      let identity = try folder.status(of: id.description).identity
      // The folder stays the same when its record is renewed.
      let lock = try FileLock.take(.shared, on: folder, id.description)
      // It may have been removed meanwhile.
      if try capsules.status(ofEntry: id.description).identity == identity { return lock }
    } catch let error where error.errno != .noSuchFile {
      throw .system(error, while: "use \(id)")
    } catch {
      // Below.
    }
    throw .notInstalled(word: id.description, known: [])
  }

  /// Whether a capsule runs.
  package func isUsed(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    let turn = try takeTurn()
    guard let lock = try tryLock(id) else { return true }
    lock.release()
    turn.release()
    return false
  }

  /// Keeps a capsule from being started as long as the lock is held; nil when it runs.
  func lockUnused(_ id: CapsuleID) throws(CapsuleError) -> FileLock? {
    let turn = try takeTurn()
    let lock = try tryLock(id)
    turn.release()
    return lock
  }

  private func tryLock(_ id: CapsuleID) throws(CapsuleError) -> FileLock? {
    try attempt("look whether \(id) runs") { () throws(SysError) in
      try FileLock.takeIfFree(.exclusive, on: try capsules.open(id.description, .folderItself), id.description)
    }
  }

  /// One asks at a time: the lock of another who asks would look like that of one who runs the capsule.
  private func takeTurn() throws(CapsuleError) -> FileLock {
    try attempt("lock \"\(path)/capsules\"") { () throws(SysError) in
      try FileLock.take(.exclusive, on: try capsules.open(".", .folderItself), "capsules")
    }
  }
}

extension InstalledCapsule {
  /// Stands for one whose record cannot be read.
  fileprivate static func unreadable(_ id: CapsuleID) -> InstalledCapsule {
    InstalledCapsule(
      id: id, name: "damaged", version: nil, files: 0, size: 0, installedAt: 0, installedBy: 0, signer: nil)
  }
}
