import Foundation
import Testing

/// A folder with capsules, and a store to install them in, of one caller.
final class StorePlace {
  let place: SigningPlace

  init(as caller: Caller = .user) throws { place = try SigningPlace(as: caller) }

  var folder: TemporaryFolder { place.folder }
  var environment: [String: String] { place.environment.merging(["CAPSRUN_STORE": folder("store")]) { _, new in new } }

  func callAsFunction(_ arguments: String...) throws -> Outcome {
    try Capsrun.run(arguments, as: place.caller, environment: environment, workingFolder: folder.path)
  }

  /// What a command that works says as JSON.
  func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try Capsrun.run(
      arguments + ["--json"], as: place.caller, environment: environment, workingFolder: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// Builds NAME-VERSION.tar.gz, whose program prints a text; returns its id.
  @discardableResult
  func build(_ name: String = "hello", _ version: String = "1.0.0", prints text: String = "hello") throws -> String {
    let source = "\(name)-\(version)"
    try folder.folder(source)
    try folder.file(
      "\(source)/capsule.yml", "capsule: 1\nname: \(name)\nversion: \(version)\nentrypoint: run\nreadme: README\n")
    try folder.file("\(source)/run", "#!/bin/sh\necho \(text)\n", mode: 0o755)
    try folder.file("\(source)/README", "Read me.\n\u{1B}[31mred\n")
    try folder.file("\(source)/secret", "for all\n", mode: 0o600)
    let result = try json("build", "--from-dir", source, "--output", "\(source).tar.gz")
    return try #require(result["build_sha"] as? String)
  }

  /// The same, installed.
  @discardableResult
  func install(_ name: String = "hello", _ version: String = "1.0.0", prints text: String = "hello") throws -> String {
    let id = try build(name, version, prints: text)
    let outcome = try self("install", "--allow-unsigned", "\(name)-\(version).tar.gz")
    #expect(outcome.exitCode == 0, "\(outcome)")
    return id
  }

  func ids() throws -> Set<String> {
    let capsules = try #require(try json("list")["capsules"] as? [[String: Any]])
    return Set(capsules.compactMap { $0["id"] as? String })
  }
}
