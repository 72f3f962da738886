internal import Linux

/// The folder for what lives until the next boot: only its owner may look into it.
struct RunFolder {
  let path: String

  /// `$CAPSRUN_RUN`; else /run/capsrun for root, and $XDG_RUNTIME_DIR/capsrun or /tmp/capsrun-UID for others.
  static func forCaller() -> RunFolder {
    if let path = CurrentProcess.environmentValue("CAPSRUN_RUN"), path.hasPrefix("/") { return RunFolder(path: path) }
    let user = CurrentProcess.user
    if user == 0 { return RunFolder(path: "/run/capsrun") }
    // After `su` the variable may still name the folder of another user.
    if let base = CurrentProcess.environmentValue("XDG_RUNTIME_DIR"), base.hasPrefix("/"), isOwned(base, by: user) {
      return RunFolder(path: base + "/capsrun")
    }
    return RunFolder(path: "/tmp/capsrun-\(user)")
  }

  private static func isOwned(_ path: String, by user: UInt32) -> Bool {
    do {
      return try Descriptor.open(path, .place).status(of: path).owner == user
    } catch {
      return false
    }
  }

  /// The content of a file, or nil when it is not there.
  func read(_ name: String) throws(LaunchError) -> [UInt8]? {
    guard let folder = try openIfPresent() else { return nil }
    do throws(SysError) {
      return try folder.open(name, .readWithoutFollowing).readAll(of: name, limit: 1 << 20)
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw .runFolder(path: path, error)
    }
  }

  /// Writes a file whole, or not at all.
  func write(_ name: String, _ content: [UInt8]) throws(LaunchError) {
    try orRunFolderError { () throws(SysError) in try Descriptor.makeFolder(at: path, mode: 0o700) }
    guard let folder = try openIfPresent() else {
      throw .runFolder(path: path, SysError(.open, path, .noSuchFile))
    }
    try orRunFolderError { () throws(SysError) in try folder.replaceFile(name, content, mode: 0o600) }
  }

  private func orRunFolderError(_ body: () throws(SysError) -> Void) throws(LaunchError) {
    do throws(SysError) {
      try body()
    } catch {
      throw .runFolder(path: path, error)
    }
  }

  /// Opens the folder after checking that nobody else could have put anything there; nil when it is missing.
  private func openIfPresent() throws(LaunchError) -> Descriptor? {
    do throws(SysError) {
      let folder = try Descriptor.open(path, .folderWithoutFollowing)
      let status = try folder.status(of: path)
      if status.owner == CurrentProcess.user, status.mode & 0o022 == 0 { return folder }
    } catch {
      switch error.errno {
      case .noSuchFile: return nil
      case .notDirectory, .tooManyLinks: break
      default: throw .runFolder(path: path, error)
      }
    }
    throw .foreignRunFolder(path: path)
  }
}
