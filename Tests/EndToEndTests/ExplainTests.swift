import Foundation
import Testing

/// Plans that are shown and not executed.
@Suite struct ExplainTests {
  @Test(arguments: Caller.reachable)
  func `box --explain starts nothing`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let arguments = ["--write", folder.path, "--", "touch", folder("made")]
    let explained = try Capsrun.run(["box", "--explain"] + arguments, as: caller)
    #expect(explained.exitCode == 0)
    #expect(explained.output.contains("show \"\(folder.path)\" writable"))
    #expect(explained.output.contains("\"touch\" \"\(folder("made"))\""))
    #expect(try folder.entries().isEmpty)
    #expect(try Capsrun.run(["box"] + arguments, as: caller).exitCode == 0)
    #expect(try folder.entries() == ["made"])
  }

  @Test(arguments: Caller.reachable)
  func `explain tells what run would do, as text and as JSON`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let hello = try folder.copy(ofPackageFolder: "examples/hello", as: "hello")
    let text = try Capsrun.run(["explain", hello], as: caller)
    #expect(text.exitCode == 0)
    let json = try Capsrun.run(["explain", "--json", hello], as: caller)
    #expect(json.exitCode == 0)
    let steps = try steps(json)
    let numbered = text.lines.filter { $0.wholeMatch(of: /\s+\d+  .*/) != nil }
    #expect(numbered.count == steps.count)
    #expect(try self.steps(Capsrun.run(["run", "--explain", "--json", hello], as: caller)) == steps)
    // Parents before what lies inside them, and privileges at the very end.
    let kinds = steps.compactMap { $0["step"] as? String }
    #expect(kinds.count == steps.count)
    #expect(kinds.last == "dropPrivileges")
    let binds = steps.filter { $0["step"] as? String == "bind" }
    // Links are followed before, so that what is shown is what is granted.
    let release = URL(filePath: "/etc/os-release").resolvingSymlinksInPath().path
    for (source, target) in [(hello, "/capsule"), (release, "/etc/os-release"), ("/usr", "/usr")] {
      let bind = try #require(binds.first { $0["source"] as? String == source })
      #expect(bind["target"] as? String == target)
      #expect(bind["access"] as? String == "read")
      #expect(text.output.contains("show \"\(source)\""))
    }
    #expect(binds.allSatisfy { $0["access"] as? String != "write" })
  }

  private func steps(_ outcome: Outcome) throws -> [NSDictionary] {
    try #require(try outcome.outputAsJSON()["setup"] as? [NSDictionary])
  }
}
