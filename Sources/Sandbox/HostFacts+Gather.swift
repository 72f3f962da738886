package import Linux
package import Planning

extension HostFacts {
  /// The first of the host users that workloads started by root become: above systemd's container range, below 2^31.
  package static var firstReservedUser: UInt32 { Identity.firstReserved }

  /// Reads what planning needs from this machine.
  package static func gather() throws(SysError) -> HostFacts {
    var facts = HostFacts(
      callerUser: CurrentProcess.user, callerGroup: CurrentProcess.group,
      callerGroups: try CurrentProcess.supplementaryGroups(),
      // A process number is unique among the living, so no two running workloads share a user.
      reservedUser: firstReservedUser + UInt32(CurrentProcess.id),
      systemEntries: try entries(BaseRoot.systemFolders, BaseRoot.sharedEtc))
    facts.memory = try Machine.memory()
    return facts
  }

  private static func entries(_ folders: [String], _ others: [String]) throws(SysError) -> [SystemEntry] {
    var result: [SystemEntry] = []
    result.reserveCapacity(folders.count + others.count)
    for path in folders { try look(at: path, &result) }
    for path in others { try look(at: path, &result) }
    return result
  }

  private static func look(at path: String, _ result: inout [SystemEntry]) throws(SysError) {
    switch try whatStands(at: path) {
    case .nothing: return
    case .link(let target): result.append(SystemEntry(path: path, linkTarget: target))
    case .other: result.append(SystemEntry(path: path, linkTarget: nil))
    }
  }
}
