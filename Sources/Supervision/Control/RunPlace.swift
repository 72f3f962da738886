internal import Linux

/// The folder in which each running capsule has a folder of its own.
package struct RunPlace: Hashable, Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Where the caller's capsules run.
  ///
  /// Those of an ordinary user run below the folder that the system made for his session: XDG_RUNTIME_DIR where that is his own,
  /// else /run/user/UID, so that he and whoever becomes him by `--user` look at the same place; where there is none, in /tmp.
  package static func ofCaller() throws(RunFolderError) -> RunPlace {
    if let chosen = CurrentProcess.environmentValue("CAPSRUN_RUN"), !chosen.isEmpty {
      guard chosen.hasPrefix("/") else { throw .relativePlace(variable: "CAPSRUN_RUN") }
      return RunPlace(path: withoutSlashesAtEnd(chosen))
    }
    let user = CurrentProcess.user
    if user == 0 { return RunPlace(path: "/run/capsrun") }
    let session = CurrentProcess.environmentValue("XDG_RUNTIME_DIR")
    for path in [session, "/run/user/\(user)"] {
      guard let path, path.hasPrefix("/"), isFolder(path, of: user) else { continue }
      return RunPlace(path: withoutSlashesAtEnd(path) + "/capsrun")
    }
    return RunPlace(path: "/tmp/capsrun-\(user)")
  }

  static func orOfCaller(_ place: RunPlace?) throws(RunFolderError) -> RunPlace {
    if let place { return place }
    return try ofCaller()
  }

  /// A slash at the end would follow a link.
  private static func withoutSlashesAtEnd(_ path: String) -> String {
    var rest = path[...]
    while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
    return String(rest)
  }

  private static func isFolder(_ path: String, of user: UInt32) -> Bool {
    do throws(SysError) {
      let status = try Descriptor.open(path, .place).status(of: path)
      return status.kind == .folder && status.owner == user
    } catch {
      // Whatever stands there, it is not the caller's to use.
      return false
    }
  }

  /// Opens it; nil when there is none. A link is refused, and so is what another user owns or can write to.
  func open() throws(RunFolderError) -> Descriptor? {
    let folder: Descriptor
    do throws(SysError) {
      folder = try Descriptor.open(path, .folderItself)
    } catch {
      try Self.refuse(error, path)
      return nil
    }
    return try Self.checked(folder, path)
  }

  /// The same of the folder of a name.
  func open(_ name: String, in parent: borrowing Descriptor) throws(RunFolderError) -> Descriptor? {
    let path = "\(path)/\(name)"
    let folder: Descriptor
    do throws(SysError) {
      folder = try parent.open(name, .folderItself)
    } catch {
      try Self.refuse(error, path)
      return nil
    }
    return try Self.checked(folder, path)
  }

  /// Opens it, made where there is none.
  func openOrMake() throws(RunFolderError) -> Descriptor {
    if let folder = try open() { return folder }
    do throws(SysError) {
      try WholeFile.makeFolder(path, mode: 0o700)
    } catch {
      throw .system(error, doing: "make \"\(path)\"")
    }
    guard let folder = try open() else { throw .system(SysError(.open, path, .noSuchFile), doing: "open \"\(path)\"") }
    return folder
  }

  /// Throws but for what is not there.
  private static func refuse(_ error: SysError, _ path: String) throws(RunFolderError) {
    switch error.errno {
    case .noSuchFile: return
    case .tooManyLinks, .notDirectory: throw .notAFolder(path: path)
    default: throw .system(error, doing: "open \"\(path)\"")
    }
  }

  /// Only the caller may own it and write in it: nobody else can have put anything there then.
  private static func checked(_ folder: consuming Descriptor, _ path: String) throws(RunFolderError) -> Descriptor {
    let status: FileStatus
    do throws(SysError) {
      status = try folder.status(of: path)
    } catch {
      throw .system(error, doing: "look at \"\(path)\"")
    }
    guard status.owner == CurrentProcess.user else { throw .foreign(path: path, owner: status.owner) }
    guard status.mode & 0o022 == 0 else { throw .openToOthers(path: path) }
    return folder
  }
}
