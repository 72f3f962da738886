import Foundation
import Testing

/// The schema that the program prints, against a validator of another author.
@Suite struct SchemaTests {
  private static let fixtures = Program.packageFolder.appending(path: "Tests/Fixtures")

  private static func manifests(_ folder: String) throws -> [String] {
    let path = fixtures.appending(path: "manifests/" + folder).path
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 }
  }

  private static func examples() throws -> [String] {
    let path = Program.packageFolder.appending(path: "examples").path
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { "\(path)/\($0)/capsule.yml" }
  }

  /// What the validator says to each manifest.
  private func verdicts(_ manifests: [String]) throws -> [String: String] {
    let folder = try TemporaryFolder(of: .user)
    let schema = try folder.file("schema.json", try Capsrun.run(["schema"], as: .user).output)
    let script = Self.fixtures.appending(path: "validate.py").path
    let outcome = try Spawn(["/usr/bin/python3", script, schema] + manifests).run()
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) })
  }

  @Test func `a validator accepts by the schema every manifest that is right`() throws {
    let manifests = try Self.manifests("good") + Self.examples()
    #expect(manifests.count >= 8)
    #expect(try verdicts(manifests).filter { $0.value != "valid" }.isEmpty)
    let check = try Capsrun.run(["check"] + manifests, as: .user)
    #expect(check.exitCode == 0, "\(check.errors)")
  }

  @Test func `what the program refuses for its shape the schema refuses as well`() throws {
    let manifests = try Self.manifests("bad")
    #expect(manifests.count >= 40)
    #expect(try verdicts(manifests).filter { $0.value != "invalid" }.isEmpty)
    for manifest in manifests {
      #expect(try Capsrun.run(["check", manifest], as: .user).exitCode == 65, "\(manifest)")
    }
  }

  @Test func `the examples name the schema that is in the tree`() throws {
    for example in try Self.examples() {
      let line = try String(contentsOfFile: example, encoding: .utf8).prefix { $0 != "\n" }
      let name = try #require(line.firstMatch(of: /^# yaml-language-server: \$schema=(.*)$/)?.output.1)
      let schema = URL(filePath: example).deletingLastPathComponent().appending(path: String(name)).standardized
      #expect(schema.path == Program.packageFolder.appending(path: "docs/capsule.schema.json").standardized.path)
    }
  }

  @Test func `schema --write puts the schema into the current folder, in place of an old one`() throws {
    let folder = try TemporaryFolder(of: .user)
    let printed = try Capsrun.run(["schema"], as: .user).output
    _ = try folder.file("capsule.schema.json", "old")
    let outcome = try Capsrun.run(["schema", "--write"], as: .user, workingFolder: folder("."))
    #expect(outcome.exitCode == 0 && outcome.output.isEmpty)
    #expect(try String(contentsOfFile: folder("capsule.schema.json"), encoding: .utf8) == printed)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder(".")) == ["capsule.schema.json"])
  }
}
