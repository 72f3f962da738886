import Foundation
import Testing

/// A caller with a store and trusted keys of his own, and a folder to build capsules in.
final class CapsulePlace {
  let folder: TemporaryFolder
  let caller: Caller

  init(as caller: Caller = .user, in parent: String = "/var/tmp") throws {
    self.caller = caller
    folder = try TemporaryFolder(of: caller, in: parent)
  }

  func capsrun(
    _ arguments: String..., environment: [String: String] = [:], input: String = "", at place: String? = nil
  ) throws -> Outcome {
    try Capsrun.run(
      arguments, as: caller, environment: self.environment.merging(environment) { $1 }, input: Array(input.utf8),
      workingFolder: place ?? folder.path)
  }

  var environment: [String: String] { ["CAPSRUN_CONFIG": folder("config"), "CAPSRUN_STORE": folder("store")] }

  static let manifest = "capsule: 1\nname: demo\nversion: 1.0.0\nentrypoint: bin/main\n"

  /// A folder with a manifest and a script.
  @discardableResult
  func source(
    _ name: String = "app", manifest: String = manifest, script: String = "echo it runs\n"
  ) throws -> String {
    let path = try folder.folder(name)
    try folder.folder("\(name)/bin")
    try folder.file("\(name)/capsule.yml", manifest)
    try folder.file("\(name)/bin/main", "#!/bin/sh\n" + script, mode: 0o755)
    return path
  }

  /// Builds a folder to a file, and returns the capsule's id.
  @discardableResult
  func build(_ name: String = "app", to file: String = "app.tar.gz") throws -> String {
    let outcome = try capsrun("build", name, "-o", file)
    return try #require(outcome.output.firstMatch(of: /BUILD_SHA: ([0-9a-f]{64})\n/), "\(outcome)").1.description
  }

  /// A key pair without a password, trusted or not.
  func key(_ name: String, isTrusted: Bool = true) throws {
    try expectSuccess(try capsrun("keygen", "-o", name, "--no-password"))
    if isTrusted { try expectSuccess(try capsrun("trust", "add", name + ".pub")) }
  }

  func sign(_ file: String = "app.tar.gz", with key: String) throws {
    try expectSuccess(try capsrun("sign", file, "--key", key + ".key"))
  }

  private func expectSuccess(_ outcome: Outcome) throws {
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
  }

  /// The ids of the capsules in the store.
  func installed() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder("store/capsules")))?.sorted() ?? []
  }

  /// What of an installation is left half done.
  func staged() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder("store/staging"))) ?? []
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: folder(name)))) }
}
