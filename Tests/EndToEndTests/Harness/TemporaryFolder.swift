import Foundation

/// A folder of one test that belongs to a caller; it is removed with its owner.
///
/// It lies in /var/tmp, as the sandbox has a /tmp of its own and no /var.
final class TemporaryFolder {
  let path: String
  private let owner: Caller

  init(of owner: Caller, in parent: String = "/var/tmp") throws {
    var template = Array("\(parent)/capsrun-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError("mkdtemp", errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.owner = owner
    guard chmod(path, 0o755) == 0 else { throw HarnessError("chmod \(path)", errno: errno) }
    try give(path)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }

  /// The path of something in it.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Makes a file that belongs to the caller.
  @discardableResult
  func file(_ name: String, _ content: String = "", mode: UInt32 = 0o644) throws -> String {
    // A child that was made meanwhile would hold it open for writing, and nobody could execute it.
    try Spawn.lock.withLock { try Data(content.utf8).write(to: URL(filePath: self(name))) }
    try give(self(name))
    guard chmod(self(name), mode) == 0 else { throw HarnessError("chmod \(name)", errno: errno) }
    return self(name)
  }

  /// Makes a folder that belongs to the caller.
  @discardableResult
  func folder(_ name: String, mode: UInt32 = 0o755) throws -> String {
    guard mkdir(self(name), mode) == 0 else { throw HarnessError("mkdir \(name)", errno: errno) }
    try give(self(name))
    return self(name)
  }

  /// Copies a folder of the package; the copy belongs to the caller.
  func copy(ofPackageFolder source: String, as name: String) throws -> String {
    try copy(Program.packageFolder.appending(path: source).path, as: name)
    for entry in try FileManager.default.subpathsOfDirectory(atPath: self(name)) { try give(self(name + "/" + entry)) }
    return self(name)
  }

  /// Copies a file or folder of the host; the copy itself belongs to the caller.
  @discardableResult
  func copy(_ source: String, as name: String) throws -> String {
    // FileManager would give the copy the owner of the source, which only root can.
    let copying = try Spawn(["/bin/cp", "-r", source, self(name)]).run()
    guard copying.exitCode == 0 else { throw HarnessError(copying.errors) }
    try give(self(name))
    return self(name)
  }

  /// The names in it, sorted.
  func entries(_ name: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self(name)).sorted()
  }

  private func give(_ path: String) throws {
    guard Caller.testsRunAsRoot else { return }
    // A link itself: it may lead to a file of the system.
    guard lchown(path, owner.id, owner.id) == 0 else { throw HarnessError("lchown \(path)", errno: errno) }
  }
}

/// Who owns a file of the host.
func owner(of path: String) throws -> UInt32 {
  var status = stat()
  guard lstat(path, &status) == 0 else { throw HarnessError("lstat \(path)", errno: errno) }
  return status.st_uid
}
