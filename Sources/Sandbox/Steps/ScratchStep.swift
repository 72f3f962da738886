internal import Linux
internal import Planning

extension ScratchStep {
  /// A mount of its own, so that sealing the root leaves it writable, on the same tmpfs, so that one limit holds for all.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      let mount = try site.root.emptyFolder(for: place, named: path)
      try mount.restrict(.plain, recursive: false)
      try mount.setMode(0o1777)
      try mount.attach(on: place)
    }
  }
}
