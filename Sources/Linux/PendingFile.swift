internal import CLinux
internal import Glibc

/// A file that gets its name when all of it is written, and leaves nothing behind when it is not.
package struct PendingFile: ~Copyable {
  /// For writing, and for reading what was written.
  package let file: Descriptor
  private let folder: Descriptor
  private let name: String
  /// The name that it has meanwhile, where the file system has no files without one.
  private let passing: String?

  /// Begins a file that will be `path`. open(2)
  package static func begin(_ path: String, mode: UInt32 = 0o666) throws(SysError) -> PendingFile {
    let bytes = path.utf8
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    let name = slash.map { String(path[bytes.index(after: $0)...]) } ?? path
    let parent = slash.map { $0 == bytes.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard !name.isEmpty else { throw SysError(.open, path, .isFolder) }
    let folder = try Descriptor.open(parent, .folder)
    do throws(SysError) {
      let file = try Descriptor.unnamedFile(in: folder, mode: mode)
      return PendingFile(file: file, folder: folder, name: name, passing: nil)
    } catch let error where [.notSupported, .isFolder, .invalidArgument].contains(error.errno) {
      let passing = passingName(name)
      let file = try folder.open(passing, .readAndCreateNew, mode: mode)
      return PendingFile(file: file, folder: folder, name: name, passing: passing)
    }
  }

  private init(file: consuming Descriptor, folder: consuming Descriptor, name: String, passing: String?) {
    self.file = file
    self.folder = folder
    self.name = name
    self.passing = passing
  }

  private static func passingName(_ name: String) -> String { ".\(name.prefix(200)).new-\(CurrentProcess.id)" }

  /// Removes the file that has its name by now, if there is one. unlink(2)
  package func removeOld() throws(SysError) {
    do throws(SysError) {
      try folder.remove(name)
    } catch let error where error.errno == .noSuchFile {
      return
    }
  }

  /// Gives the file its name where nothing has it. A process that is killed never leaves the passing name then.
  private borrowing func takesFreeName() throws(SysError) -> Bool {
    do throws(SysError) {
      try file.link(into: folder, as: name)
      return true
    } catch let error where error.errno == .fileExists {
      return false
    }
  }

  /// Gives the file its name, in the place of another if there is one. rename(2)
  package consuming func finish() throws(SysError) {
    if passing == nil, try takesFreeName() { return }
    let passing = passing ?? Self.passingName(name)
    if self.passing == nil {
      try folder.removeTree(passing)
      try file.link(into: folder, as: passing)
    }
    do throws(SysError) {
      try folder.rename(passing, to: folder, replacing: name)
    } catch {
      // The first failure is the one to tell.
      unlinkat(folder.number, passing, 0)
      throw error
    }
  }

  /// Leaves nothing of it.
  package consuming func abandon() throws(SysError) {
    if let passing { try folder.remove(passing) }
  }
}
