import Foundation
import Testing

/// What a manifest declares, as the process sees it.
@Suite struct ManifestRunTests {
  private func capsule(_ manifest: String, _ caller: Caller = .user) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(of: caller)
    _ = try folder.file("capsule.yml", "capsule: 1\nname: app\n" + manifest)
    return folder
  }

  @Test func `one of several processes is run by its name`() throws {
    let folder = try capsule(
      "processes:\n  one: {cmd: sh, args: [-c, 'echo one'], cwd: .}\n  two: {cmd: sh, args: [-c, 'echo two'], cwd: .}\n"
    )
    let two = try Capsrun.run(["run", "--service", "two", folder(".")], as: .user)
    #expect(two.exitCode == 0 && two.output == "two\n")
    let all = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(all.exitCode == 69 && all.output.isEmpty && all.errors.contains("one, two"))
    let other = try Capsrun.run(["run", "--service", "tow", folder(".")], as: .user)
    #expect(other.exitCode == 64 && other.errors.contains("did you mean \"two\""))
  }

  @Test func `what this release does not execute stops the run, and explain tells it`() throws {
    let folder = try capsule("entrypoint: bin/x\nresources: {memory_max: 1G}\n")
    let run = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(run.exitCode == 69 && run.errors.contains("resources"))
    let explain = try Capsrun.run(["explain", folder(".")], as: .user)
    #expect(explain.exitCode == 0 && explain.output.contains("not executed by this release"))
    #expect(try Capsrun.run(["check", folder(".")], as: .user).exitCode == 0)
  }

  @Test func `a declared variable is asked for, and reaches the process when it is given`() throws {
    let folder = try capsule(
      "processes: {a: {cmd: sh, args: [-c, 'echo $TOKEN-$LEVEL-$LIMIT'], cwd: .}}\n"
        + "env: {LIMIT: \"200\", TOKEN: {type: secret, request: the token of the shop}, LEVEL: {type: enum, values: [low, high], default: low}}\n"
    )
    let missing = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(missing.exitCode == 65 && missing.errors.contains("TOKEN (the token of the shop)"))
    let given = try Capsrun.run(["run", "--env", "TOKEN", folder(".")], as: .user, environment: ["TOKEN": "s3cret"])
    #expect(given.exitCode == 0 && given.output == "s3cret-low-200\n")
    let wrong = try Capsrun.run(["run", "--env", "TOKEN=s3cret", "--env", "LEVEL=mid", folder(".")], as: .user)
    #expect(wrong.exitCode == 64 && wrong.errors.contains("none of low, high") && !wrong.errors.contains("s3cret"))
  }

  @Test func `a Python entrypoint is run by the Python of the sandbox`() throws {
    let folder = try capsule("entrypoint: src/main.py\n")
    _ = try folder.folder("src")
    _ = try folder.file("helper.py", "WORD = 'found'\n")
    _ = try folder.file("src/main.py", "import helper, os, sys\nprint(helper.WORD, os.getcwd(), sys.argv[1:])\n")
    let outcome = try Capsrun.run(["run", folder("."), "--", "a b"], as: .user)
    #expect(outcome.output == "found /capsule ['a b']\n", "\(outcome.errors)")
  }

  @Test func `a virtual environment of another Python than the manifest names is refused`() throws {
    let folder = try capsule("entrypoint: main.py\ndependencies: {python: \"3.99\"}\n")
    _ = try folder.folder("venv")
    _ = try folder.folder("venv/bin")
    _ = try folder.file("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n")
    let outcome = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(outcome.exitCode == 65 && outcome.errors.contains("3.99") && outcome.errors.contains("3.11.2"))
  }

  @Test func `the user of the manifest is the one that the process sees`() throws {
    let folder = try capsule("security: {user: 33}\nprocesses: {a: {cmd: id, args: [-u], cwd: .}}\n")
    #expect(try Capsrun.run(["run", folder(".")], as: .user).output == "33\n")
  }
}
