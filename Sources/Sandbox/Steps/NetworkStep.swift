internal import Linux
internal import Planning

extension NetworkStep {
  /// The namespace has been in the making since the set-up began.
  func execute(on site: inout BuildingSite) throws(SysError) {
    guard let network = site.network else {
      preconditionFailure("a network step in a plan without a network namespace")
    }
    try network.enter()
    site.network = nil
  }
}
