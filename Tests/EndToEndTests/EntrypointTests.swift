import Foundation
import Testing

/// `capsrun entrypoint`, on a machine and below what a container engine puts around it. That it is PID 1 of real containers is
/// tried in a virtual machine: Tests/VM/containers.sh.
@Suite struct EntrypointTests {
  private func manifest(_ tier: String? = nil) -> String {
    "capsule: 1\nname: demo\nversion: 1.0.0\nentrypoint: bin/main\n"
      + (tier.map { "security: { min_tier: \($0) }\n" } ?? "")
  }

  private func run(
    _ folder: String, _ options: [String] = [], arguments: [String] = [], isShut: Bool = false, as caller: Caller
  ) throws -> Outcome {
    let words = [try Program.path(), "entrypoint"] + options + [folder, "--"] + arguments
    return try Spawn(try caller.commandLine(isShut ? OuterFilter.containerEngine.commandLine(words) : words)).run()
  }

  @Test(arguments: Caller.reachable)
  func `the best tier that there is is taken, and told`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let folder = try place.source(manifest: manifest("filter-only"), script: "echo runs as $(id -u); exit $1\n")
    let outcome = try run(folder, arguments: ["37"], as: caller)
    #expect(outcome.exitCode == 37 && outcome.output == "runs as 1000\n", "\(outcome)")
    #expect(outcome.errors.contains("tier full") && !outcome.errors.contains("warning"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `less than the full tier needs a permission, and the error says which`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let folder = try place.source(manifest: manifest())
    let outcome = try run(folder, isShut: true, as: caller)
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("namespaces is missing here"), "\(outcome)")
    #expect(outcome.errors.contains("--allow-degraded=namespaces"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `what the manifest demands stands above the options`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let folder = try place.source(manifest: manifest("full"))
    for option in ["--min-tier=filter-only", "--allow-degraded=namespaces"] {
      let words = option.split(separator: "=").map(String.init)
      let outcome = try run(folder, words, isShut: true, as: caller)
      #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.contains("only the tier filter-only can be had here, and full is the least"), "\(outcome)")
    }
    let open = try run(folder, as: caller)
    #expect(open.exitCode == 0 && open.output == "it runs\n", "\(open)")
  }

  @Test(arguments: Caller.reachable)
  func `without namespaces a capsule must lie at its path`(caller: Caller) throws {
    guard !FileManager.default.fileExists(atPath: "/capsule") else { return }
    let place = try CapsulePlace(as: caller)
    let folder = try place.source(manifest: manifest("filter-only"))
    let outcome = try run(folder, isShut: true, as: caller)
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("without namespaces the capsule must be at /capsule"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `run takes no permission from a manifest`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let folder = try place.source(manifest: manifest("filter-only"))
    let words = OuterFilter.containerEngine.commandLine([try Program.path(), "run", folder])
    let outcome = try Spawn(try caller.commandLine(words)).run()
    #expect(outcome.exitCode == 69 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("user namespaces are forbidden here"), "\(outcome)")
  }

  @Test func `a folder of root's is run by anybody, one of another user's is not`() throws {
    guard Caller.testsRunAsRoot else { return }
    let roots = try CapsulePlace(as: .root)
    let outcome = try run(try roots.source(), as: .user)
    #expect(outcome.exitCode == 0 && outcome.output == "it runs\n", "\(outcome)")
    let users = try CapsulePlace(as: .user)
    let refused = try run(try users.source(), as: .root)
    #expect(refused.exitCode == 66 && refused.errors.contains("belongs to user 1500"), "\(refused)")
  }

  @Test(.needsRoot) func `as PID 1 it reaps, passes signals on, and ends as the program does`() throws {
    let place = try CapsulePlace(as: .root)
    let folder = try place.source(
      script: "trap 'echo asked; exit 7' TERM; echo up; while :; do sleep 0.05; done\n")
    let process = try Spawn([
      "/usr/bin/unshare", "--pid", "--fork", "--mount-proc", try Program.path(), "entrypoint", folder,
    ]).start()
    try process.waitForOutput("up\n")
    // unshare itself does not pass signals on; its child is PID 1.
    let first = try #require(HostProcesses.all().first { $0.parent == process.pid })
    #expect(first.name == "capsrun")
    #expect(kill(first.pid, SIGTERM) == 0)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 7 && outcome.output == "up\nasked\n", "\(outcome)")
  }
}
