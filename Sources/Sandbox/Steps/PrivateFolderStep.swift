internal import Linux
internal import Planning

extension PrivateFolderStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    let (folder, name) = Self.parts(of: path)
    // One that is there already is somebody else's, and is not used.
    try Descriptor.open(folder, .folder).makeNewFolder(name, mode: 0o700)
    site.privateFolder = path
  }

  /// Removes the folder, with all that the program has left in it.
  static func remove(_ path: String) throws(SysError) {
    let (folder, name) = parts(of: path)
    try Descriptor.open(folder, .folder).removeForeignTree(name)
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    return (String(path[...slash]), String(path[path.utf8.index(after: slash)...]))
  }
}
