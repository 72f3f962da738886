internal import Linux

/// A folder in which something is made that is not whole yet. It is gone when its maker is, or swept up afterwards.
///
/// It lies in another one, which is what is locked: a capsule that has got its name must not look as if it ran.
final class StagingFolder {
  let name: String
  let folder: Descriptor
  private let outer: Descriptor
  private let store: Store
  /// Held as long as this process lives: whoever finds the folder without it knows that its maker is dead.
  private let lock: FileLock
  private var isGone = false

  private static let inner = "made"
  private static let longestSearch = 1000

  init(in store: Store) throws(CapsuleError) {
    try Self.sweep(store)
    self.store = store
    let made = try attempt("make a folder in \"\(store.path)/staging\"") { () throws(SysError) in
      try Self.make(in: store)
    }
    folder = try attempt("make a folder in \"\(store.path)/staging/\(made.name)\"") { () throws(SysError) in
      try made.folder.makeNewFolder(Self.inner, mode: 0o755)
      return try made.folder.open(Self.inner, .folderItself)
    }
    name = made.name
    outer = made.folder
    lock = made.lock
  }

  deinit {
    guard !isGone else { return }
    do throws(SysError) {
      try store.staging.removeTree(name)
    } catch {
      // The next one sweeps it up.
      return
    }
  }

  /// Removes the folder with all that is in it.
  func discard() throws(CapsuleError) {
    try attempt("remove \"\(store.path)/staging/\(name)\"") { () throws(SysError) in
      try store.staging.removeTree(name)
    }
    isGone = true
  }

  private struct Made: ~Copyable {
    let name: String
    let folder: Descriptor
    let lock: FileLock
  }

  private static func make(in store: Store) throws(SysError) -> Made {
    for number in 0..<longestSearch {
      let name = "\(CurrentProcess.id)-\(number)"
      do throws(SysError) {
        try store.staging.makeNewFolder(name, mode: 0o755)
        if let made = try claim(name, in: store) { return made }
      } catch let error where error.errno == .fileExists {
        continue
      }
    }
    throw SysError(.mkdir, store.path, .fileExists)
  }

  /// Locks a folder that was just made; nil when somebody swept it up before it was locked.
  private static func claim(_ name: String, in store: Store) throws(SysError) -> Made? {
    do throws(SysError) {
      let folder = try store.staging.open(name, .folderItself)
      guard let lock = try FileLock.takeIfFree(.exclusive, on: try folder.open(".", .folder), name),
        try store.staging.status(ofEntry: name).identity == folder.status(of: name).identity
      else { return nil }
      return Made(name: name, folder: folder, lock: lock)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  /// Puts what was made in its place, in one step; false when something is there already.
  func keep(in target: borrowing Descriptor, as newName: String) throws(CapsuleError) -> Bool {
    do throws(SysError) {
      try outer.rename(Self.inner, to: target, as: newName)
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
        do throws(SysError) {
          // Locked until it is gone, so that nobody who has just made it goes on with it.
          let folder = try store.staging.open(name, .folderItself)
          guard let lock = try FileLock.takeIfFree(.exclusive, on: folder, name) else { continue }
          try store.staging.removeTree(name)
          lock.release()
        } catch let error where error.errno == .noSuchFile {
          // Somebody else swept.
          continue
        } catch let error where error.errno == .notDirectory {
          try store.staging.removeTree(name)
        }
      }
    }
  }
}
