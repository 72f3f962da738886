internal import CLinux
internal import Glibc

/// Rules on files that the kernel holds a process and its children to, by Landlock: what no rule allows is refused.
///
/// They can be narrowed and never widened again, need no privilege, and hold beside mounts and permission bits. landlock(7)
package struct FileRuleset: ~Copyable {
  private let descriptor: Descriptor
  private let version: CInt

  /// What may be done with files.
  package struct Rights: OptionSet, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static var execute: Rights { Rights(rawValue: cl_landlock_execute) }
    package static var readFile: Rights { Rights(rawValue: cl_landlock_read_file) }
    package static var readFolder: Rights { Rights(rawValue: cl_landlock_read_folder) }
    package static var writeFile: Rights { Rights(rawValue: cl_landlock_write_file | cl_landlock_truncate) }
    /// ioctl on devices.
    package static var controlDevice: Rights { Rights(rawValue: cl_landlock_device_control) }
    /// Making, moving and removing entries, but no device nodes.
    package static var changeFolder: Rights { Rights(rawValue: cl_landlock_change_folder) }

    package static var reading: Rights { Rights(rawValue: execute.rawValue | readFile.rawValue | readFolder.rawValue) }
    package static var changing: Rights {
      Rights(rawValue: reading.rawValue | writeFile.rawValue | changeFolder.rawValue)
    }
    /// Of files and devices that are there, without making any.
    package static var using: Rights {
      Rights(rawValue: readFile.rawValue | readFolder.rawValue | writeFile.rawValue | controlDevice.rawValue)
    }
  }

  /// Makes rules that withhold everything that the running kernel can withhold. landlock_create_ruleset(2)
  package static func ofAllRights() throws(SysError) -> FileRuleset {
    let version = try check(.landlock_create_ruleset, "version") { cl_landlock_version() }
    let number = try check(.landlock_create_ruleset, "rules on files") { cl_landlock_create(cl_landlock_all(version)) }
    return FileRuleset(descriptor: Descriptor(owning: number), version: version)
  }

  /// The same, and no listening and connecting, no signal and no abstract socket that leads out, as far as the running kernel
  /// can withhold that.
  package static func ofEverything() throws(SysError) -> FileRuleset {
    let version = try check(.landlock_create_ruleset, "version") { cl_landlock_version() }
    let number = try check(.landlock_create_ruleset, "rules on everything") { cl_landlock_create_closed(version) }
    return FileRuleset(descriptor: Descriptor(owning: number), version: version)
  }

  /// Allows rights at an open file or folder, and everywhere below a folder. landlock_add_rule(2)
  package func allow(_ rights: Rights, at place: borrowing Descriptor, named subject: String) throws(SysError) {
    var wanted = rights.rawValue & cl_landlock_all(version)
    if try place.status(of: subject).kind != .folder { wanted &= cl_landlock_of_files }
    // A rule that allows nothing is refused, and would be none.
    guard wanted != 0 else { return }
    try check(.landlock_add_rule, subject) { cl_landlock_allow(descriptor.number, place.number, wanted) }
  }

  /// Allows a standard stream to be opened again by its name (/dev/stdin), for no more than it is open for already. One that is
  /// no file, such as a pipe, needs no rule.
  package func allowReopening(_ stream: StandardStream) throws(SysError) {
    var status = stat()
    try check(.fstat, stream.name) { fstat(stream.rawValue, &status) }
    let kind = FileStatus(status).kind
    guard kind == .file || kind == .characterDevice else { return }
    let mode = try check(.fcntl, stream.name) { cl_access_mode(stream.rawValue) }
    var wanted: UInt64 = 0
    if mode != O_WRONLY { wanted |= Rights.readFile.rawValue }
    if mode != O_RDONLY { wanted |= Rights.writeFile.rawValue }
    if kind == .characterDevice { wanted |= Rights.controlDevice.rawValue }
    wanted &= cl_landlock_all(version)
    do throws(SysError) {
      try check(.landlock_add_rule, stream.name) { cl_landlock_allow(descriptor.number, stream.rawValue, wanted) }
    } catch let error where error.errno == .badState {
      // A file that stands nowhere, as memfd_create(2) makes: it needs no rule either.
      return
    }
  }

  /// Holds this process to the rules from now on; needs `forbidNewPrivileges` before. What they refuse to the program that it
  /// becomes can be written to the machine's audit log, if there is one. landlock_restrict_self(2)
  package func confine(loggingRefusals logs: Bool) throws(SysError) {
    try check(.landlock_restrict_self, "rules on files") { cl_landlock_confine(descriptor.number, version, logs) }
  }
}
