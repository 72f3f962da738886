package import Linux
package import Planning

/// What a path of the caller is, once all links in it are followed.
package struct GrantSource: Sendable {
  package let path: String
  package let identity: SourceIdentity

  /// Follows the links of a path; nil when there is nothing.
  package static func find(_ path: String) throws(SysError) -> GrantSource? {
    do throws(SysError) {
      let place = try Descriptor.open(path, .place)
      return GrantSource(path: try place.realPath(), identity: SourceIdentity(try place.status(of: path).identity))
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
