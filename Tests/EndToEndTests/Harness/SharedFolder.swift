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

  private static func remove() {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }
}
