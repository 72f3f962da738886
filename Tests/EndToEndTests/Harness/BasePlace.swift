import Foundation

/// A caller with capsules that bring a root file system of their own, made of the static busybox of this machine.
final class BasePlace {
  let place: CapsulePlace
  let folder: TemporaryFolder
  private let caller: Caller

  init(as caller: Caller) throws {
    self.caller = caller
    place = try CapsulePlace(as: caller)
    folder = place.folder
  }

  /// A folder with the manifest of a capsule and a root file system; its program is a shell that gets `script`.
  func capsule(
    _ name: String = "app", base: String = "capsule", writable: String? = nil, more: String = "", script: String = ""
  ) throws {
    try folder.folder(name)
    let own = writable.map { ", writable: \($0)" } ?? ""
    let words = try String(decoding: JSONEncoder().encode(["-c", script, "sh"]), as: UTF8.self)
    try folder.file(
      "\(name)/capsule.yml",
      "capsule: 1\nname: \(name)\nversion: 1.0.0\nrootfs: {base: \(base)\(own)}\n"
        + "processes: {main: {cmd: /bin/sh, args: \(words), cwd: /}}\n" + more)
    if base == "capsule" { try root(in: name) }
  }

  /// A root file system with a shell and the programs that tests use.
  private func root(in name: String) throws {
    for part in ["", "/bin", "/etc", "/srv", "/home"] { try folder.folder("\(name)/rootfs\(part)") }
    try folder.copy("/bin/busybox", as: "\(name)/rootfs/bin/busybox")
    for program in ["sh", "ls", "cat", "id", "mkdir", "rm", "touch", "readlink", "dirname", "stat", "mount", "grep"] {
      try link("busybox", "\(name)/rootfs/bin/\(program)")
    }
  }

  func link(_ target: String, _ name: String) throws {
    try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: target)
    guard Caller.testsRunAsRoot else { return }
    guard lchown(folder(name), caller.id, caller.id) == 0 else { throw HarnessError("lchown", errno: errno) }
  }

  /// Removes a file, a link or a folder, whatever is there.
  func remove(_ name: String) throws {
    let outcome = try Spawn(["/bin/rm", "-rf", folder(name)]).run()
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
  }

  /// Builds a folder and installs it; returns its id.
  @discardableResult
  func install(_ name: String) throws -> String {
    let id = try place.build(name, to: name + ".tar.gz")
    let outcome = try place.capsrun("install", "--allow-unsigned", name + ".tar.gz")
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    return id
  }

  /// Everything below a folder, with kinds, modes and contents.
  static func content(_ path: String) throws -> [String] {
    try Spawn([
      "/bin/sh", "-c",
      "cd \"$0\" && find . -printf '%p %y %m %U %l %T@\\n' -type f -exec cat {} \\; | sort", path,
    ]).run().lines
  }
}
