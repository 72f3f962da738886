internal import Glibc

/// Writing whole files: there is all of one, or none.
package enum WholeFile {
  /// Makes a file; throws EEXIST when there is one already. open(2)
  package static func create(_ path: String, _ content: [UInt8], mode: UInt32 = 0o666) throws(SysError) {
    try create(path, content, mode: mode) { (_: borrowing Descriptor) throws(SysError) in }
  }

  /// Puts a file in the place of the old one, if there is one, with the old one's owner, group and mode. rename(2)
  ///
  /// Throws EPERM when the owner cannot be kept.
  package static func replace(_ path: String, with content: [UInt8]) throws(SysError) {
    let old = try status(of: path)
    let new = "\(path).new-\(CurrentProcess.id)"
    // What is not for everybody is not shown for a moment either.
    try create(new, content, mode: old == nil ? 0o666 : 0o600) { (file: borrowing Descriptor) throws(SysError) in
      if let old { try file.takeOver(old, path) }
      try check(.rename, path) { rename(new, path) }
    }
  }

  /// Makes a folder; one that is there already is left as it is. mkdir(2)
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(SysError) {
    do throws(SysError) {
      try check(.mkdir, path) { mkdir(path, mode) }
    } catch let error where error.errno == .fileExists {
      return
    }
  }

  /// Makes a file that is gone again when it cannot be finished.
  package static func create(
    _ path: String, _ content: [UInt8], mode: UInt32, finish: (borrowing Descriptor) throws(SysError) -> Void
  ) throws(SysError) {
    let file = try Descriptor.open(path, .createNew, mode: mode)
    do throws(SysError) {
      try file.write(content, to: path)
      try finish(file)
    } catch {
      // The first failure is the one to tell; that a part of a file may stay cannot be helped then.
      unlink(path)
      throw error
    }
  }

  private static func status(of path: String) throws(SysError) -> FileStatus? {
    do throws(SysError) {
      return try Descriptor.open(path, .place).status(of: path)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }
}

extension Descriptor {
  /// Gets the owner, group and mode of another file. The mode comes last: a change of owner takes bits of it away.
  fileprivate func takeOver(_ other: FileStatus, _ subject: String) throws(SysError) {
    let mine = try status(of: subject)
    if mine.owner != other.owner || mine.group != other.group {
      try check(.chown, subject) { fchown(number, other.owner, other.group) }
    }
    try check(.chmod, subject) { fchmod(number, other.mode) }
  }
}
