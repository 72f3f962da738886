package import ManifestFormat

/// What shall run and what it may reach, whoever asked for it: a command line or a manifest.
package struct PlanRequest: Hashable, Sendable {
  package var name: String
  package var command: String
  package var arguments: [String]
  package var environment: [String: String]
  package var grants: [FileGrant]
  package var workingFolder: AbsolutePath
  /// An unpacked capsule, shown at /capsule.
  package var capsule: CapsuleFolder?

  package init(
    name: String, command: String, arguments: [String], environment: [String: String], grants: [FileGrant],
    workingFolder: AbsolutePath, capsule: CapsuleFolder? = nil
  ) {
    self.name = name
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.grants = grants
    self.workingFolder = workingFolder
    self.capsule = capsule
  }
}

/// A capsule's files as they lie on the host.
package struct CapsuleFolder: Hashable, Sendable {
  package var path: AbsolutePath
  /// Which folder was looked at; another one at the same path is not used.
  package var identity: SourceIdentity?
  /// Whether it has venv/bin, which then comes first in PATH.
  package var hasVirtualEnvironment: Bool

  package init(path: AbsolutePath, identity: SourceIdentity? = nil, hasVirtualEnvironment: Bool) {
    self.path = path
    self.identity = identity
    self.hasVirtualEnvironment = hasVirtualEnvironment
  }
}

/// A file or folder of the host that the sandbox may read or write.
package struct FileGrant: Hashable, Sendable {
  package enum Access: Hashable, Sendable, Comparable {
    case read, write
  }

  /// Once it is resolved, a path without links.
  package var source: AbsolutePath
  /// Which file or folder the source is; nil when it is not there, or not resolved yet.
  package var identity: SourceIdentity?
  package var target: AbsolutePath
  package var access: Access
  package var mayBeMissing: Bool

  package init(source: AbsolutePath, target: AbsolutePath, access: Access, mayBeMissing: Bool = false) {
    self.source = source
    self.target = target
    self.access = access
    self.mayBeMissing = mayBeMissing
  }
}
