internal import Linux
internal import Planning

extension BindStep {
  /// A source that may be missing and is leaves nothing behind, not even a mount point.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.mounts.withMount(at: site.stepIndex) { mount, isFolder throws(SysError) in
      let place = isFolder ? try site.root.folder(at: target) : try site.root.file(at: target)
      try mount.attach(on: place)
    }
  }
}
