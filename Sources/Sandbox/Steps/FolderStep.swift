internal import Linux
internal import Planning

extension FolderStep {
  /// A mount of its own, which covers what a base has there and can be sealed by itself.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      let mount = try site.root.emptyFolder(for: place, named: path)
      try mount.restrict(.plain, recursive: false)
      try mount.attach(on: place)
    }
  }
}
