/// What planning needs to know of this machine and of the caller, read beforehand so that planning stays pure.
package struct HostFacts: Hashable, Sendable {
  /// A folder beside /usr that a merged-usr system has as a link.
  package enum SystemFolder: Hashable, Sendable {
    case link(to: String)
    case folder
  }

  package var callerUser: UInt32
  package var callerGroup: UInt32
  /// The host user that a workload started by root becomes.
  package var reservedUser: UInt32
  /// `/bin`, `/lib64` and the like, those that exist, by path.
  package var systemFolders: [String: SystemFolder]
  /// Which of `BaseRoot.sharedEtc` exist.
  package var etc: [String: SystemFolder]

  package init(
    callerUser: UInt32, callerGroup: UInt32, reservedUser: UInt32, systemFolders: [String: SystemFolder],
    etc: [String: SystemFolder]
  ) {
    self.callerUser = callerUser
    self.callerGroup = callerGroup
    self.reservedUser = reservedUser
    self.systemFolders = systemFolders
    self.etc = etc
  }

  package var isRoot: Bool { callerUser == 0 }
}
