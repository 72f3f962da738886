import Foundation
import Testing

/// Capsules that are run from their folder.
@Suite struct RunTests {
  @Test(arguments: Caller.reachable)
  func `the example greets, and sees what it is granted`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let hello = try folder.copy(ofPackageFolder: "examples/hello", as: "hello")
    let outcome = try Capsrun.run(["run", hello], as: caller)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("Hello from inside: I am capsule, "))
    let release = try String(contentsOfFile: "/etc/os-release", encoding: .utf8)
    let name = try #require(release.firstMatch(of: /PRETTY_NAME=(.*)/))
    #expect(outcome.output.contains("/etc/os-release says \(name.1)\n"))
    #expect(outcome.output.contains("/etc/shadow: No such file or directory"))
    let greeted = try Capsrun.run(["run", "--env", "GREETING=Moin", "."], as: caller, workingFolder: hello)
    #expect(greeted.output.hasPrefix("Moin: I am capsule, "))
  }

  /// A capsule with one shell script, which writes what it finds.
  private func capsule(_ folder: TemporaryFolder, _ manifest: String, script: String) throws -> String {
    let path = try folder.folder("capsule")
    try folder.folder("capsule/bin")
    try folder.file("capsule/capsule.yml", manifest)
    try folder.file("capsule/bin/main", "#!/bin/sh\n" + script, mode: 0o755)
    return path
  }

  @Test(arguments: Caller.reachable)
  func `a capsule's files are shown read-only, and its exit code and arguments pass through`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "pwd; echo \"$CAPSULE_NAME\" \"$@\"; touch /capsule/bin/new; ls bin; exit 37"
    let path = try capsule(folder, "capsule: 1\nname: probe\nentrypoint: bin/main\n", script: script)
    let outcome = try Capsrun.run(["run", path, "--", "one", "--json", "two words"], as: caller)
    #expect(outcome.exitCode == 37)
    #expect(outcome.lines == ["/capsule", "probe one --json two words", "main"])
    #expect(outcome.errors.contains("Read-only file system"))
    #expect(try folder.entries("capsule/bin") == ["main"])
  }

  @Test(arguments: Caller.reachable)
  func `a capsule reads and writes what its manifest grants`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let granted = try folder.folder("granted")
    let input = try folder.file("input", "content\n")
    let hidden = try folder.file("hidden", "content\n")
    let path = try capsule(
      folder,
      """
      capsule: 1
      entrypoint: bin/main
      capabilities:
        fs_read: ["\(input)", "\(folder("missing"))?"]
        fs_write: ["\(granted)"]

      """, script: "cat \(input); echo written > \(granted)/output; cat \(hidden)")
    let outcome = try Capsrun.run(["run", path], as: caller)
    #expect(outcome.output == "content\n")
    #expect(outcome.errors.contains("\(hidden): No such file or directory"))
    #expect(try String(contentsOfFile: granted + "/output", encoding: .utf8) == "written\n")
    #expect(try owner(of: granted + "/output") == caller.id)
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a folder of another user is not run`(caller: Caller) throws {
    let other = Caller.allCases.filter { $0 != caller }[0]
    let folder = try TemporaryFolder(of: other)
    let path = try capsule(folder, "capsule: 1\nentrypoint: bin/main\n", script: "echo ran")
    for command in ["run", "explain"] {
      let refused = try Capsrun.run([command, path], as: caller)
      #expect(refused.exitCode == 66)
      #expect(refused.output.isEmpty)
      #expect(refused.errors.contains("belongs to user \(other.id)"))
    }
    #expect(try Capsrun.run(["run", path], as: other).output == "ran\n")
  }

  @Test(.needsRoot) func `root runs a folder of the user who called sudo`() throws {
    let folder = try TemporaryFolder(of: .user)
    let path = try capsule(folder, "capsule: 1\nentrypoint: bin/main\n", script: "echo ran")
    #expect(try Capsrun.run(["run", path], as: .root).exitCode == 66)
    let sudo = try Capsrun.run(["run", path], as: .root, environment: ["SUDO_UID": "\(Caller.user.id)"])
    #expect(sudo.output == "ran\n")
    let other = try Capsrun.run(["run", path], as: .user, environment: ["SUDO_UID": "0"])
    #expect(other.output == "ran\n")
  }

  @Test(arguments: Caller.reachable, ["run", "explain"])
  func `all mistakes of a manifest are reported, each with its place`(caller: Caller, command: String) throws {
    let folder = try TemporaryFolder(of: caller)
    let manifest = """
      capsule: 1
      name: Not A Name
      entripoint: bin/main
      capabilities:
        fs_raed: [/etc/os-release]
        fs_write: [relative]

      """
    let path = try capsule(folder, manifest, script: "echo ran")
    let text = try Capsrun.run([command, path], as: caller)
    #expect(text.exitCode == 65)
    #expect(text.output.isEmpty)
    let places = text.errors.matches(of: /capsule\.yml:(\d+):(\d+): error:/).map { "\($0.1):\($0.2)" }
    #expect(Set(places).isSuperset(of: ["2:7", "3:1", "5:3", "6:14"]))
    #expect(text.errors.contains("\(path)/capsule.yml:3:1: error: "))
    let json = try Capsrun.run([command, "--json", path], as: caller)
    #expect(json.exitCode == 65)
    let diagnostics = try #require(try json.errorsAsJSON()["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.map { "\($0["line"] ?? 0):\($0["column"] ?? 0)" } == places)
  }

  @Test(arguments: Caller.reachable)
  func `a folder that is missing or has no manifest is 66`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    for path in [folder("missing"), folder.path] {
      let outcome = try Capsrun.run(["run", "--json", path], as: caller)
      #expect(outcome.exitCode == 66)
      #expect(try outcome.errorsAsJSON()["exit_code"] as? Int == 66)
      #expect(outcome.errors.contains("\"\(path)\"".replacing("\"", with: "\\\"")))
    }
  }
}
