internal import Linux
internal import Planning

extension EnterRootStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    site.newRoot = nil
    guard let helper = site.helper else { preconditionFailure("a root to enter in a plan without namespaces") }
    try helper.pivot(into: NewRoot.mountPoint)
    site.hasLeftHost = true
  }
}
