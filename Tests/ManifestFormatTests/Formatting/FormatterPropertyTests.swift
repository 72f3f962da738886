import Diagnostics
import Foundation
import Testing

@testable import ManifestFormat

/// What holds for every manifest, tried on those of the tree and on many that are made of them.
@Suite struct FormatterPropertyTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let corpus: [String] = {
    let good =
      (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Tests/Fixtures/manifests/good")) ?? []
    return good.sorted().map { "Tests/Fixtures/manifests/good/" + $0 } + [
      "examples/hello/capsule.yml", "examples/python-service/capsule.yml", "Tests/PlanningTests/Golden/process.yml",
    ]
  }()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func manifest(_ text: String, _ file: String) throws -> Manifest {
    try Manifest.read(SourceText(file: file, bytes: Array(text.utf8)), folderName: "folder")
  }

  /// The text in its form, which must mean the same and be its own form.
  private static func expectFormatted(_ text: String, _ file: String) throws -> String {
    let once = try formatted(text, file)
    #expect(try formatted(once, file) == once)
    #expect(try manifest(once, file).canonicalBytes == manifest(text, file).canonicalBytes)
    #expect(once.hasSuffix("\n") && !once.hasSuffix("\n\n") && !once.contains(" \n"), "\(once)")
    return once
  }

  @Test func `there is a corpus`() { #expect(Self.corpus.count >= 9) }

  @Test(arguments: corpus)
  func `a manifest of the tree means the same in its form, which is stable`(path: String) throws {
    _ = try Self.expectFormatted(try Self.text(path), path)
  }

  @Test(arguments: corpus.filter { !$0.hasSuffix(".json") }, 0..<15)
  func `no comment is lost, wherever it stands`(path: String, seed: Int) throws {
    var random = SeededNumbers(seed: UInt64(seed) * 7919 + 1)
    var lines = try Self.text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var marks: [String] = []
    for number in 0..<Int.random(in: 1...12, using: &random) {
      var changed = lines
      let mark = "mark\(number)!"
      let index = Int.random(in: 0..<lines.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: changed[index] += " # " + mark
      case 1:
        changed.insert(String(repeating: " ", count: Int.random(in: 0..<9, using: &random)) + "#" + mark, at: index)
      default: changed.insert(contentsOf: ["", "  # " + mark, ""], at: index)
      }
      // Where a comment cannot stand, or would be part of a text, there is none.
      let before = try Self.manifest(lines.joined(separator: "\n"), path)
      guard let after = try? Self.manifest(changed.joined(separator: "\n"), path),
        after.canonicalBytes == before.canonicalBytes
      else { continue }
      (lines, marks) = (changed, marks + [mark])
    }
    let result = try Self.expectFormatted(lines.joined(separator: "\n"), path)
    for mark in marks {
      let bearers = result.split(separator: "\n").filter { $0.contains(mark) }
      #expect(bearers.count == 1 && bearers[0].contains("#"), "\(mark) in:\n\(result)")
    }
    #expect(!marks.isEmpty)
  }

  /// A value at its key, in a manifest that has a process.
  private static func surrounded(_ key: String, _ value: JSONValue) -> JSONValue {
    var members: [JSONValue.Member] = [.init("capsule", .integer(1)), .init(key, value)]
    if key != "processes", key != "entrypoint" {
      members.append(.init("processes", .object([.init("sample", .object([.init("cmd", .string("x"))]))])))
    }
    if key == "services" { members[2] = .init("entrypoint", .string("x")) }
    return .object(members)
  }

  @Test(arguments: ManifestFields.top.map(\.key).filter { $0 != "capsule" })
  func `every key in every way of writing can be formatted in every syntax`(key: String) throws {
    let field = try #require(ManifestFields.top.first { $0.key == key })
    var count = 0
    for value in ShapeSamples.values(of: field.shape) {
      guard let value else { continue }
      let json = Self.surrounded(key, value).text(isIndented: false)
      guard (try? Self.manifest(json, "capsule.json")) != nil else { continue }
      let pretty = try Self.expectFormatted(json, "capsule.json")
      // JSON is YAML as well.
      let yaml = try Self.expectFormatted(pretty, "capsule.yml")
      let document = try YAMLDocument.read(SourceText(file: "x.yml", bytes: Array(yaml.utf8)))
      let toml = try Self.expectFormatted(TOMLWriter.text(of: document), "capsule.toml")
      let manifest = try Self.manifest(json, "capsule.json")
      #expect(try Self.manifest(yaml, "capsule.yml").canonicalBytes == manifest.canonicalBytes)
      #expect(try Self.manifest(toml, "capsule.toml").canonicalBytes == manifest.canonicalBytes)
      count += 1
    }
    #expect(count > 0)
  }
}
