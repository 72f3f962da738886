import Foundation
import Testing

/// Without one layer, on purpose: what the others still hold.
@Suite struct ReducedTierTests {
  private func withoutLandlock(_ options: [String], _ script: String, as caller: Caller) throws -> Outcome {
    let words = [try Program.path(), "box"] + options + ["--", "sh", "-c", script]
    let filter = OuterFilter(answers: [("landlock_create_ruleset", 95)])
    return try Spawn(try caller.commandLine(filter.commandLine(words))).run()
  }

  @Test(arguments: Caller.reachable)
  func `without Landlock the mounts hold, where that is allowed`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let (secret, shown) = (try folder.file("secret", "s"), try folder.file("shown", "g"))
    let script = "cat \(shown); cat \(secret); echo x > \(shown); echo x > /usr/x; echo; echo end"
    let refused = try withoutLandlock(["--read", shown], script, as: caller)
    #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
    let result = folder("result.json")
    let outcome = try withoutLandlock(
      ["--allow-degraded=landlock", "--read", shown, "--result", result], script, as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == "g\nend\n", "\(outcome)")
    #expect(outcome.errors.contains("runs without landlock"), "\(outcome)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: result))) as? [String: Any])
    #expect(json["tier"] as? String == "reduced" && json["degraded"] as? [String] == ["landlock"])
  }

  @Test(arguments: Caller.reachable)
  func `a permission for one layer is none for another`(caller: Caller) throws {
    let outcome = try withoutLandlock(["--allow-degraded=proc"], "echo started", as: caller)
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
  }

  /// As in a container, where the engine has put something over a part of /proc: the kernel then refuses a new one.
  private func withMaskedProcesses(_ command: [String], as caller: Caller) throws -> Outcome {
    let words = [
      "/usr/bin/unshare", "--mount", "sh", "-c", "mount --bind /dev/null /proc/kallsyms && exec \"$@\"", "sh",
    ]
    return try Spawn(words + (try caller.commandLine(command))).run()
  }

  @Test(.needsRoot) func `with the process list of others, their environments and files stay shut`() throws {
    let canary = try Spawn(try Caller.user.commandLine(["/bin/sleep", "60"])).start()
    try eventually("it sleeps") { HostProcesses.entry(canary.pid)?.name == "sleep" }
    let attempts = Probe.files([
      "read /proc/\(canary.pid)/environ", "link /proc/\(canary.pid)/fd/0", "link /proc/\(canary.pid)/cwd",
      "read /proc/\(canary.pid)/cmdline", "write /proc/sys/kernel/hostname", "read /proc/modules",
      "read /proc/self/status",
    ])
    let outside = try attempts.outside(as: .user)
    #expect(outside.lines.prefix(4).allSatisfy { $0.hasSuffix("OK") }, "\(outside)")
    let box = [try Program.path(), "box"]
    let refused = try withMaskedProcesses(box + ["--"] + attempts.commandLine, as: .user)
    #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
    let inside = try withMaskedProcesses(box + ["--allow-degraded=proc", "--"] + attempts.commandLine, as: .user)
    let lines = inside.lines.map { $0.split(separator: " ").last.map(String.init) ?? "" }
    #expect(lines.count == 7 && lines[0] == "EACCES" && lines[1] == "EACCES" && lines[2] == "EACCES", "\(inside)")
    #expect(lines[3] == "OK", "that much is to be seen: \(inside)")
    #expect(lines[4] != "OK" && lines[5] != "OK" && lines[6] == "OK", "\(inside)")
    #expect(inside.errors.contains("runs without proc"), "\(inside)")
    #expect(kill(canary.pid, 0) == 0)
  }
}
