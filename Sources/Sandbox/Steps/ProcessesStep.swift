internal import Linux
internal import Planning

extension ProcessesStep {
  func execute(on site: BuildingSite) throws(SysError) {
    if source == nil {
      try site.root.attachOnFolder(at: path) { place throws(SysError) in
        try FileSystem.mount(type: "proc", on: place, named: path, .plainWithoutPrograms, options: "")
      }
    } else {
      try site.mounts.attach(at: site.stepIndex, to: path, of: site.root)
    }
    let processes = try site.root.place(at: path)
    try hide(hiddenFiles, by: Self.unreadableFile, in: processes)
    try hide(hiddenFolders, by: Self.emptyFolder, in: processes)
  }

  /// What covers lies in the process list itself, where nobody inside can have changed it.
  private func hide(
    _ names: [String], by cover: String, in processes: borrowing Descriptor
  ) throws(SysError) {
    let count = try FileSystem.cover(names, by: cover, in: processes)
    // Every kernel has one of each, so that it is the cover that is not there.
    guard count > 0 || names.isEmpty else { throw SysError(.mount, "\(path)/\(cover)", .noSuchFile) }
  }
}
