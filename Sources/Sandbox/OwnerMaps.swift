internal import Linux
internal import Planning

/// The user namespaces that show owners of the host as the workload's user. One is made for each owner: making one takes longer
/// than all else that a grant needs.
final class OwnerMaps {
  private final class Map {
    let user: UInt32
    let group: UInt32
    let namespace: UserNamespace

    init(user: UInt32, group: UInt32, namespace: consuming UserNamespace) {
      self.user = user
      self.group = group
      self.namespace = namespace
    }
  }

  private let identity: Identity
  private var maps: [Map] = []

  init(_ identity: Identity) { self.identity = identity }

  /// Shows the owner of the source of a mount as the workload's user.
  ///
  /// A file system that cannot do so is no obstacle to reading what everybody may read, which `mayStay` as it is; otherwise
  /// the start fails.
  func apply(to mount: borrowing Mount, _ status: FileStatus, mayStay: Bool) throws(SysError) {
    if status.owner == identity.hostUser { return }
    let map = try map(status.owner, status.group)
    do throws(SysError) {
      try mount.mapOwners(by: map.namespace)
    } catch let error where error.errno == .invalidArgument && mayStay {
      return
    }
  }

  private func map(_ user: UInt32, _ group: UInt32) throws(SysError) -> Map {
    for map in maps where map.user == user && map.group == group { return map }
    let namespace = try UserNamespace.mapping(
      user: IDMap(inside: user, outside: identity.hostUser), group: IDMap(inside: group, outside: identity.hostGroup))
    let map = Map(user: user, group: group, namespace: namespace)
    maps.append(map)
    return map
  }
}
