internal import CLinux
internal import Glibc

/// Removing what a program has made that meant no good.
extension Descriptor {
  /// Removes the folder `name` with all that is in it, however deep it is, whatever its names are, and whatever rights it has
  /// taken from itself. Nobody may work in it meanwhile.
  ///
  /// What lies deeper is moved up first, so that neither memory nor descriptors run out.
  package func removeForeignTree(_ name: String) throws(SysError) {
    var moved = 0
    var pending = [Array(name.utf8)]
    while let next = pending.popLast() {
      try check(.chmod, name) { Self.with(next) { fchmodat(number, $0, 0o700, 0) } }
      let folder = Descriptor(
        owning: try check(.open, name) {
          Self.with(next) { cl_openat(number, $0, Access.folderItself.flags, 0) }
        })
      for entry in try folder.entryNames() {
        if try folder.isRemoved(entry, name) { continue }
        // Beside the tree itself: no name of a program's making is there.
        let above = Array("\(name).removed-\(moved)".utf8)
        moved += 1
        // To move a folder takes the right to change it.
        try check(.chmod, name) { Self.with(entry) { fchmodat(folder.number, $0, 0o700, 0) } }
        try check(.rename, name) {
          Self.with(entry) { old in Self.with(above) { renameat(folder.number, old, number, $0) } }
        }
        pending.append(above)
      }
      try check(.unlink, name) { Self.with(next) { unlinkat(number, $0, AT_REMOVEDIR) } }
    }
  }

  /// Removes what is no folder; false for a folder.
  private func isRemoved(_ entry: [UInt8], _ subject: String) throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.unlink, subject) { Self.with(entry) { unlinkat(number, $0, 0) } }
      return true
    } catch let error where error.errno == .isFolder || error.errno == .notPermitted {
      return false
    }
  }

  private static func with(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> CInt) -> CInt {
    (name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map(body) ?? -1 }
    }
  }
}
