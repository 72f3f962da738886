internal import Glibc

/// A folder for a while, which nobody else can enter; it is gone with this value, and all that is in it.
package final class TemporaryFolder {
  package let path: String
  package let descriptor: Descriptor
  private let parent: Descriptor
  private let name: String

  /// Makes a folder with a name that nobody can guess. mkdtemp(3)
  package init(in parent: String) throws(SysError) {
    var template = Array("\(parent)/capsrun-XXXXXX".utf8CString)
    let isMade = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
    guard isMade else { throw SysError(.mkdir, parent, Errno(rawValue: errno)) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    name = String(path.dropFirst(parent.utf8.count + 1))
    self.parent = try Descriptor.open(parent, .folder)
    descriptor = try self.parent.open(name, .folderItself)
  }

  deinit {
    do throws(SysError) {
      try parent.removeTree(name)
    } catch {
      // It stays in a folder that is there for what is left over.
      return
    }
  }
}
