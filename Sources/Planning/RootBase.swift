package import ManifestFormat

/// What stands around a capsule's own files.
package enum RootBase: Hashable, Sendable {
  /// The programs of this machine, read-only.
  case host
  /// Nothing but what each sandbox has.
  case nothing
  /// A folder of a capsule.
  case tree(BaseTree)

  /// The words of a manifest that name no capsule.
  package enum Word: String, Sendable {
    case host, capsule
    case nothing = "none"
  }
}

/// A folder that is the root file system of a sandbox, and is never changed.
package struct BaseTree: Hashable, Sendable {
  /// Where it lies in a capsule.
  package static let folder = "rootfs"

  package var path: AbsolutePath
  /// Which folder was looked at; another one at the same path is not used.
  package var identity: SourceIdentity?
  /// The id of the installed capsule that it belongs to; nil for the one that runs.
  package var capsule: String?

  package init(path: AbsolutePath, identity: SourceIdentity?, capsule: String? = nil) {
    self.path = path
    self.identity = identity
    self.capsule = capsule
  }
}
