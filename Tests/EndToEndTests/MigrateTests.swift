import Foundation
import Testing

@Suite struct MigrateTests {
  private static let files: [(name: String, text: String)] = [
    ("web.service", "[Service]\nExecStart=/usr/bin/true --fast\n"), ("Procfile", "web: /usr/bin/true --fast\n"),
    ("compose.yml", "services:\n  web:\n    entrypoint: [/usr/bin/true, --fast]\n"),
    ("supervisord.conf", "[program:web]\ncommand=/usr/bin/true --fast\n"),
    ("process-compose.yaml", "processes:\n  web:\n    command: /usr/bin/true --fast\n"),
    ("Capsule.toml", package),
  ]

  @Test(arguments: files)
  func `what migrate makes passes check`(name: String, text: String) throws {
    let folder = try TemporaryFolder(of: .user)
    // Of the two manifests in one folder neither would be found, so the new one has a folder of its own.
    try folder.folder("new")
    let old = try folder.file(name, text)
    let new = folder("new/capsule.yml")
    let outcome = try Capsrun.run(["migrate", old, "-o", new], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(try Capsrun.run(["check", folder("new")], as: .user).exitCode == 0)
    let printed = try Capsrun.run(["migrate", old], as: .user)
    let written = try String(contentsOfFile: new, encoding: .utf8)
    #expect(printed.exitCode == 0 && printed.output == written)
    #expect(printed.output.contains("cmd: /usr/bin/true"))
  }

  private static let package = """
    [package]
    name = "web"
    version = "1.0.0"

    [processes.web]
    cmd = "/usr/bin/true"

    """

  @Test func `a migrated unit runs`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.folder("app")
    let old = try folder.file("hello.service", "[Service]\nExecStart=/usr/bin/echo \"hello  from\" $$A\n")
    let made = try Capsrun.run(["migrate", "--output", folder("app/capsule.yml"), old], as: .user)
    #expect(made.exitCode == 0)
    let outcome = try Capsrun.run(["run", folder("app")], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output == "hello  from $A\n", "\(outcome.errors)")
  }

  @Test func `what is not converted is told on standard error, or in the JSON`() throws {
    let folder = try TemporaryFolder(of: .user)
    let old = try folder.file("web.service", "[Service]\nExecStart=/usr/bin/true\nZork=1\n")
    let outcome = try Capsrun.run(["migrate", old], as: .user)
    #expect(outcome.exitCode == 0 && outcome.errors.contains("\(old):3:1: warning: Zork is not converted"))
    #expect(outcome.output.contains("# TODO line 3: Zork=1"))
    let json = try Capsrun.run(["migrate", "--json", old], as: .user)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["format"] as? String == "systemd" && object["manifest"] as? String == outcome.output)
    #expect((object["diagnostics"] as? [[String: Any]])?.first?["line"] as? Int == 3 && json.errors.isEmpty)
  }

  @Test func `wrong input has its exit code, and nothing is written`() throws {
    let folder = try TemporaryFolder(of: .user)
    let unknown = try folder.file("notes.txt", "hello\n")
    let new = folder("capsule.yml")
    let refused = try Capsrun.run(["migrate", unknown, "-o", new], as: .user)
    #expect(refused.exitCode == 65 && refused.errors.contains("systemd, procfile, compose, supervisord"))
    #expect(try Capsrun.run(["migrate", folder("none.service"), "-o", new], as: .user).exitCode == 66)
    #expect(try Capsrun.run(["migrate", folder.path, "-o", new], as: .user).exitCode == 66)
    #expect(try Capsrun.run(["migrate", "--from", "zork", unknown, "-o", new], as: .user).exitCode == 64)
    #expect(try folder.entries() == ["notes.txt"])
    let forced = try Capsrun.run(
      ["migrate", "--from", "procfile", try folder.file("x.txt", "a: /usr/bin/true\n"), "-o", new], as: .user)
    #expect(forced.exitCode == 0)
    #expect(try folder.entries() == ["capsule.yml", "notes.txt", "x.txt"])
  }

  @Test func `a file that is there is replaced by force alone`() throws {
    let folder = try TemporaryFolder(of: .user)
    let old = try folder.file("Procfile", "web: /usr/bin/true\n")
    let new = try folder.file("capsule.yml", "precious")
    let refused = try Capsrun.run(["migrate", old, "--output", new], as: .user)
    #expect(refused.exitCode == 64 && refused.errors.contains("--force"))
    #expect(try String(contentsOfFile: new, encoding: .utf8) == "precious")
    #expect(try Capsrun.run(["migrate", old, "--output", new, "--force"], as: .user).exitCode == 0)
    #expect(try String(contentsOfFile: new, encoding: .utf8).contains("cmd: /usr/bin/true"))
    #expect(try folder.entries() == ["Procfile", "capsule.yml"])
  }
}
