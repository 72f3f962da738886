internal import Linux
internal import Planning

extension BindStep {
  func execute(on site: BuildingSite) throws(SysError) {
    // What somebody has named is at the path that he would find it at.
    try site.mounts.attach(
      at: site.stepIndex, to: target, of: site.root, links: identity == nil ? .refused : .followed)
  }
}
