extension Manifest {
  /// Limits; what is absent is not limited beyond what holds around it.
  package struct Resources: Hashable, Sendable {
    package internal(set) var place = Place.unknown
    package var cpuQuota: CPUQuota?
    package var cpuWeight: Int?
    package var cpus: String?
    package var memoryMax: MemoryAmount?
    package var memoryHigh: MemoryAmount?
    package var swapMax: MemoryAmount?
    package var killsTogether: Bool?
    package var pidsMax: Int?
    package var ioWeight: Int?
    package var ioMax: [String: DiskLimit] = [:]
    package var rlimits: [String: ProcessLimit] = [:]
    package var nice: Int?
    package var outOfMemoryScore: Int?

    package init() {
      // Nothing is limited.
    }
  }

  /// Per second, of one disk.
  package struct DiskLimit: Hashable, Sendable {
    package var readBytes: MemoryAmount?
    package var writeBytes: MemoryAmount?
    package var reads: Int?
    package var writes: Int?
  }

  /// A limit as in setrlimit(2); nil is unlimited.
  package struct ProcessLimit: Hashable, Sendable {
    package var soft: Int?
    package var hard: Int?
  }

  /// What the capsule may reach outside itself. Nothing is granted that does not stand here.
  package struct Capabilities: Hashable, Sendable {
    package internal(set) var place = Place.unknown
    package var network = NetworkGrants.only([])
    package var listen: [Located<ListenGrant>] = []
    package var read: [Located<PathGrant>] = []
    package var write: [Located<PathGrant>] = []
    package var devices: [Located<DeviceGrant>] = []
    package var unix: [Located<UnixGrant>] = []
    package var publish: [Located<String>] = []
    package var subscribe: [Located<String>] = []
    package var keyValue: [String] = []
    package var hostProcesses: [String] = []
    package var identity: String?
    package var uplink: Bool?
    package var allowsPromptInjection: Bool?
  }

  /// What one process may reach of what its capsule may: nil is all of that.
  package struct OwnCapabilities: Hashable, Sendable {
    package internal(set) var place = Place.unknown
    package var network: NetworkGrants?
    package var listen: [Located<ListenGrant>]?
    package var read: [Located<PathGrant>]?
    package var write: [Located<PathGrant>]?
    package var devices: [Located<DeviceGrant>]?
    package var unix: [Located<UnixGrant>]?
    package var publish: [Located<String>]?
    package var subscribe: [Located<String>]?
    package var keyValue: [String]?
    package var hostProcesses: [String]?
    package var identity: String?
    package var uplink: Bool?
    package var allowsPromptInjection: Bool?
  }

  package enum NetworkGrants: Hashable, Sendable {
    /// The network of the host itself.
    case host
    case only([Located<NetGrant>])
  }

  /// A value that the capsule gets as a file, and nobody sees who is not meant to.
  package struct Secret: Hashable, Sendable {
    package var request: String?
    package var description: String?
  }

  package struct RootFileSystem: Hashable, Sendable {
    package enum Writable: String, Hashable, Sendable, CaseIterable {
      case none, ephemeral, persistent
    }

    package var base: String?
    package var writable: Located<Writable>?
  }

  package struct Security: Hashable, Sendable {
    package var seccomp: Located<String>?
    package var minimalTier: Tier?
    package var linuxCapabilities: [String] = []
    package var user: Int?
    package var userRange: Bool?
    package var verify: String?
  }

  /// What the capsule needs, and what it offers to others.
  package struct Dependencies: Hashable, Sendable {
    package var python: String?
    package var pipRequirements: Located<String>?
    package var provides: [Located<CapabilityName>] = []
    package var requires: [Located<CapabilityName>] = []
    package var imports: [String: VersionedInterface] = [:]
    package var exports: [String: VersionedInterface] = [:]
  }

  /// The releases of programs that will do.
  package struct Releases: Hashable, Sendable {
    package var capsrun: Located<VersionRequirement>?
    /// Of the program that the package dialect was made for.
    package var astrid: Located<VersionRequirement>?
  }

  /// An interface by its `namespace.name`, with the versions that will do.
  package struct VersionedInterface: Hashable, Sendable {
    package var version: VersionRequirement?
    package var isOptional: Bool?
  }
}

/// A host path that a manifest asks for; with a trailing `?` it may be missing.
package struct PathGrant: Hashable, Sendable {
  package let path: AbsolutePath
  package let mayBeMissing: Bool

  /// Reads `PATH` or `PATH?`.
  package init(_ text: String) throws(AbsolutePath.Problem) {
    do throws(OptionalPath.Problem) {
      let given = try OptionalPath(text)
      path = given.path
      mayBeMissing = given.mayBeMissing
    } catch {
      switch error {
      case .path(let problem): throw problem
      case .questionMark: throw .questionMark
      }
    }
  }

  package var text: String { path.description + (mayBeMissing ? "?" : "") }
}

/// How strongly a machine lets capsules be confined.
package enum Tier: String, Codable, Hashable, Sendable, CaseIterable {
  /// Everything that this release has.
  case full
  /// Namespaces and the filter, without some layer that only adds to others.
  case reduced
  /// The filter alone, as in a container that allows no namespaces.
  case filterOnly = "filter-only"
}
