internal import Glibc

/// Writing whole files: there is all of one, or none.
package enum WholeFile {
  /// Makes a file; throws EEXIST when there is one already. open(2)
  package static func create(_ path: String, _ content: [UInt8]) throws(SysError) {
    let file = try Descriptor.open(path, .createNew, mode: 0o666)
    do throws(SysError) {
      try file.write(content, to: path)
    } catch {
      // The first failure is the one to tell; that an empty file may stay cannot be helped then.
      unlink(path)
      throw error
    }
  }

  /// Puts a file in the place of the old one, if there is one, with the old one's mode. rename(2)
  package static func replace(_ path: String, with content: [UInt8]) throws(SysError) {
    let new = "\(path).new-\(CurrentProcess.id)"
    try create(new, content)
    do throws(SysError) {
      if let mode = try mode(of: path) { try check(.chmod, new) { chmod(new, mode) } }
      try check(.rename, path) { rename(new, path) }
    } catch {
      unlink(new)
      throw error
    }
  }

  private static func mode(of path: String) throws(SysError) -> UInt32? {
    do throws(SysError) {
      return try Descriptor.open(path, .place).status(of: path).mode & 0o7777
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }
}
