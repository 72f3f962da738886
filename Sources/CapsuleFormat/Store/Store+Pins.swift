internal import Linux

/// Capsules that are kept although nothing needs them.
extension Store {
  static let pinName = "pinned"

  package func isPinned(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    try attempt("look at \(id)") { () throws(SysError) in
      do throws(SysError) {
        return try capsules.open(id.description, .folderItself).status(ofEntry: Self.pinName).kind == .file
      } catch let error where error.errno == .noSuchFile {
        return false
      }
    }
  }

  /// Keeps a capsule until it is unpinned; false when it is pinned already.
  package func pin(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    try attempt("pin \(id)") { () throws(SysError) in
      do throws(SysError) {
        let folder = try capsules.open(id.description, .folderItself)
        try folder.makeFile(Self.pinName, [], mode: 0o644)
        try folder.synchronize(id.description)
        return true
      } catch let error where error.errno == .fileExists {
        return false
      }
    }
  }

  /// False when it is not pinned.
  package func unpin(_ id: CapsuleID) throws(CapsuleError) -> Bool {
    try attempt("unpin \(id)") { () throws(SysError) in
      do throws(SysError) {
        let folder = try capsules.open(id.description, .folderItself)
        try folder.remove(Self.pinName)
        try folder.synchronize(id.description)
        return true
      } catch let error where error.errno == .noSuchFile {
        return false
      }
    }
  }
}
