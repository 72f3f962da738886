internal import Diagnostics
package import Linux
internal import ManifestFormat

/// What is installed.
extension Store {
  static let recordName = "record.json"
  static let listingName = "listing"
  static let metadataName = "metadata.json"
  static let treeName = "tree"

  /// All capsules, by name, then by the time when they were installed.
  package func installed() throws(CapsuleError) -> [InstalledCapsule] {
    let entries = try attempt("read \"\(path)/capsules\"") { () throws(SysError) in try capsules.entries() }
    var all: [InstalledCapsule] = []
    for entry in entries {
      guard let id = CapsuleID(entry) else { continue }
      all.append(try record(of: id))
    }
    return all.sorted { ($0.name, $0.installedAt, $0.id.description) < ($1.name, $1.installedAt, $1.id.description) }
  }

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

  /// The capsule that a word stands for: a name, an id, or at least four digits with which one id begins.
  package func find(_ word: String) throws(CapsuleError) -> InstalledCapsule {
    let all = try installed()
    let named = all.filter { $0.name == word }
    if !named.isEmpty {
      if let current = try current(of: word), let active = named.first(where: { $0.id == current }) { return active }
      guard named.count == 1 else { throw .ambiguous(word: word, among: named) }
      return named[0]
    }
    let isPrefix = word.utf8.count >= 4 && word.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    let fitting = isPrefix ? all.filter { $0.id.description.hasPrefix(word) } : []
    guard fitting.count <= 1 else { throw .ambiguous(word: word, among: fitting) }
    guard let found = fitting.first else {
      throw .notInstalled(word: word, known: Array(Set(all.map(\.name))).sorted())
    }
    return found
  }

  /// Says that a capsule runs as long as the lock is held, so that nobody removes it.
  package func use(_ id: CapsuleID) throws(CapsuleError) -> FileLock {
    try attempt("use \(id)") { () throws(SysError) in
      let folder = try capsules.open(id.description, .folderItself)
      return try FileLock.take(.shared, on: try folder.open(Self.recordName, .fileItself), Self.recordName)
    }
  }

  /// Whether a capsule runs.
  package func isUsed(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    try attempt("look at \(id)") { () throws(SysError) in
      let folder = try capsules.open(id.description, .folderItself)
      let record = try folder.open(Self.recordName, .fileItself)
      return try FileLock.takeIfFree(.exclusive, on: record, Self.recordName) == nil
    }
  }
}
