package import Linux
package import Planning

/// What a path of the caller is, once all links in it are followed.
package struct GrantSource: Sendable {
  package let path: String
  package let identity: SourceIdentity
  package let status: FileStatus

  /// Follows the links of a path; nil when there is nothing.
  package static func find(_ path: String) throws(SysError) -> GrantSource? {
    do throws(SysError) {
      let place = try Descriptor.open(path, .place)
      let status = try place.status(of: path)
      return GrantSource(path: try place.realPath(), identity: SourceIdentity(status.identity), status: status)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }
}

extension SourceIdentity {
  package init(_ identity: FileStatus.Identity) {
    self.init(device: identity.device, inode: identity.inode)
  }
}
