/// A granted device or socket that the workload cannot use all the same: the host's own permissions keep it out.
package struct ClosedGrant: Hashable, Sendable {
  package let path: String
  package let access: BindStep.Access
  package let owner: UInt32
  package let group: UInt32
  package let mode: UInt32
}

extension Plan {
  /// The devices and sockets of the plan that their permission bits keep the workload from. `look` tells what stands at a
  /// path of the host.
  package func closedGrants(_ look: (String) -> HostFile?) -> [ClosedGrant] {
    var found: [ClosedGrant] = []
    for step in setup {
      guard case .bind(let bind) = step, bind.identity != nil, bind.access == .device || bind.access == .socket,
        let file = look(bind.source)
      else { continue }
      let subject = FileSubject(identity: identity, mappedOwner: bind.mapsOwner ? (file.owner, file.group) : nil)
      // A device may be meant for reading only.
      let isOpen = subject.has(.write, on: file) || bind.access == .device && subject.has(.read, on: file)
      if isOpen { continue }
      found.append(
        ClosedGrant(path: bind.source, access: bind.access, owner: file.owner, group: file.group, mode: file.mode))
    }
    return found
  }
}
