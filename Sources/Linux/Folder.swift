internal import CLinux
internal import Glibc

/// Changing what stands in an open folder.
extension Descriptor {
  /// Makes a folder in this one; one that is there already is left as it is. mkdirat(2)
  package func makeFolder(_ name: String, mode: UInt32) throws(SysError) {
    do throws(SysError) {
      try check(.mkdir, name) { mkdirat(number, name, mode) }
    } catch where error.errno == .fileExists {
      return
    }
  }

  /// Makes a folder; one that is there already is left as it is. mkdir(2)
  package static func makeFolder(at path: String, mode: UInt32) throws(SysError) {
    do throws(SysError) {
      try check(.mkdir, path) { mkdir(path, mode) }
    } catch where error.errno == .fileExists {
      return
    }
  }

  /// Makes a symbolic link in this folder. symlinkat(2)
  package func makeLink(_ name: String, to target: String) throws(SysError) {
    try check(.symlink, name) { symlinkat(target, number, name) }
  }

  /// Makes a file with this content and mode in this folder, which must not have one of that name. openat(2)
  package func makeFile(_ name: String, _ content: some Collection<UInt8>, mode: UInt32) throws(SysError) {
    let file = try open(name, .createNew, mode: mode)
    try file.write(content, to: name)
  }

  /// Replaces a file of this folder at once and whole: a reader sees the old content or the new. renameat(2)
  package func replaceFile(_ name: String, _ content: some Collection<UInt8>, mode: UInt32) throws(SysError) {
    let temporary = ".\(name).\(getpid())"
    do throws(SysError) {
      try makeFile(temporary, content, mode: mode)
      try check(.rename, name) { renameat(number, temporary, number, name) }
    } catch {
      unlinkat(number, temporary, 0)
      throw error
    }
  }

  /// Sets the permission bits of this folder or file. fchmod(2)
  package func setMode(_ mode: UInt32, of subject: String) throws(SysError) {
    try check(.chmod, subject) { fchmod(number, mode) }
  }
}

/// The path that a symbolic link holds, or nil when the path is no link. readlink(2)
package func linkTarget(of path: String) throws(SysError) -> String? {
  var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
  do throws(SysError) {
    let length = try check(.readlink, path) {
      buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
    }
    return String(decoding: buffer[..<length], as: UTF8.self)
  } catch where error.errno == .invalidArgument {
    return nil
  }
}

/// The folder that relative paths of this process start from. getcwd(3)
package func currentFolder() throws(SysError) -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  guard getcwd(&buffer, buffer.count) != nil else { throw SysError(.getcwd, ".", Errno(rawValue: errno)) }
  return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

/// Makes `path` the current folder. chdir(2)
package func changeFolder(to path: String) throws(SysError) {
  try check(.chdir, path) { chdir(path) }
}
