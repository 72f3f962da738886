internal import Linux
internal import Planning

extension BindStep {
  /// A source that is optional and missing leaves nothing behind, not even a mount point.
  func execute(on site: borrowing BuildingSite) throws(SysError) {
    try site.inNewRoot { root throws(SysError) in
      try site.mounts.withMount(at: site.stepIndex) { mount, isFolder throws(SysError) in
        let place = isFolder ? try root.folder(at: target) : try root.file(at: target)
        try mount.attach(on: place)
      }
    }
  }
}
