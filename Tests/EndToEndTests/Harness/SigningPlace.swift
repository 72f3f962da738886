import Foundation
import Testing

/// A folder with keys and files, in which capsrun and the real minisign are called by the same user.
final class SigningPlace {
  let folder: TemporaryFolder
  let caller: Caller

  init(as caller: Caller = .user) throws {
    self.caller = caller
    folder = try TemporaryFolder(of: caller)
  }

  /// Runs capsrun with a folder of trusted keys of its own.
  func capsrun(_ arguments: String..., input: String = "") throws -> Outcome {
    try Capsrun.run(
      arguments, as: caller, environment: environment, input: Array(input.utf8), workingFolder: folder.path)
  }

  var environment: [String: String] { ["CAPSRUN_CONFIG": folder("config")] }

  func minisign(_ arguments: String..., input: String = "") throws -> Outcome {
    var spawn = Spawn(try caller.commandLine(["/usr/bin/minisign"] + arguments))
    spawn.workingFolder = folder.path
    spawn.input = .bytes(Array(input.utf8))
    return try spawn.run()
  }

  /// A key pair without a password, by the program of this name.
  func makeKey(_ name: String, by maker: String = "capsrun") throws {
    let outcome =
      maker == "capsrun"
      ? try capsrun("keygen", "-o", name, "--no-password")
      : try minisign("-G", "-W", "-s", name + ".key", "-p", name + ".pub")
    guard outcome.exitCode == 0 else { throw HarnessError("no key: \(outcome)") }
  }

  func sign(_ file: String, with key: String) throws {
    let outcome = try capsrun("sign", file, "--key", key + ".key")
    guard outcome.exitCode == 0 else { throw HarnessError("not signed: \(outcome)") }
  }

  /// The id of a key as it stands in its public key's comment, where minisign 0.11 leaves out zeros in front.
  func keyID(_ name: String) throws -> String {
    let text = String(decoding: try bytes(name + ".pub"), as: UTF8.self)
    let digits = try #require(text.split(separator: "\n").first?.split(separator: " ").last)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: folder(name)))) }

  /// Changes a file in its place.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Spawn.lock.withLock {
      let handle = try FileHandle(forWritingTo: URL(filePath: folder(name)))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    }
  }
}
