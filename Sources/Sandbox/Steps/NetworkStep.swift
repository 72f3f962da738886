internal import Linux
internal import Planning

extension NetworkStep {
  /// The namespace has been in the making since the set-up began.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.network.enter()
  }
}
