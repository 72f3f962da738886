/// What is known of a file of the host, without following it when it is a link.
package struct HostFile: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case folder, other
    case link(target: String)
  }

  package var kind: Kind
  package var owner: UInt32
  package var group: UInt32
  package var mode: UInt32

  package init(kind: Kind, owner: UInt32, group: UInt32, mode: UInt32) {
    self.kind = kind
    self.owner = owner
    self.group = group
    self.mode = mode
  }

  package enum Right: UInt32, Sendable {
    case read = 4
    case write = 2
    case search = 1
  }
}

/// Who asks for a file: the workload, as the host sees it.
struct FileSubject {
  let identity: Identity
  /// The owner that a mount shows as the workload's user; nil when owners are shown as they are.
  let mappedOwner: (user: UInt32, group: UInt32)?
  /// Whether a folder on the way below an overlay belongs to somebody else: nothing in it can be changed then.
  var isBelowForeign = false

  var user: UInt32 { mappedOwner?.user ?? identity.hostUser }
  var group: UInt32 { mappedOwner?.group ?? identity.hostGroup }

  /// By the permission bits alone; lists of further rights (ACLs) are not looked at.
  func has(_ right: HostFile.Right, on file: HostFile) -> Bool {
    let isOwner = file.owner == user
    let isInGroup = mappedOwner.map { file.group == $0.group } ?? isHostGroup(file.group)
    let shift: UInt32 = isOwner ? 6 : isInGroup ? 3 : 0
    return file.mode >> shift & right.rawValue != 0
  }

  /// Whether user and group of a file are those of the workload. A change of any other cannot be kept: the sandbox has no
  /// user whose file it could be.
  func owns(_ file: HostFile) -> Bool {
    file.owner == user && file.group == group
  }

  private func isHostGroup(_ group: UInt32) -> Bool {
    group == identity.hostGroup || identity.keptGroups.contains(group)
  }
}
