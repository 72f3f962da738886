package import ManifestFormat

/// From the grants of a manifest or a command line to what is planned: each is at the same path inside.
extension FileGrant {
  static func path(_ grant: PathGrant, _ access: Access) -> FileGrant {
    FileGrant(source: grant.path, target: grant.path, access: access, mayBeMissing: grant.mayBeMissing)
  }

  /// A folder that was looked at already.
  static func state(_ place: StatePlace, at target: AbsolutePath) -> FileGrant {
    var grant = FileGrant(source: place.path, target: target, access: .state)
    grant.identity = place.identity
    return grant
  }

  package static func device(_ grant: DeviceGrant) -> FileGrant {
    FileGrant(source: grant.path, target: grant.path, access: .device, mayBeMissing: grant.mayBeMissing)
  }

  package static func socket(_ grant: UnixGrant) -> FileGrant {
    FileGrant(source: grant.path, target: grant.path, access: .socket, mayBeMissing: grant.mayBeMissing)
  }
}

/// A socket that gives more to whoever speaks to it than the sandbox takes away.
package struct DangerousGrant: Hashable, Sendable {
  /// As it is granted, and as somebody has to name it who knows that.
  package let path: AbsolutePath
  package let danger: SocketDanger
}

extension PlanRequest {
  /// The grants of dangerous sockets that nobody but the capsule's author has agreed to.
  package var unknownDangers: [DangerousGrant] {
    var found: [DangerousGrant] = []
    for grant in grants where grant.access == .socket && !knownSockets.contains(grant.target) {
      // Under its own name, or behind a link.
      guard let danger = SocketDanger.of(grant.source) ?? SocketDanger.of(grant.target) else { continue }
      found.append(DangerousGrant(path: grant.target, danger: danger))
    }
    return found
  }
}
