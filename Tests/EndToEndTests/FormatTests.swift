import Foundation
import Testing

/// `capsrun init` and `capsrun fmt`, as their callers use them.
@Suite struct FormatTests {
  private static let formats = [("yaml", "capsule.yml"), ("toml", "capsule.toml"), ("json", "capsule.json")]
  private static let messy = "# first\nname:   demo # mine\ncapsule: 1\nentrypoint: 'bin/x'\n"
  private static let tidy = "capsule: 1\n# first\nname: demo # mine\nentrypoint: bin/x\n"

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test(arguments: Caller.reachable, formats)
  func `a new capsule is right, has its form, and runs at once`(
    caller: Caller, format: (name: String, file: String)
  ) throws {
    let folder = try TemporaryFolder(of: caller)
    let made = try Capsrun.run(["init", "My demo", "--format", format.name], as: caller, workingFolder: folder.path)
    #expect(made.exitCode == 0, "\(made)")
    #expect(made.lines.prefix(2) == ["made My demo/\(format.file)", "made My demo/bin/hello"])
    #expect(made.output.contains("capsrun run 'My demo'\n") && made.output.contains("capsrun schema --write\n"))
    let path = folder("My demo")
    for command in [["check", path], ["fmt", "--check", path]] {
      let outcome = try Capsrun.run(command, as: caller)
      #expect(outcome.exitCode == 0, "\(outcome)")
    }
    let outcome = try Capsrun.run(["run", path], as: caller)
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("Hello from inside: this is the capsule my-demo.\n"))
    #expect(outcome.output.contains("\(format.file)") && outcome.errors.isEmpty)
    let manifest = try text(path + "/" + format.file)
    #expect(manifest.contains("capsule.schema.json"))
    #expect(try owner(of: path + "/bin/hello") == caller.id)
  }

  @Test(arguments: formats)
  func `a folder that has a manifest is left as it is`(format: (name: String, file: String)) throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file(format.file, "mine")
    let refused = try Capsrun.run(["init", folder.path], as: .user)
    #expect(refused.exitCode == 64)
    #expect(refused.errors.contains("already: \(format.file)") && refused.output.isEmpty)
    #expect(try folder.entries() == [format.file])
    #expect(try text(folder(format.file)) == "mine")
    // The control: without it there is one.
    try FileManager.default.removeItem(atPath: folder(format.file))
    #expect(try Capsrun.run(["init"], as: .user, workingFolder: folder.path).exitCode == 0)
    #expect(try folder.entries() == ["bin", "capsule.yml"])
  }

  @Test func `a program that is there is kept`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.folder("bin")
    try folder.file("bin/hello", "#!/bin/sh\necho mine\n", mode: 0o755)
    let outcome = try Capsrun.run(["init", "--json", "."], as: .user, workingFolder: folder.path)
    #expect(outcome.exitCode == 0)
    #expect(try outcome.outputAsJSON()["made"] as? [String] == ["./capsule.yml"])
    #expect(try Capsrun.run(["run", folder.path], as: .user).output == "mine\n")
  }

  @Test func `where nothing can be written, that is said`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("capsule.yml", Self.messy)
    let path = try folder.folder("empty", mode: 0o555)
    for (arguments, file) in [(["init", path], "bin/hello"), (["init", path + "/new"], "empty/new")] {
      let outcome = try Capsrun.run(arguments, as: .user)
      #expect(outcome.exitCode == 125)
      #expect(outcome.errors.contains(file) && outcome.errors.contains("EACCES"), "\(outcome)")
    }
    #expect(chmod(folder.path, 0o555) == 0)
    let outcome = try Capsrun.run(["fmt", folder.path], as: .user)
    #expect(chmod(folder.path, 0o755) == 0)
    #expect(outcome.exitCode == 125 && outcome.errors.contains("EACCES"), "\(outcome)")
    #expect(try text(folder("capsule.yml")) == Self.messy)
    #expect(try Capsrun.run(["fmt", folder.path], as: .user).exitCode == 0)
    #expect(try text(folder("capsule.yml")) == Self.tidy)
  }

  @Test(arguments: Caller.reachable)
  func `fmt writes what has not its form, and keeps owner and mode`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("a.yml", Self.messy, mode: 0o640)
    try folder.file("b.yml", Self.tidy, mode: 0o604)
    let paths = [folder("a.yml"), folder("b.yml")]
    let check = try Capsrun.run(["fmt", "--check"] + paths, as: caller)
    #expect(check.exitCode == 1 && check.output == paths[0] + "\n" && check.errors.isEmpty, "\(check)")
    #expect(try text(paths[0]) == Self.messy)
    let asJSON = try Capsrun.run(["fmt", "--check", "--json"] + paths, as: caller)
    let manifests = try asJSON.outputAsJSON()["manifests"] as? [[String: Any]]
    #expect(manifests?.map { $0["changed"] as? Bool } == [true, false])
    #expect(try asJSON.outputAsJSON()["exit_code"] as? Int == 1 && asJSON.exitCode == 1)
    let outcome = try Capsrun.run(["fmt"] + paths, as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == paths[0] + "\n", "\(outcome)")
    #expect(try text(paths[0]) == Self.tidy)
    let attributes = try FileManager.default.attributesOfItem(atPath: paths[0])
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try owner(of: paths[0]) == Caller.user.id)
    let again = try Capsrun.run(["fmt"] + paths, as: caller)
    #expect(again.exitCode == 0 && again.output.isEmpty)
    #expect(try folder.entries() == ["a.yml", "b.yml"])
  }

  @Test func `when one manifest is wrong, none is written`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("a.yml", Self.messy)
    try folder.file("b.yml", "capsule: 1\nfoo: 1\n")
    for options in [[], ["--check"], ["--json"]] {
      let outcome = try Capsrun.run(["fmt", folder("a.yml"), folder("b.yml")] + options, as: .user)
      #expect(outcome.exitCode == 65 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("unknown key"))
    }
    #expect(try text(folder("a.yml")) == Self.messy)
    #expect(try Capsrun.run(["fmt", folder("no.yml")], as: .user).exitCode == 66)
  }

  @Test func `a link is not replaced by a file`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("real.yml", Self.messy)
    try FileManager.default.createSymbolicLink(atPath: folder("link.yml"), withDestinationPath: "real.yml")
    let refused = try Capsrun.run(["fmt", folder("link.yml")], as: .user)
    #expect(refused.exitCode == 66 && refused.errors.contains("is a link"))
    #expect(try text(folder("real.yml")) == Self.messy)
    #expect(try Capsrun.run(["fmt", folder("real.yml")], as: .user).exitCode == 0)
    #expect(try Capsrun.run(["fmt", folder("link.yml")], as: .user).exitCode == 0)
  }

  @Test func `the examples have their form`() throws {
    let examples = Program.packageFolder.appending(path: "examples").path
    let folders = try FileManager.default.contentsOfDirectory(atPath: examples).map { examples + "/" + $0 }
    let outcome = try Capsrun.run(["fmt", "--check"] + folders, as: .user)
    #expect(outcome.exitCode == 0, "\(outcome)")
  }
}
