import Foundation

/// One folder for everything that all tests of this process share; it is removed when the process ends.
enum SharedFolder {
  static let path: String = {
    let path = "/var/tmp/capsrun-e2e-\(getpid())"
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    } catch {
      fatalError("cannot make the folder \(path): \(error)")
    }
    atexit { SharedFolder.remove() }
    return path
  }()

  /// The run folder of a caller, kept so that not every test compiles the seccomp filter again.
  static func runFolder(of caller: Caller) throws -> String {
    try runFolders.get()[caller.rawValue] ?? "/missing"
  }

  private static let runFolders = Result {
    var result: [String: String] = [:]
    for caller in Caller.allCases {
      let folder = path + "/run-" + caller.rawValue
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      if Caller.testsRunAsRoot, chown(folder, caller.id, caller.id) == -1 {
        throw HarnessError("chown \(folder)", errno: errno)
      }
      result[caller.rawValue] = folder
    }
    return result
  }

  private static func remove() {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }
}
