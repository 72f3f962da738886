internal import Linux
internal import Planning

extension BindStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.mounts.attach(
      at: site.stepIndex, to: target, of: site.root, links: followsLinks ? .followed : .refused)
  }
}
