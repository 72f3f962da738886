internal import Linux

/// A folder in which something is made that is not whole yet. It is gone when its maker is, or swept up afterwards.
final class StagingFolder {
  let name: String
  let folder: Descriptor
  private let store: Store
  /// Held as long as this process lives: whoever finds the folder without it knows that its maker is dead.
  private let lock: FileLock
  private var isKept = false

  private static let longestSearch = 1000

  init(in store: Store) throws(CapsuleError) {
    try Self.sweep(store)
    self.store = store
    let name = try attempt("make a folder in \"\(store.path)/staging\"") { () throws(SysError) in
      try Self.makeFolder(in: store)
    }
    self.name = name
    folder = try attempt("open \"\(store.path)/staging/\(name)\"") { () throws(SysError) in
      try store.staging.open(name, .folderItself)
    }
    lock = try attempt("lock \"\(store.path)/staging/\(name)\"") { () throws(SysError) in
      try FileLock.take(.exclusive, on: try store.staging.open(name, .folderItself), name)
    }
  }

  deinit {
    guard !isKept else { return }
    do throws(SysError) {
      try store.staging.removeTree(name)
    } catch {
      // The next one sweeps it up.
      return
    }
  }

  private static func makeFolder(in store: Store) throws(SysError) -> String {
    for number in 0..<longestSearch {
      let name = "\(CurrentProcess.id)-\(number)"
      do throws(SysError) {
        try store.staging.makeNewFolder(name, mode: 0o755)
        return name
      } catch let error where error.errno == .fileExists {
        continue
      }
    }
    throw SysError(.mkdir, store.path, .fileExists)
  }

  /// Puts what was made in its place, in one step; false when something is there already.
  func keep(in target: borrowing Descriptor, as newName: String) throws(CapsuleError) -> Bool {
    do throws(SysError) {
      try store.staging.rename(name, to: target, as: newName)
      isKept = true
      return true
    } catch let error where error.errno == .fileExists {
      return false
    } catch {
      throw .system(error, while: "put \"\(newName)\" in its place")
    }
  }

  /// Removes what was left by those who were killed.
  static func sweep(_ store: Store) throws(CapsuleError) {
    try attempt("tidy up \"\(store.path)/staging\"") { () throws(SysError) in
      for name in try store.staging.entries() {
        guard try isAbandoned(name, in: store) else { continue }
        try store.staging.removeTree(name)
      }
    }
  }

  private static func isAbandoned(_ name: String, in store: Store) throws(SysError) -> Bool {
    do throws(SysError) {
      return try FileLock.takeIfFree(.exclusive, on: try store.staging.open(name, .folderItself), name) != nil
    } catch let error where error.errno == .noSuchFile {
      // Somebody else swept.
      return false
    } catch let error where error.errno == .notDirectory {
      return true
    }
  }
}
