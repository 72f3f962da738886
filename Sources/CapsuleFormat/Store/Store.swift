package import Linux

/// The folder where unpacked capsules lie, each under its id and never changed again.
///
/// `capsules/ID/tree` is what runs; `objects` holds each content once; `names/NAME/current` says which capsule a name
/// stands for, and `names/NAME/answers.json` what its owner has answered to the variables that it declares; `archives` knows
/// files that were installed; `state/NAME` holds what capsules of a name keep, and `users` the users of the host that they
/// become; `staging` is where everything is made before one rename puts it in its place.
package final class Store {
  package let path: String
  let capsules: Descriptor
  let names: Descriptor
  let archives: Descriptor
  let staging: Descriptor
  let state: Descriptor
  let objects: Objects
  let root: Descriptor

  private static let format = "capsrun store 1\n"

  /// Opens the store at a path, and makes it when there is none.
  package static func open(_ path: String) throws(CapsuleError) -> Store {
    // Files are for everybody to read and for nobody else to change, whatever the caller's mask.
    CurrentProcess.setFileCreationMask(0o022)
    let root = try attempt("make the store \"\(path)\"") { () throws(SysError) -> Descriptor in
      do throws(SysError) {
        return try Descriptor.open(path, .folder)
      } catch let error where error.errno == .noSuchFile {
        try makeFolders(path)
        return try Descriptor.open(path, .folder)
      }
    }
    let status = try attempt("look at the store \"\(path)\"") { () throws(SysError) in try root.status(of: path) }
    guard status.owner == CurrentProcess.user else { throw .storeOfAnother(path: path, owner: status.owner) }
    guard status.mode & 0o022 == 0 else { throw .storeOpenToOthers(path: path) }
    try checkFormat(of: root, path)
    do throws(SysError) {
      return try Store(path: path, root: root)
    } catch {
      throw .system(error, while: "open the store \"\(path)\"")
    }
  }

  private init(path: String, root: consuming Descriptor) throws(SysError) {
    self.path = path
    capsules = try Self.part("capsules", of: root)
    names = try Self.part("names", of: root)
    archives = try Self.part("archives", of: root)
    // Nothing in it has been checked to its end.
    staging = try Self.part("staging", of: root, mode: 0o700)
    // What is in it is nobody else's business.
    state = try Self.part("state", of: root, mode: 0o700)
    objects = Objects(try Self.part("objects", of: root))
    self.root = root
  }

  private static func part(
    _ name: String, of root: borrowing Descriptor, mode: UInt32 = 0o755
  ) throws(SysError) -> Descriptor {
    // Most stores have it already.
    do throws(SysError) {
      return try root.open(name, .folderItself)
    } catch let error where error.errno == .noSuchFile {
      try root.makeFolder(name, mode: mode)
      return try root.open(name, .folderItself)
    }
  }

  private static func makeFolders(_ path: String) throws(SysError) {
    var folder = ""
    for part in path.split(separator: "/") {
      folder += "/" + part
      try WholeFile.makeFolder(folder)
    }
  }

  private static func checkFormat(of root: borrowing Descriptor, _ path: String) throws(CapsuleError) {
    let found = try attempt("read \"\(path)/format\"") { () throws(SysError) in
      do throws(SysError) {
        return try root.open("format", .fileItself).readAll(of: "format", limit: 1000)
      } catch let error where error.errno == .noSuchFile {
        guard try root.entries().isEmpty else { return [UInt8]("no store".utf8) }
        // Never there in part: a store whose maker was killed, or had no room, would be none for good.
        let file = try PendingFile.begin("\(path)/format", mode: 0o644)
        try file.file.write(Array(Self.format.utf8), to: "format")
        try file.finish()
        return Array(Self.format.utf8)
      }
    }
    guard found.elementsEqual(Self.format.utf8) else { throw .notAStore(path: path) }
  }

  /// Waits until nobody does what contradicts it; `whenBusy` is told once when it has to.
  package func lock(_ kind: FileLock.Kind, whenBusy: () -> Void = {}) throws(CapsuleError) -> FileLock {
    try attempt("lock the store \"\(path)\"") { () throws(SysError) in
      try FileLock.take(kind, on: try root.open("lock", .readAndCreate, mode: 0o600), "lock", whenBusy: whenBusy)
    }
  }

  package func freeBytes() throws(CapsuleError) -> Int {
    try attempt("look at the store \"\(path)\"") { () throws(SysError) in try root.freeBytes() }
  }

  func synchronize() throws(CapsuleError) {
    try attempt("write the store to the disk") { () throws(SysError) in try root.synchronizeFileSystem() }
  }

  /// The folder that a capsule's processes see.
  package func treePath(of id: CapsuleID) -> String { "\(path)/capsules/\(id)/tree" }
}
