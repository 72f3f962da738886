import Foundation
import Testing

/// What the project promises to those who build it and take part.
@Suite struct ProjectTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: Program.packageFolder.appending(path: path), encoding: .utf8)
  }

  @Test func `both licences are there, and named where readers look`() throws {
    #expect(try text("LICENSE-MIT").hasPrefix("MIT License"))
    #expect(try text("LICENSE-APACHE").contains("Apache License"))
    #expect(try text("README.md").contains("LICENSE-MIT") && text("README.md").contains("LICENSE-APACHE"))
  }

  @Test func `those who want to take part are told how to build, test, format and filter`() throws {
    let guide = try text("CONTRIBUTING.md")
    for command in ["scripts/test", "scripts/lint", "swift format", "--filter", "scripts/fuzz", "scripts/coverage"] {
      #expect(guide.contains(command), "\(command)")
    }
    let templates = Program.packageFolder.appending(path: ".github/ISSUE_TEMPLATE").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: templates).count >= 2)
  }

  @Test func `one documented command builds the program from a clone`() throws {
    #expect(try text("README.md").contains("\nscripts/quickstart "))
    let path = Program.packageFolder.appending(path: "scripts/quickstart").path
    #expect(FileManager.default.isExecutableFile(atPath: path))
    let steps = try text("scripts/quickstart")
    #expect(steps.contains("scripts/bootstrap") && steps.contains("scripts/build"))
  }

  @Test func `the program is the only product, and no module is a library for others`() throws {
    let package = try text("Package.swift")
    #expect(package.contains("products: [.executable(name: \"capsrun\", targets: [\"capsrun\"])]"))
    let sources = Program.packageFolder.appending(path: "Sources").path
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
    #expect(files.count > 100)
    for file in files {
      let isPublic = try text("Sources/" + file).contains(#/(?m)^ *(@\w+ +)*(public|open) (?!=)/#)
      #expect(!isPublic, "\(file)")
    }
    let page = try text("ARCHITECTURE.md")
    #expect(page.contains("there is no\nlibrary to depend on"))
    for promise in ["--json", "exit codes", "docs/capsule.schema.json"] { #expect(page.contains(promise)) }
  }

  @Test func `an older toolchain is refused with the version that is needed`() throws {
    let folder = try TemporaryFolder(of: .user)
    let swift = try folder.file("swift", "#!/bin/sh\necho 'Swift version 5.9.2 (swift-5.9.2-RELEASE)'\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: swift)
    var spawn = Spawn([Program.packageFolder.appending(path: "scripts/bootstrap").path])
    spawn.environment["PATH"] = folder(".") + ":/usr/sbin:/usr/bin:/sbin:/bin"
    let outcome = try spawn.run()
    #expect(outcome.exitCode == 1 && outcome.errors.contains("Swift 6.2 or newer is needed, and this is 5.9"))
    #expect(try text("Package.swift").hasPrefix("// swift-tools-version: 6.2"))
  }

  @Test func `the built program is one static executable`() throws {
    let outcome = try Spawn(["/usr/bin/readelf", "-lW", try Program.path()]).run()
    #expect(outcome.output.contains("LOAD") && !outcome.output.contains("INTERP"))
  }

  @Test func `what the program prints of itself is ASCII`() throws {
    let help = try Capsrun.run(["--help"], as: .user).output
    let names = help.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0.first?.isLetter == true }
    #expect(names.contains("box") && names.contains("doctor"))
    for arguments in [["--help"], ["doctor"], ["manual"]] + names.map({ ["help", $0] }) {
      let outcome = try Capsrun.run(arguments, as: .user, environment: ["LC_ALL": "C"])
      #expect(outcome.output.utf8.allSatisfy { $0 < 0x80 }, "\(arguments)")
    }
  }
}
