/// One thing that PID 1 does to the new namespaces. Each case is executed by the file of its name in Sandbox/Steps.
package enum SetupStep: Hashable, Sendable {
  case hostName(HostNameStep)
  case rootFileSystem(RootFileSystemStep)
  case baseTree(BaseTreeStep)
  case folder(FolderStep)
  case link(LinkStep)
  case file(FileStep)
  case machineID(MachineIDStep)
  case bind(BindStep)
  case overlay(OverlayStep)
  case hold(HoldStep)
  case scratch(ScratchStep)
  case controlGroups(ControlGroupsStep)
  case terminals(TerminalsStep)
  case processes(ProcessesStep)
  case network(NetworkStep)
  case enterRoot(EnterRootStep)
  case sealRoot(SealRootStep)
  case closeUserNamespaces(CloseUserNamespacesStep)
  case dropPrivileges(DropPrivilegesStep)
  case privateFolder(PrivateFolderStep)
  case reach(ReachStep)
}

/// Sets the host name.
package struct HostNameStep: Codable, Hashable, Sendable {
  package var name: String
}

/// Enters a network namespace that has a loopback interface and nothing else.
package struct NetworkStep: Codable, Hashable, Sendable {}

/// Mounts the tmpfs that all else is put into.
package struct RootFileSystemStep: Codable, Hashable, Sendable {
  package var bytes: UInt64
  package var files: UInt64
}

/// Makes a folder of a capsule the root, which is never written to: what the set-up makes in it, and what a program may change,
/// lies in the tmpfs before it, under the same limit as all that is written there.
package struct BaseTreeStep: Codable, Hashable, Sendable {
  package var lower: BindStep
  /// The id of the installed capsule that it belongs to; nil for the one that runs.
  package var capsule: String?
}

/// Puts an empty folder of the root's own tmpfs at a path, whatever the base has there.
package struct FolderStep: Codable, Hashable, Sendable {
  package var path: String
}

/// Makes a symbolic link in the new root.
package struct LinkStep: Codable, Hashable, Sendable {
  package var path: String
  package var target: String
}

/// Makes a small file in the new root.
package struct FileStep: Hashable, Sendable {
  package var path: String
  /// Text in UTF-8. Not a `String`: to let go of a longer one sets up a generic type at each start.
  package var content: [UInt8]
}

/// Makes a file with a number that only this run of the sandbox has.
package struct MachineIDStep: Codable, Hashable, Sendable {
  package var path: String
}

/// Which file or folder of the host something is, however it is named.
package struct SourceIdentity: Codable, Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// Shows a file or folder of the host in the new root.
package struct BindStep: Codable, Hashable, Sendable {
  package enum Access: String, Codable, Hashable, Sendable {
    case read, write
    /// Writable, and the capsule's own for longer than it runs.
    case state
    /// A device node: it can be opened for writing, but is no file that could be executed.
    case device
    /// A socket: it can be connected to, and nothing else.
    case socket
  }

  /// What happens when the source is not there.
  package enum Presence: String, Codable, Hashable, Sendable {
    case required, optional
  }

  package var source: String
  package var target: String
  package var access: Access
  package var presence: Presence
  /// Which file or folder of the host it must be; nil for what belongs to the system, and for what was not there.
  package var identity: SourceIdentity?
  /// Whether the owner of the source is shown as the workload's user, so that permission bits mean what they say.
  package var mapsOwner: Bool

  /// Whether links on the way to the target are followed, within the new root: what somebody has named is where he would look
  /// for it, and what each sandbox has is where it belongs.
  package var followsLinks: Bool { identity != nil && target != CapsulePlanning.folder }
}

extension BindStep {
  /// Whether what is shown can be changed.
  package var isWritable: Bool { access == .write || access == .state }
}

/// Shows a folder of the host so that it can be changed, and the folder stays as it is. The changes lie in the root's own
/// tmpfs, under the same limit as all that is written there; or in a folder of the host, and are there at the next start.
package struct OverlayStep: Codable, Hashable, Sendable {
  /// Where it is shown.
  package var path: String
  /// What is never written to, at a path below `path`.
  package var lower: BindStep
  /// What holds the changes when they are kept, at a path below `path`; nil when they lie in memory.
  package var changes: BindStep?

  init(path: String, lower: BindStep, changes: BindStep?) {
    self.path = path
    self.lower = lower
    self.lower.target = path + "/lower"
    self.changes = changes
    self.changes?.target = path + "/changes"
  }
}

/// Keeps a folder of a write grant at its place, as a read grant lies below it: otherwise both could be moved away, and others put
/// in their place.
package struct HoldStep: Codable, Hashable, Sendable {
  package var path: String
}

/// A folder of the root's own tmpfs that stays writable.
package struct ScratchStep: Codable, Hashable, Sendable {
  package var path: String
}

/// Mounts the control groups of the sandbox read-only, so that programs find their limits. A kernel without version 2 of them
/// has nothing to show.
package struct ControlGroupsStep: Codable, Hashable, Sendable {
  package var path: String
}

/// Mounts terminals that only the sandbox's own programs can make and see.
package struct TerminalsStep: Codable, Hashable, Sendable {
  package var path: String
  /// How many there can be at once.
  package var most: Int
}

/// Mounts a /proc that shows the processes of the sandbox only, without what everybody could read there about the host.
package struct ProcessesStep: Codable, Hashable, Sendable {
  package var path: String
  /// Files that nobody can read then; those that a kernel does not have are left out.
  package var hiddenFiles: [String]
  /// Folders that are empty then.
  package var hiddenFolders: [String]
  /// The process list of the host that is shown in its place; nil for one of its own.
  package var source: String?

  /// How one of the host is shown; nil for one of its own.
  package var outer: BindStep? {
    source.map { BindStep(source: $0, target: path, access: .read, presence: .required, mapsOwner: false) }
  }

  /// A file of every /proc that only root of the host may read, which is in no sandbox: it covers the hidden files.
  package static let unreadableFile = "kmsg"
  /// A folder of every /proc in which nothing can be made: it covers the hidden folders.
  package static let emptyFolder = "fs/nfsd"
}

/// Makes the new root the root, and lets go of the host's.
package struct EnterRootStep: Codable, Hashable, Sendable {}

/// Makes file systems of the root's own read-only.
package struct SealRootStep: Codable, Hashable, Sendable {
  package var paths: [String]

  /// Whether the root itself is among them.
  package var sealsRoot: Bool {
    for path in paths where path.utf8.count == 1 { return true }
    return false
  }
}

/// Forbids the making of further user namespaces inside.
package struct CloseUserNamespacesStep: Codable, Hashable, Sendable {}

/// Gives up all capabilities for good, and the gaining of new ones by executing a file.
package struct DropPrivilegesStep: Codable, Hashable, Sendable {}

/// Makes a folder of the host that is there for this run alone, and removes it at the end.
package struct PrivateFolderStep: Codable, Hashable, Sendable {
  package var path: String
}

/// Lets something of the host be used where it is, as there is no mount namespace to show it in. It must be found at `path`, be
/// that through links.
package struct ReachStep: Codable, Hashable, Sendable {
  package var path: String
  /// What was looked at.
  package var source: String
  package var access: BindStep.Access
  package var presence: BindStep.Presence
  /// Nil for what was not there.
  package var identity: SourceIdentity?
}
