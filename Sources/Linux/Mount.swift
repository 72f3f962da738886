internal import CLinux
internal import Glibc

/// A mount that stands nowhere yet: it can be restricted, given an id map, and then attached once.
package struct Mount: ~Copyable {
  private let descriptor: Descriptor
  private let subject: String

  /// What a mount forbids.
  package struct Attributes: OptionSet, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static var readOnly: Attributes { Attributes(rawValue: cl_mount_read_only) }
    package static var noSetuid: Attributes { Attributes(rawValue: cl_mount_no_suid) }
    package static var noDevices: Attributes { Attributes(rawValue: cl_mount_no_dev) }
    package static var noExecution: Attributes { Attributes(rawValue: cl_mount_no_exec) }

    // The combinations that are in use. An array literal of an option set would be built by generic code at each start.

    /// Of every mount: no set-user-id file means anything, and no device node.
    package static var plain: Attributes { Attributes(rawValue: cl_mount_no_suid | cl_mount_no_dev) }
    package static var plainReadOnly: Attributes { Attributes(rawValue: plain.rawValue | cl_mount_read_only) }
    package static var plainWithoutPrograms: Attributes { Attributes(rawValue: plain.rawValue | cl_mount_no_exec) }
    package static var plainReadOnlyWithoutPrograms: Attributes {
      Attributes(rawValue: plainReadOnly.rawValue | cl_mount_no_exec)
    }
    /// Of terminals, which are devices.
    package static var terminals: Attributes { Attributes(rawValue: cl_mount_no_suid | cl_mount_no_exec) }
    /// Of a device node.
    package static var node: Attributes {
      Attributes(rawValue: cl_mount_no_suid | cl_mount_read_only | cl_mount_no_exec)
    }
    /// Of a socket.
    package static var socket: Attributes { Attributes(rawValue: node.rawValue | cl_mount_no_dev) }
  }

  /// A copy of what is mounted at `path`, with all that is mounted below it when `recursive`. open_tree(2)
  package static func copy(of path: String, recursive: Bool) throws(SysError) -> Mount {
    let number = try check(.open_tree, path) { path.withCString { cl_open_tree(AT_FDCWD, $0, recursive) } }
    return Mount(descriptor: Descriptor(owning: number), subject: path)
  }

  /// A copy of the mount at a place that is already held open. open_tree(2)
  package static func copy(of place: borrowing Descriptor, named subject: String, recursive: Bool)
    throws(SysError) -> Mount
  {
    let number = try check(.open_tree, subject) { cl_open_tree(place.number, "", recursive) }
    return Mount(descriptor: Descriptor(owning: number), subject: subject)
  }

  /// Adds restrictions, to all mounts of the copied tree when `recursive`. mount_setattr(2)
  package func restrict(_ attributes: Attributes, recursive: Bool) throws(SysError) {
    try check(.mount_setattr, subject) {
      cl_mount_setattr(descriptor.number, recursive, attributes.rawValue, 0, -1)
    }
  }

  /// Shows the files with the owners that the map of a user namespace gives them. mount_setattr(2), MOUNT_ATTR_IDMAP
  package func mapOwners(by namespace: borrowing UserNamespace) throws(SysError) {
    try check(.mount_setattr, subject) {
      cl_mount_setattr(descriptor.number, false, 0, 0, namespace.descriptor.number)
    }
  }

  /// Attaches the mount on a file or folder. move_mount(2)
  package func attach(on place: borrowing Descriptor) throws(SysError) {
    try check(.move_mount, subject) { cl_move_mount(descriptor.number, place.number) }
  }

  /// Sets the permission bits of what stands at the root of the mount. fchmodat(2)
  package func setMode(_ mode: UInt32) throws(SysError) {
    try check(.chmod, subject) { fchmodat(descriptor.number, ".", mode, 0) }
  }

  /// What stands at the root of the mount.
  package func status() throws(SysError) -> FileStatus {
    try descriptor.status(of: subject)
  }

  /// The number to keep when everything else is closed.
  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}

extension Mount.Attributes {
  /// The flags of mount(2) for the same restrictions.
  var mountFlags: CUnsignedLong {
    var flags: CUnsignedLong = 0
    if contains(.readOnly) { flags |= CUnsignedLong(MS_RDONLY) }
    if contains(.noSetuid) { flags |= CUnsignedLong(MS_NOSUID) }
    if contains(.noDevices) { flags |= CUnsignedLong(MS_NODEV) }
    if contains(.noExecution) { flags |= CUnsignedLong(MS_NOEXEC) }
    return flags
  }
}

/// A new file system, made where it shall stand. mount(2), which is faster here than fsopen(2) and fsmount(2).
package enum FileSystem {
  /// Mounts a file system of `type` on the folder at `path`.
  package static func mount(
    type: String, on path: String, _ attributes: Mount.Attributes, options: String
  ) throws(SysError) {
    try check(.mount, "\(type) on \(path)") { mount(type, path, attributes, options) }
  }

  /// Mounts a file system of `type` on a folder that is held open, which no link can lead elsewhere. The folder becomes the
  /// current one. fchdir(2)
  package static func mount(
    type: String, on place: borrowing Descriptor, named path: String, _ attributes: Mount.Attributes, options: String
  ) throws(SysError) {
    try check(.chdir, path) { fchdir(place.number) }
    try check(.mount, "\(type) on \(path)") { mount(type, ".", attributes, options) }
  }

  // Texts that are handed over as they are would be copied into arrays first.
  private static func mount(_ type: String, _ path: String, _ attributes: Mount.Attributes, _ options: String) -> CInt {
    type.withCString { type in
      path.withCString { path in options.withCString { Glibc.mount(type, path, type, attributes.mountFlags, $0) } }
    }
  }

  private static func bind(_ source: String, on name: String) -> CInt {
    source.withCString { source in
      name.withCString { Glibc.mount(source, $0, nil, CUnsignedLong(MS_BIND), nil) }
    }
  }

  /// Puts what stands under one name of a folder over what stands under others, none of which may be a link; a name that is
  /// not there is left out, and the number of those that are is returned. The folder becomes the current one. mount(2)
  package static func cover(
    _ names: [String], by source: String, in folder: borrowing Descriptor
  ) throws(SysError) -> Int {
    try check(.chdir, source) { fchdir(folder.number) }
    var count = 0
    for name in names {
      do throws(SysError) {
        try check(.mount, name) { bind(source, on: name) }
        count += 1
      } catch let error where error.errno == .noSuchFile {
        continue
      }
    }
    return count
  }

  /// Adds restrictions to the mount at `path`, not to those below it. mount_setattr(2)
  package static func restrict(_ path: String, _ attributes: Mount.Attributes) throws(SysError) {
    let place = try Descriptor.open(path, .place)
    try check(.mount_setattr, path) { cl_mount_setattr(place.number, false, attributes.rawValue, 0, -1) }
  }
}
