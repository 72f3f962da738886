package import ManifestFormat

/// What shall run and what it may reach, whoever asked for it: a command line or a manifest.
package struct PlanRequest: Hashable, Sendable {
  package var name: String
  package var programs: [ProgramRequest]
  package var grants: [FileGrant]
  /// An unpacked capsule, shown at /capsule.
  package var capsule: CapsuleFolder?
  /// What stands around it.
  package var base = RootBase.host
  /// What becomes of changes to the capsule's files, as it sees them; those of the host stay as they are.
  package var capsuleChanges = CapsuleChanges.refused
  /// The user of the host that the workload becomes when root starts it; nil for one of this process's own.
  package var reservedUser: UInt32?
  /// The workload's user inside.
  package var user: UInt32 = 1000
  /// Sockets that the caller grants although whoever speaks to them controls more than the sandbox.
  package var knownSockets: [AbsolutePath] = []
  /// The host's ids for a range of users and groups inside; nil for one user and one group.
  package var subordinates: SubordinateIDs?
  /// After how many milliseconds all of it is ended; nil for never.
  package var timeLimit: UInt64?
  /// The limits of all of it together.
  package var resources: Manifest.Resources?
  /// Those of whoever starts it, which may only be lower.
  package var callerLimits = CallerLimits()
  /// What it may do without.
  package var degrading = Degrading()
  /// What was asked for, and this release does not execute.
  package var notYet: [String] = []
  /// How the programs depend on each other, in the same order; nil for one in the foreground.
  package var graph: ProcessGraph?
  /// Whether they are going to be supervised.
  package var isSupervised: Bool { graph != nil }

  package init(name: String, programs: [ProgramRequest], grants: [FileGrant], capsule: CapsuleFolder? = nil) {
    self.name = name
    self.programs = programs
    self.grants = grants
    self.capsule = capsule
  }
}

/// The first of the ids of the host that become those of a sandbox: `IdentityRange.count` for root, who maps no other; one less
/// for anybody else, who adds himself.
package struct SubordinateIDs: Hashable, Sendable {
  package var firstUser: UInt32
  package var firstGroup: UInt32

  package init(firstUser: UInt32, firstGroup: UInt32) {
    self.firstUser = firstUser
    self.firstGroup = firstGroup
  }
}

/// Whether a capsule may change its files.
package enum CapsuleChanges: Hashable, Sendable {
  case refused, inMemory
  case kept(StatePlace)
}

/// A folder of the host that is the capsule's own.
package struct StatePlace: Hashable, Sendable {
  package var path: AbsolutePath
  /// Nil when it is not there yet, as where nothing is going to run.
  package var identity: SourceIdentity?

  package init(path: AbsolutePath, identity: SourceIdentity?) {
    self.path = path
    self.identity = identity
  }
}

/// One process that shall run.
package struct ProgramRequest: Hashable, Sendable {
  package var name: String
  package var command: String
  package var arguments: [String]
  package var environment: [String: String]
  package var workingFolder: AbsolutePath
  /// Its part of the capsule's file grants; nil for all of them.
  package var ownGrants: OwnFileGrants?
  /// Its limits, by name; and how much it gives way to others.
  package var limits: [PlannedLimit] = []
  package var niceness: Int?
  /// Further limits of its own, which control groups hold.
  package var resources: Manifest.Resources?
  /// How much sooner than others it is killed for lack of memory.
  package var outOfMemoryScore: Int?
  /// Declared variables that have no value yet.
  package var unset: [String] = []
  /// What its standard streams shall be; nil for those of whoever starts it.
  package var streams: PlannedStreams?
  /// Variables whose values are not to be shown.
  package var secrets: [String] = []
  /// The seccomp profile: a name, or the path of a JSON file.
  package var seccomp = "default"
  /// A profile that must hold as well, where one of both is a file.
  package var outerSeccomp: String?
  /// The filter of both, where one of them is a file; whoever makes the request reads it.
  package var filter: CompiledFilter?

  package init(
    name: String = "main", command: String, arguments: [String] = [], environment: [String: String] = [:],
    workingFolder: AbsolutePath
  ) {
    self.name = name
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.workingFolder = workingFolder
  }
}

/// A capsule's files as they lie on the host.
package struct CapsuleFolder: Hashable, Sendable {
  package var path: AbsolutePath
  /// The whole id of an installed capsule.
  package var id: String?
  /// Which folder was looked at; another one at the same path is not used.
  package var identity: SourceIdentity?
  /// Whether it has venv/bin, which then comes first in PATH.
  package var hasVirtualEnvironment: Bool
  /// The version that venv/pyvenv.cfg names.
  package var pythonVersion: String?
  /// The root file system that its manifest names, where that is a folder of a capsule.
  package var base: BaseTree?
  /// The Python that would run it, where neither it nor this machine has that.
  package var missingPython: MissingPython?

  package struct MissingPython: Hashable, Sendable {
    /// `3.11`
    package let needed: String
    /// What /usr/bin/python3 is.
    package let found: String?
    /// Whether it is what the virtual environment links to, and not just what the manifest names.
    package let isOfEnvironment: Bool

    package init(needed: String, found: String?, isOfEnvironment: Bool) {
      self.needed = needed
      self.found = found
      self.isOfEnvironment = isOfEnvironment
    }
  }

  package init(
    path: AbsolutePath, identity: SourceIdentity? = nil, hasVirtualEnvironment: Bool, pythonVersion: String? = nil
  ) {
    self.path = path
    self.identity = identity
    self.hasVirtualEnvironment = hasVirtualEnvironment
    self.pythonVersion = pythonVersion
  }
}

/// Something in the host's tree of files that the sandbox may use.
package struct FileGrant: Hashable, Sendable {
  package enum Access: Hashable, Sendable, Comparable {
    case read, write
    /// A folder of the capsule's own that outlives it.
    case state
    /// A device node that may be opened.
    case device
    /// A socket that may be connected to.
    case socket
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
