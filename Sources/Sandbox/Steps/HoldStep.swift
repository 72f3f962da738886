internal import Linux
internal import Planning

extension HoldStep {
  /// Mounts the folder on itself: a mount point can be neither moved nor removed.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      try Mount.copy(of: place, named: path, recursive: true).attach(on: place)
    }
  }
}
