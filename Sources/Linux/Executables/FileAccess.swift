internal import CLinux
internal import Glibc

/// What this process may do with files, as far as owners, permission bits and mounts say so: Landlock is not asked. access(2)
package enum FileAccess {
  package static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
  package static func mayRead(_ path: String) -> Bool { access(path, R_OK) == 0 }
  package static func mayExecute(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Whether the mount at a path forbids to execute what lies in it. statvfs(2)
  package static func isOnMountWithoutExecution(_ path: String) -> Bool { cl_forbids_execution(path) == 1 }
}

extension Descriptor {
  /// The bytes in a part of an open file; fewer where it ends early. pread(2)
  package func part(_ range: Range<Int>, of subject: String) throws(SysError) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: range.count)
    var failure: SysError?
    let count = content.withUnsafeMutableBytes { buffer in
      do throws(SysError) {
        return try read(into: buffer, at: range.lowerBound, of: subject)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return Array(content.prefix(count))
  }
}
