internal import Cryptography
internal import Linux

/// The files of all capsules of a store, each content once, by its digest. Trees share them by hard links.
final class Objects {
  private let folder: Descriptor
  /// An empty file takes no room, and every one would be a link to the same.
  private static let emptyDigest = SHA256().digest

  init(_ folder: consuming Descriptor) { self.folder = folder }

  /// `ab/cdef…`, with an end for what may be executed: the permissions belong to the file and not to its names.
  static func name(_ digest: Digest, isExecutable: Bool) -> String {
    let hex = digest.hex
    return "\(hex.prefix(2))/\(hex.dropFirst(2))\(isExecutable ? ".x" : "")"
  }

  /// Gives the content a name in a tree, if it is here; false when it must be written.
  func share(
    _ digest: Digest, isExecutable: Bool, into tree: borrowing Descriptor, as name: String
  ) throws(CapsuleError) -> Bool {
    guard digest != Self.emptyDigest else { return false }
    do throws(SysError) {
      try folder.link(Self.name(digest, isExecutable: isExecutable), into: tree, as: name)
      return true
    } catch let error where error.errno == .noSuchFile || error.errno == .tooManyNames {
      return false
    } catch {
      throw .system(error, while: "share the content of \"\(name)\"")
    }
  }

  /// Keeps the content of a file that was just written and checked.
  func keep(
    _ file: String, of tree: borrowing Descriptor, _ digest: Digest, isExecutable: Bool
  ) throws(CapsuleError) {
    guard digest != Self.emptyDigest else { return }
    let name = Self.name(digest, isExecutable: isExecutable)
    do throws(SysError) {
      do throws(SysError) {
        try tree.link(file, into: folder, as: name)
      } catch let error where error.errno == .noSuchFile {
        try folder.makeFolder(String(name.prefix(2)), mode: 0o755)
        try tree.link(file, into: folder, as: name)
      }
    } catch let error where error.errno == .fileExists {
      // Somebody else wrote the same; or there are as many names of it as there may be.
      return
    } catch {
      throw .system(error, while: "keep the content of \"\(file)\"")
    }
  }
}
