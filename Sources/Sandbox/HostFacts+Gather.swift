package import Linux
package import Planning

extension HostFacts {
  /// The first of the host users that workloads started by root become: above systemd's container range, below 2^31.
  package static let firstReservedUser = Identity.firstReserved

  /// Reads what planning needs from this machine.
  package static func gather() throws(SysError) -> HostFacts {
    var facts = HostFacts(
      callerUser: CurrentProcess.user, callerGroup: CurrentProcess.group,
      callerGroups: try CurrentProcess.supplementaryGroups(),
      // A process number is unique among the living, so no two running workloads share a user.
      reservedUser: firstReservedUser + UInt32(CurrentProcess.id),
      systemEntries: try entries(BaseRoot.systemFolders + BaseRoot.sharedEtc))
    facts.memory = try Machine.memory()
    return facts
  }

  private static func entries(_ paths: [String]) throws(SysError) -> [SystemEntry] {
    var result: [SystemEntry] = []
    for path in paths {
      do throws(SysError) {
        result.append(SystemEntry(path: path, linkTarget: try linkTarget(of: path)))
      } catch let error where error.errno == .noSuchFile {
        continue
      }
    }
    return result
  }
}
