internal import Linux
internal import Planning

extension BindStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.mounts.attach(at: site.stepIndex) { isFolder throws(SysError) in
      isFolder ? try site.root.folder(at: target) : try site.root.file(at: target)
    }
  }
}
