internal import CLinux
internal import Glibc

/// Changing what stands in an open folder.
extension Descriptor {
  /// Makes a folder in this one; one that is there already is left as it is. mkdirat(2)
  package func makeFolder(_ name: String, mode: UInt32) throws(SysError) {
    do throws(SysError) {
      try check(.mkdir, name) { mkdirat(number, name, mode) }
    } catch let error where error.errno == .fileExists {
      return
    }
  }

  /// Makes a symbolic link in this folder. symlinkat(2)
  package func makeLink(_ name: String, to target: String) throws(SysError) {
    try check(.symlink, name) { symlinkat(target, number, name) }
  }

  /// Makes a file with this content and mode in this folder, which must not have one of that name. openat(2)
  package func makeFile(_ name: String, _ content: [UInt8], mode: UInt32) throws(SysError) {
    let file = try open(name, .createNew, mode: mode)
    try file.write(content, to: name)
  }
}

extension Descriptor {
  /// The same in the place of a file or link of that name.
  package func putFile(_ name: String, _ content: [UInt8], mode: UInt32) throws(SysError) {
    do throws(SysError) {
      try makeFile(name, content, mode: mode)
    } catch let error where error.errno == .fileExists {
      try remove(name)
      try makeFile(name, content, mode: mode)
    }
  }
}

/// The path that a symbolic link holds, or nil when the path is no link. readlink(2)
package func linkTarget(of path: String) throws(SysError) -> String? {
  do throws(SysError) {
    let buffer = try bytes(capacity: Int(PATH_MAX), .readlink, path) { readlink(path, $0, Int(PATH_MAX)) }
    return try text(buffer, .readlink, path)
  } catch let error where error.errno == .invalidArgument {
    return nil
  }
}

/// The folder that relative paths of this process start from. getcwd(3)
package func currentFolder() throws(SysError) -> String {
  let buffer = try bytes(capacity: Int(PATH_MAX), .getcwd, ".") {
    getcwd($0, Int(PATH_MAX)).map { strlen($0) } ?? -1
  }
  return try text(buffer, .getcwd, ".")
}

/// A path as text; one that is no UTF-8 would not come back as the same bytes.
private func text(_ bytes: [UInt8], _ call: SystemCall, _ subject: String) throws(SysError) -> String {
  // As a C string: the generic way would make every start set up the types that it is generic over.
  var text: String?
  (bytes + [0]).withUnsafeBytes { buffer in
    text = buffer.baseAddress.flatMap { String(validatingCString: $0.assumingMemoryBound(to: CChar.self)) }
  }
  guard let text else { throw SysError(call, subject, Errno(rawValue: EILSEQ)) }
  return text
}

/// The bytes that one call writes into a buffer; it returns their number, or -1.
func bytes(
  capacity: Int, _ call: SystemCall, _ subject: String, _ body: (UnsafeMutablePointer<CChar>) -> Int
) throws(SysError) -> [UInt8] {
  var failure: Errno?
  let result = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
    buffer.withMemoryRebound(to: CChar.self) { characters in
      guard let start = characters.baseAddress else { return }
      repeat { count = body(start) } while count == -1 && errno == EINTR
    }
    if count == -1 {
      failure = Errno(rawValue: errno)
      count = 0
    }
  }
  if let failure { throw SysError(call, subject, failure) }
  return result
}

/// Makes `path` the current folder. chdir(2)
package func changeFolder(to path: String) throws(SysError) {
  try check(.chdir, path) { chdir(path) }
}
