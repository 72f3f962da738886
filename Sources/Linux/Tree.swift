internal import CLinux
internal import Glibc

/// Working in a tree of files that nobody may lead elsewhere by links.
extension Descriptor {
  /// Opens a path below this folder; it neither leaves the folder nor passes any link. openat2(2)
  ///
  /// Throws ELOOP for a link and EXDEV for what leads out. `stepwise` is for a test of the way without openat2.
  package func openBeneath(
    _ path: String, _ access: Access, mode: UInt32 = 0, stepwise: Bool = false
  ) throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.openat2, path) { cl_open_beneath(number, path, access.flags, mode, stepwise) })
  }

  /// Makes a folder, of which there may be none yet. mkdirat(2)
  package func makeNewFolder(_ name: String, mode: UInt32) throws(SysError) {
    try check(.mkdir, name) { mkdirat(number, name, mode) }
  }

  /// Gives the file or folder `name` another name, of which there may be none yet. renameat2(2)
  package func rename(
    _ name: String, to folder: borrowing Descriptor, as newName: String
  ) throws(SysError) {
    try check(.rename, newName) { cl_rename_new(number, name, folder.number, newName) }
  }

  /// Gives each of two of this folder the name of the other, in one step. renameat2(2), RENAME_EXCHANGE
  package func exchange(_ name: String, with otherName: String) throws(SysError) {
    try check(.rename, otherName) { cl_exchange(number, name, otherName) }
  }

  /// Puts a file or link in the place of another, in one step. renameat(2)
  package func rename(
    _ name: String, to folder: borrowing Descriptor, replacing newName: String
  ) throws(SysError) {
    try check(.rename, newName) { renameat(number, name, folder.number, newName) }
  }

  /// Gives an open file a name in `folder`. linkat(2)
  package func link(into folder: borrowing Descriptor, as name: String) throws(SysError) {
    try check(.link, name) { cl_link_open_file(number, folder.number, name) }
  }

  /// Gives the file `name` of this folder a second name in another. linkat(2)
  package func link(_ name: String, into folder: borrowing Descriptor, as newName: String) throws(SysError) {
    try check(.link, newName) { linkat(number, name, folder.number, newName, 0) }
  }

  /// Removes a file or link. unlinkat(2)
  package func remove(_ name: String) throws(SysError) {
    try check(.unlink, name) { unlinkat(number, name, 0) }
  }

  /// Removes an empty folder. unlinkat(2)
  package func removeFolder(_ name: String) throws(SysError) {
    try check(.unlink, name) { unlinkat(number, name, AT_REMOVEDIR) }
  }

  /// Removes a file, a link or a folder with all that is in it; what is not there is no failure.
  package func removeTree(_ name: String) throws(SysError) {
    do throws(SysError) {
      try remove(name)
      return
    } catch let error where error.errno == .isFolder || error.errno == .notPermitted {
      // A folder: below.
    } catch let error where error.errno == .noSuchFile {
      return
    }
    // Two scopes, so that not more folders are open than the tree is deep.
    do {
      let folder = try open(name, .folderItself)
      for entry in try folder.entries() { try folder.removeTree(entry) }
    }
    try removeFolder(name)
  }

  /// The names of what is in this folder, in no order. readdir(3)
  ///
  /// Throws EILSEQ when a name is no UTF-8 text.
  package func entries() throws(SysError) -> [String] {
    var names: [String] = []
    for bytes in try entryNames() {
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw SysError(.getdents, "a name that is not UTF-8", .notText)
      }
      names.append(name)
    }
    return names
  }

  /// The names of what is in this folder as bytes, which need not be text, in no order. readdir(3)
  package func entryNames() throws(SysError) -> [[UInt8]] {
    let again = try open(".", .folder)
    let descriptor = try check(.dup, "") { cl_duplicate_above(again.number, 3) }
    guard let stream = fdopendir(descriptor) else {
      let error = Errno(rawValue: errno)
      close(descriptor)
      throw SysError(.getdents, "", error)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SysError(.getdents, "", Errno(rawValue: errno)) }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
    }
  }

  /// The text of the link `name` in this folder. readlinkat(2)
  package func target(ofLink name: String) throws(SysError) -> String {
    let buffer = try bytes(capacity: Int(PATH_MAX), .readlink, name) { readlinkat(number, name, $0, Int(PATH_MAX)) }
    guard let text = String(validating: buffer, as: UTF8.self) else {
      throw SysError(.readlink, name, Errno(rawValue: EILSEQ))
    }
    return text
  }

  /// Changes the permissions of what is open. fchmod(2)
  package func setMode(_ mode: UInt32, of subject: String) throws(SysError) {
    try check(.chmod, subject) { fchmod(number, mode) }
  }

  /// How much the user can still write to this file system. fstatvfs(3)
  package func freeBytes() throws(SysError) -> Int {
    Int(try check(.statvfs, "") { cl_free_bytes(number) })
  }

  /// Writes this file, or the entries of this folder, to the disk. fsync(2)
  package func synchronize(_ subject: String) throws(SysError) {
    try check(.fsync, subject) { fsync(number) }
  }

  /// Writes all that was changed in this file system to the disk. syncfs(2)
  package func synchronizeFileSystem() throws(SysError) {
    try check(.syncfs, "") { cl_sync_file_system(number) }
  }

  /// Lets the kernel check every later read of this file, which must not be open for writing; false where the file system
  /// cannot. FS_IOC_ENABLE_VERITY
  package func enableVerity(of subject: String) throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.ioctl, subject) { cl_enable_verity(number) }
      return true
    } catch let error where Self.meansNoVerity(error.errno) {
      return false
    }
  }

  private static func meansNoVerity(_ errno: Errno) -> Bool {
    // The last two where a policy of the system forbids it.
    [.notSupported, .notTerminal, .invalidArgument, .notImplemented, .notPermitted, .accessDenied].contains(errno)
  }
}
