package import Linux
package import Planning

extension HostFacts {
  /// The first of the host users that workloads started by root become: above systemd's container range, below 2^31.
  package static let firstReservedUser: UInt32 = 1_900_000_000

  /// Reads what planning needs from this machine.
  package static func gather() throws(SysError) -> HostFacts {
    HostFacts(
      callerUser: CurrentProcess.user, callerGroup: CurrentProcess.group,
      // A process number is unique among the living, so no two running workloads share a user.
      reservedUser: firstReservedUser + UInt32(CurrentProcess.id),
      systemFolders: try kinds(of: BaseRoot.systemFolders), etc: try kinds(of: BaseRoot.sharedEtc))
  }

  private static func kinds(of paths: [String]) throws(SysError) -> [String: SystemFolder] {
    var result: [String: SystemFolder] = [:]
    for path in paths {
      do throws(SysError) {
        result[path] = try linkTarget(of: path).map { .link(to: $0) } ?? .folder
      } catch where error.errno == .noSuchFile {
        continue
      }
    }
    return result
  }
}
