internal import Linux
internal import Planning

extension OverlayStep {
  /// All that it is made of lies below the folder that it covers, where nobody finds it any more.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.mounts.attach(at: site.stepIndex, to: lower.target, of: site.root)
    for folder in [upper, work] {
      try site.root.make(folder) { parent, name throws(SysError) in try parent.makeFolder(name, mode: 0o755) }
    }
    // Attributes of its own go where the sandbox's user may write them, as it is no user of the host's namespace.
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      try FileSystem.mount(
        type: "overlay", on: place, named: path, .plain,
        options: "lowerdir=lower,upperdir=upper,workdir=work,userxattr")
    }
  }
}
