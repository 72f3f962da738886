internal import CLinux
internal import Glibc

/// A control group, by its open folder: what it is told and what it tells are small files there. cgroups(7)
package struct ControlGroup: ~Copyable {
  /// As it was opened, for errors alone.
  package let path: String
  private let folder: Descriptor

  /// Opens a group, which must not be a link.
  package static func open(_ path: String) throws(SysError) -> ControlGroup {
    ControlGroup(path: path, folder: try Descriptor.open(path, .folderItself))
  }

  private init(path: String, folder: consuming Descriptor) {
    self.path = path
    self.folder = folder
  }

  /// Opens a group in this one.
  package func open(child name: String) throws(SysError) -> ControlGroup {
    ControlGroup(path: path + "/" + name, folder: try folder.open(try Self.part(name), .folderItself))
  }

  /// Makes a group in this one, which must not be there. mkdir(2)
  package func make(child name: String) throws(SysError) {
    try named(name) { name throws(SysError) in try folder.makeNewFolder(try Self.part(name), mode: 0o755) }
  }

  /// Removes a group in this one that holds neither processes nor groups; else EBUSY. rmdir(2)
  package func remove(child name: String) throws(SysError) {
    try named(name) { name throws(SysError) in try folder.removeFolder(try Self.part(name)) }
  }

  /// The names of the groups in this one.
  package func children() throws(SysError) -> [String] {
    var names: [String] = []
    for name in try folder.entries() where try isFolder(name) { names.append(name) }
    return names
  }

  /// Somebody else may have removed it since it was listed.
  private func isFolder(_ name: String) throws(SysError) -> Bool {
    do throws(SysError) {
      return try folder.status(ofEntry: name).kind == .folder
    } catch let error where error.errno == .noSuchFile {
      return false
    }
  }

  /// A name that could lead elsewhere is none.
  private static func part(_ name: String) throws(SysError) -> String {
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
      throw SysError(.open, name, .invalidArgument)
    }
    return name
  }

  private func named<Result: ~Copyable>(
    _ name: String, _ body: (String) throws(SysError) -> Result
  ) throws(SysError) -> Result {
    do throws(SysError) {
      return try body(name)
    } catch {
      throw SysError(error.call, path + "/" + name, error.errno)
    }
  }
}

// Its files.
extension ControlGroup {
  /// Tells it something: one call of write(2), as the kernel takes each as a whole.
  package func write(_ text: String, to file: String) throws(SysError) {
    try named(file) { file throws(SysError) in
      try folder.open(file, .write).write(Array(text.utf8), to: file)
    }
  }

  /// What it tells; nil when it has no such file, as that of a controller that it does not have.
  package func read(_ file: String) throws(SysError) -> String? {
    do throws(SysError) {
      let bytes = try folder.open(file, .read).readAll(of: file, limit: 1 << 20)
      return String(decoding: bytes, as: UTF8.self)
    } catch let error where error.errno == .noSuchFile || error.errno == .notSupported {
      return nil
    }
  }

  /// The number of a file that holds one alone; nil also for `max`.
  package func number(in file: String) throws(SysError) -> UInt64? {
    try read(file).flatMap { UInt64($0.filter { $0 != "\n" }) }
  }

  /// The number behind a word, in a file that has one of each in a line.
  package func number(of word: String, in file: String) throws(SysError) -> UInt64? {
    guard let text = try read(file) else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == word { return UInt64(words[1]) }
    }
    return nil
  }

  package func has(_ file: String) -> Bool { faccessat(folder.number, file, F_OK, 0) == 0 }

  /// Whether the caller may make groups in it, move processes to it and hand controllers on. faccessat(2)
  package var isWritable: Bool {
    for name in [".", "cgroup.procs", "cgroup.subtree_control"]
    where faccessat(folder.number, name, W_OK, AT_EACCESS) != 0 { return false }
    return true
  }
}

// Its processes.
extension ControlGroup {
  /// Those that are in this very group, and can be seen from here.
  package func processes() throws(SysError) -> [CInt] {
    (try read("cgroup.procs") ?? "").split(separator: "\n").compactMap { CInt($0) }
  }

  /// Moves a process to this group; 0 is the calling one.
  package func add(process id: CInt) throws(SysError) { try write(String(id), to: "cgroup.procs") }

  /// Through which a process moves itself here, whoever it is by then: the kernel asks for the rights of whoever opened it.
  package func entrance() throws(SysError) -> ControlGroupEntrance {
    ControlGroupEntrance(file: try folder.open("cgroup.procs", .write), path: path)
  }

  /// Whether there is a living process in this group, or below; nil where the kernel does not tell.
  package func isPopulated() throws(SysError) -> Bool? {
    try number(of: "populated", in: "cgroup.events").map { $0 != 0 }
  }

  /// The same to be waited for; nil where it cannot be.
  package func events() throws(SysError) -> ControlGroupEvents? {
    let file = "cgroup.events"
    do throws(SysError) {
      return try ControlGroupEvents.wait(for: try folder.open(file, .read), path: path + "/" + file)
    } catch let error where error.errno == .noSuchFile || error.errno == .notPermitted {
      return nil
    }
  }

  /// Ends every process of this group and below. cgroup.kill, since Linux 5.14; false on an older one
  package func kill() throws(SysError) -> Bool {
    guard has("cgroup.kill") else { return false }
    try write("1", to: "cgroup.kill")
    return true
  }

  /// Tells others that its owner lives, as long as this value is there; false when somebody else does so. flock(2)
  package func claim() throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.flock, path) { flock(folder.number, LOCK_EX | LOCK_NB) }
      return true
    } catch let error where error.errno == .tryAgain {
      return false
    }
  }

  /// For a process that is born in it.
  package func duplicateFolder() throws(SysError) -> Descriptor { try folder.duplicate() }

  package var keptNumber: DescriptorNumber { folder.keptNumber }
}

/// The way into a control group for the process that uses it.
package struct ControlGroupEntrance: ~Copyable {
  private let file: Descriptor
  private let path: String

  init(file: consuming Descriptor, path: String) {
    self.file = file
    self.path = path
  }

  /// Moves the calling process.
  package func pass() throws(SysError) { try file.write([UInt8(ascii: "0")], to: path + "/cgroup.procs") }

  package var keptNumber: DescriptorNumber { file.keptNumber }
}

/// Makes the calling process's group the root of the groups that it and its children see. unshare(2)
package func unshareControlGroups() throws(SysError) {
  try check(.unshare, "the control groups") { cl_unshare(cl_clone_new_cgroup) }
}
