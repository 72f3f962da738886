internal import Linux
internal import ManifestFormat

/// The highest version of a name that was ever installed: an older one that comes later is no update.
extension Store {
  private static let floor = "floor"

  package func floor(of name: String) throws(CapsuleError) -> String? {
    let bytes = try attempt("read \"\(path)/names/\(name)/floor\"") { () throws(SysError) -> [UInt8]? in
      do throws(SysError) {
        let folder = try names.open(name, .folderItself)
        return try folder.open(Self.floor, .fileItself).readAll(of: Self.floor, limit: 1000)
      } catch let error where error.errno == .noSuchFile {
        return nil
      }
    }
    return bytes.map { String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self) }
  }

  /// Throws when a higher version was installed before.
  func checkFloor(of name: String, _ version: String) throws(CapsuleError) {
    guard let floor = try floor(of: name) else { return }
    // What cannot be compared is not taken for newer.
    guard let low = SemanticVersion(floor), let new = SemanticVersion(version), !new.precedes(low) else {
      throw .downgrade(name: name, version: version, floor: floor)
    }
  }

  func raiseFloor(of name: String, to version: String) throws(CapsuleError) {
    let lock = try lock(name)
    if let floor = try floor(of: name), let low = SemanticVersion(floor), let new = SemanticVersion(version),
      !low.precedes(new)
    {
      return
    }
    try attempt("write \"\(path)/names/\(name)/floor\"") { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      let new = "\(Self.floor).new"
      try folder.removeTree(new)
      try folder.makeFile(new, Array((version + "\n").utf8), mode: 0o644)
      try folder.open(new, .fileItself).synchronize(new)
      try folder.rename(new, to: folder, replacing: Self.floor)
    }
    lock.release()
  }
}
