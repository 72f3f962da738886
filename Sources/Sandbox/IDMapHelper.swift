package import Linux
internal import Planning

/// The programs of the system that map ids which `/etc/subuid` and `/etc/subgid` give to a user: newuidmap(1).
///
/// They have more rights than who calls them, so they are called by their own paths, with an environment of nothing, and with
/// numbers alone.
package enum IDMapHelper: String, CaseIterable {
  case users = "/usr/bin/newuidmap"
  case groups = "/usr/bin/newgidmap"

  /// Why a helper cannot help.
  package enum Problem: Hashable, Sendable {
    case absent
    /// It is neither set-user-id nor has capabilities, or is not root's.
    case powerless
  }

  package func problem() throws(SysError) -> Problem? {
    do throws(SysError) {
      let status = try Descriptor.open(rawValue, .place).status(of: rawValue)
      guard status.kind == .file, status.owner == 0, status.mode & 0o022 == 0 else { return .powerless }
      if status.mode & 0o4000 != 0 { return nil }
      return try hasFileCapabilities(rawValue) ? nil : .powerless
    } catch let error where error.errno == .noSuchFile {
      return .absent
    }
  }

  /// Maps ids of a child in a new user namespace.
  func map(_ spans: [IdentityRange.Span], of child: borrowing ChildProcess) throws(SysError) {
    var arguments = [rawValue, String(child.id)]
    for span in spans where span.count > 0 { arguments += [span.inside, span.outside, span.count].map(String.init) }
    let program = Program(arguments: arguments, environment: ["PATH=/usr/bin:/bin"])
    let path = rawValue
    // In the memory that both share, and written before this process goes on.
    var obstacle: SysError?
    let helper = try ChildProcess.spawn {
      do throws(SysError) {
        try SignalQueue.resetAll()
        try program.executeFirst(of: [path])
      } catch {
        obstacle = error
        CurrentProcess.exit(127)
      }
    }
    let ending = try helper.wait()
    if let obstacle { throw obstacle }
    guard ending == .exited(code: 0) else { throw SysError(.execve, path, .notPermitted) }
  }
}

extension ChildProcess {
  /// Writes the maps of a child in a new user namespace.
  func map(_ identity: Identity) throws(SysError) {
    guard let range = identity.range else {
      return try setIDMaps(
        user: IDMap(inside: identity.user, outside: identity.hostUser),
        group: IDMap(inside: identity.group, outside: identity.hostGroup),
        denySetgroups: !identity.isOfRoot)
    }
    switch identity.launcher {
    case .root: try setIDMaps(users: range.users.map(IDMap.init), groups: range.groups.map(IDMap.init))
    case .user:
      try IDMapHelper.users.map(range.users, of: self)
      // Nobody inside may leave a group that a file refuses.
      try denySetgroups()
      try IDMapHelper.groups.map(range.groups, of: self)
    }
  }
}

extension IDMap {
  fileprivate init(_ span: IdentityRange.Span) {
    self.init(inside: span.inside, outside: span.outside, count: span.count)
  }
}
