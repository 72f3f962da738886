/// What planning needs to know of this machine and of the caller, read beforehand so that planning stays pure.
package struct HostFacts: Hashable, Sendable {
  /// A file or folder of the system, which may be a link: on a merged-usr system /bin is one.
  package struct SystemEntry: Hashable, Sendable {
    package var path: String
    package var linkTarget: String?

    package init(path: String, linkTarget: String?) {
      self.path = path
      self.linkTarget = linkTarget
    }
  }

  package var callerUser: UInt32
  package var callerGroup: UInt32
  /// The caller's supplementary groups.
  package var callerGroups: [UInt32]
  /// The host user that a workload started by root becomes.
  package var reservedUser: UInt32
  /// Those of `BaseRoot.systemFolders` and `BaseRoot.sharedEtc` that exist, in that order.
  package var systemEntries: [SystemEntry]
  /// How much memory this machine has, in bytes.
  package var memory: UInt64 = 0
  /// What is missing here; nil where nothing may be.
  package var abilities: MachineAbilities?

  package init(
    callerUser: UInt32, callerGroup: UInt32, callerGroups: [UInt32], reservedUser: UInt32, systemEntries: [SystemEntry]
  ) {
    self.callerUser = callerUser
    self.callerGroup = callerGroup
    self.callerGroups = callerGroups
    self.reservedUser = reservedUser
    self.systemEntries = systemEntries
  }

  package var isRoot: Bool { callerUser == 0 }
}
