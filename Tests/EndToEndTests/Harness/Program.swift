import Foundation

/// The built program that is under test.
enum Program {
  /// The folder of the package.
  static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Where it lies, in a place where every caller can execute it.
  static func path() throws -> String { try located.get() }

  private static let located = Result { try locate() }

  private static func locate() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["CAPSRUN_BINARY"]
      ?? packageFolder.appending(path: "build/capsrun").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw HarnessError("there is no program at \(path): build it with scripts/build, or name it in CAPSRUN_BINARY")
    }
    let test = try Spawn(try Caller.user.commandLine(["/usr/bin/test", "-x", path])).run()
    if test.exitCode == 0 { return path }
    let copy = SharedFolder.path + "/capsrun"
    try Spawn.lock.withLock { try FileManager.default.copyItem(atPath: path, toPath: copy) }
    return copy
  }
}
