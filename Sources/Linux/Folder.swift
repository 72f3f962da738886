internal import CLinux
internal import Glibc

/// Changing what stands in an open folder.
extension Descriptor {
  /// Makes a folder in this one; one that is there already is left as it is. mkdirat(2)
  package func makeFolder(_ name: String, mode: UInt32) throws(SysError) {
    do throws(SysError) {
      try check(.mkdir, name) { name.withCString { mkdirat(number, $0, mode) } }
    } catch let error where error.errno == .fileExists {
      return
    }
  }

  /// Makes a symbolic link in this folder. symlinkat(2)
  package func makeLink(_ name: String, to target: String) throws(SysError) {
    try check(.symlink, name) {
      name.withCString { name in target.withCString { symlinkat($0, number, name) } }
    }
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
  switch try whatStands(at: path) {
  case .nothing: throw SysError(.readlink, path, .noSuchFile)
  case .link(let target): target
  case .other: nil
  }
}

/// What a path leads to, without following a link that it ends with.
package enum PathEnd {
  case nothing, other
  case link(to: String)
}

/// What stands there, without an error for nothing, as to throw one costs a start more than the call. readlink(2)
package func whatStands(at path: String) throws(SysError) -> PathEnd {
  switch text({ buffer, capacity in path.withCString { readlink($0, buffer, capacity) } }) {
  case .text(let target): return .link(to: target)
  case .failure(.invalidArgument): return .other
  case .failure(.noSuchFile): return .nothing
  case .failure(let errno): throw SysError(.readlink, path, errno)
  }
}

/// The folder that relative paths of this process start from. getcwd(3)
package func currentFolder() throws(SysError) -> String {
  switch text({ getcwd($0, $1).map { strlen($0) } ?? -1 }) {
  case .text(let path): return path
  case .failure(let errno): throw SysError(.getcwd, ".", errno)
  }
}

private enum CallText {
  case text(String)
  case failure(Errno)
}

/// A path that one call writes; one that is no UTF-8 would not come back as the same bytes.
///
/// On the stack and as a C string: a start asks for a dozen paths, and generic ways to a text cost it the types that they set up.
private func text(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int) -> CallText {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
    guard let start = buffer.baseAddress else { return .failure(Errno(rawValue: ENOMEM)) }
    let count = body(start, Int(PATH_MAX))
    guard count >= 0 else { return .failure(Errno(rawValue: errno)) }
    start[count] = 0
    return String(validatingCString: start).map { .text($0) } ?? .failure(Errno(rawValue: EILSEQ))
  }
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
  try check(.chdir, path) { path.withCString { chdir($0) } }
}
