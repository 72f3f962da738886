internal import Linux
internal import Planning

extension NetworkStep {
  /// The namespace has been in the making since the set-up began, and that of IPC with it.
  func execute(on site: inout BuildingSite) throws(SysError) {
    guard let helper = site.helper else { preconditionFailure("a network step in a plan without namespaces") }
    try helper.enterNamespaces()
    site.hasEnteredNetwork = true
  }
}
