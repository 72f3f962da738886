internal import CLinux
internal import Glibc

/// What a file is and whose, at one moment. fstat(2)
package struct FileStatus: Hashable, Sendable {
  package enum Kind: UInt8, Hashable, Sendable {
    case file, folder, link, characterDevice, blockDevice, socket, other

    /// Written out: what is derived is called from other modules by a table that each start would have to set up.
    package static func == (one: Kind, other: Kind) -> Bool { one.rawValue == other.rawValue }
  }

  /// Which file it is, however it is named.
  package struct Identity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
  }

  package let kind: Kind
  package let identity: Identity
  package let owner: UInt32
  package let group: UInt32
  /// The twelve permission bits.
  package let mode: UInt32
  /// How many names it has.
  package let linkCount: Int
  /// The bytes of a file's content.
  package let size: Int
  /// Which device a device node stands for; of no meaning for anything else.
  package let deviceNumber: DeviceNumber
  /// When the content was changed, in seconds since 1970.
  package let changed: Int

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFSOCK: .socket
      default: .other
      }
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    owner = status.st_uid
    group = status.st_gid
    mode = UInt32(status.st_mode) & 0o7777
    linkCount = Int(status.st_nlink)
    size = Int(status.st_size)
    changed = Int(status.st_mtim.tv_sec)
    deviceNumber = DeviceNumber(UInt64(status.st_rdev))
  }
}

/// The number of a device, as Linux's list of devices has it. makedev(3)
package struct DeviceNumber: Hashable, Sendable {
  package let major: UInt32
  package let minor: UInt32

  init(_ number: UInt64) {
    major = UInt32(truncatingIfNeeded: number >> 8 & 0xFFF | number >> 32 & 0xFFFF_F000)
    minor = UInt32(truncatingIfNeeded: number & 0xFF | number >> 12 & 0xFFFF_FF00)
  }
}

extension Descriptor {
  /// What this descriptor holds open; `subject` names it in the error.
  @discardableResult
  package func status(of subject: String) throws(SysError) -> FileStatus {
    var status = stat()
    try check(.fstat, subject) { fstat(number, &status) }
    return FileStatus(status)
  }

  /// Whether it is a file of the kernel's own, in a process list. fstatfs(2)
  package func isOfProcesses(_ subject: String) throws(SysError) -> Bool {
    try check(.statfs, subject) { cl_is_of_processes(number) } == 1
  }

  /// What stands in this folder under a name, without following it when it is a link. fstatat(2)
  package func status(ofEntry name: String) throws(SysError) -> FileStatus {
    var status = stat()
    try check(.fstat, name) { fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) }
    return FileStatus(status)
  }
}
