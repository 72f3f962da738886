internal import Linux
internal import Planning

extension ReachStep {
  /// Looks whether it is at its path what was looked at before. The rules look once more, and are made of what they find then.
  func execute() throws(SysError) {
    guard isThere else { return }
    do throws(SysError) {
      try check(try Descriptor.open(path, .place))
    } catch let error where error.errno == .noSuchFile {
      // It was there under the path that it was granted by, so that this is another one.
      throw SysError(.fstat, path, .stale)
    }
  }

  func check(_ place: borrowing Descriptor) throws(SysError) {
    let status = try place.status(of: path)
    guard let identity, identity == SourceIdentity(status.identity) else { throw SysError(.fstat, path, .stale) }
    if case .device = access, status.kind != .characterDevice { throw SysError(.fstat, path, .noDevice) }
  }
}
