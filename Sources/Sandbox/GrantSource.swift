package import Linux
package import Planning

/// What a path of the caller is, once all links in it are followed.
package struct GrantSource: Sendable {
  package let path: String
  package let identity: SourceIdentity
  package let status: FileStatus

  /// Follows the links of an absolute path without `.`, `..` and doubled slashes; nil when there is nothing.
  package static func find(_ path: String) throws(SysError) -> GrantSource? {
    do throws(SysError) {
      if let source = try withoutLinks(path) { return source }
      let place = try Descriptor.open(path, .place)
      let status = try place.status(of: path)
      return GrantSource(path: try place.realPath(), identity: SourceIdentity(status.identity), status: status)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  /// Most paths have no link in them, and are what they seem. nil when there is one, or the kernel cannot tell.
  private static func withoutLinks(_ path: String) throws(SysError) -> GrantSource? {
    do throws(SysError) {
      let status = try Descriptor.openWithoutLinks(path, .place).status(of: path)
      return GrantSource(path: path, identity: SourceIdentity(status.identity), status: status)
    } catch let error where error.errno == .tooManyLinks || error.errno == .notImplemented {
      return nil
    }
  }
}

extension SourceIdentity {
  package init(_ identity: FileStatus.Identity) {
    self.init(device: identity.device, inode: identity.inode)
  }
}
