import Foundation
import Testing

@Suite struct OrderTests {
  private func manifest(_ folder: TemporaryFolder, _ name: String, _ dependencies: String) throws -> String {
    try folder.file(name + ".yml", "capsule: 1\nentrypoint: x\ndependencies: \(dependencies)\n")
  }

  @Test func `order puts providers first, and tells cycles and what is not provided`() throws {
    let folder = try TemporaryFolder(of: .user)
    let app = try manifest(folder, "app", "{requires: ['topic:db']}")
    let database = try manifest(folder, "database", "{provides: ['topic:db']}")
    #expect(try Capsrun.run(["order", app, database], as: .user).output == "database\napp\n")
    let unmet = try Capsrun.run(["order", app], as: .user)
    #expect(unmet.exitCode == 0 && unmet.output == "app\n" && unmet.errors.contains("warning"))
    let record = try Capsrun.run(["order", "--json", app], as: .user)
    let told = try #require(try JSONSerialization.jsonObject(with: Data(record.output.utf8)) as? [String: Any])
    let warning = try #require((told["warnings"] as? [[String: String]])?.first)
    #expect(warning["text"] == "Required capability not provided by any loaded capsule")
    #expect(warning["capsule"] == "app" && warning["requirement"] == "topic:db")
    let one = try manifest(folder, "one", "{provides: ['topic:a'], requires: ['topic:b']}")
    let two = try manifest(folder, "two", "{provides: ['topic:b'], requires: ['topic:a']}")
    let cycle = try Capsrun.run(["order", one, two, database], as: .user)
    #expect(cycle.exitCode == 65 && cycle.output.isEmpty)
    #expect(cycle.errors.contains("one") && cycle.errors.contains("two") && !cycle.errors.contains("database"))
    let json = try Capsrun.run(["order", "--json", app, database], as: .user)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["order"] as? [String] == ["database", "app"])
  }

  @Test func `order --json keeps each path with its capsule, whatever its name`() throws {
    let folder = try TemporaryFolder(of: .user)
    for (path, dependencies) in [
      ("a", "{requires: ['topic:one', 'topic:two']}"), ("b", "{provides: ['topic:two'], requires: ['topic:one']}"),
      ("c", "{provides: ['topic:one']}"),
    ] {
      _ = try folder.folder(path)
      try folder.file(path + "/capsule.yml", "capsule: 1\nname: same\nentrypoint: x\ndependencies: \(dependencies)\n")
    }
    let outcome = try Capsrun.run(
      ["order", "--json", "a", "b/capsule.yml", "c"], as: .user, workingFolder: folder.path)
    let told = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let capsules = try #require(told["capsules"] as? [[String: String]])
    #expect(capsules.compactMap { $0["path"] } == ["c", "b/capsule.yml", "a"])
    #expect(capsules.compactMap { $0["name"] } == told["order"] as? [String])
    #expect(try Capsrun.run(["order", "a", "c"], as: .user, workingFolder: folder.path).output == "same\nsame\n")
  }

  @Test func `a capsule that requires others is not run as if it did not`() throws {
    let folder = try TemporaryFolder(of: .user)
    _ = try folder.folder("app")
    _ = try folder.file("app/capsule.yml", "capsule: 1\nentrypoint: x\ndependencies: {requires: ['topic:db']}\n")
    let outcome = try Capsrun.run(["run", folder("app")], as: .user)
    #expect(outcome.exitCode == 69 && outcome.errors.contains("dependencies.requires"))
    // A start looks whether it is there: that is the plan that is shown.
    let plan = try Capsrun.run(["explain", folder("app"), "--json"], as: .user)
    #expect(plan.exitCode == 0 && !plan.output.contains("dependencies.requires"), "\(plan)")
    #expect(try plan.outputAsJSON()["graph"] != nil)
  }
}
