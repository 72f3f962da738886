internal import Linux
internal import Planning

extension EnterRootStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    site.newRoot = nil
    try FileSystem.pivot(into: NewRoot.mountPoint)
  }
}
