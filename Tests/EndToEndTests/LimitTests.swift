import Foundation
import Testing

/// Limits of processes: `resources: {rlimits, nice}`.
@Suite struct LimitTests {
  private func place(as caller: Caller, _ resources: String, script: String) throws -> CapsulePlace {
    let place = try CapsulePlace(as: caller)
    try place.source(manifest: CapsulePlace.manifest + "resources: \(resources)\n", script: script)
    return place
  }

  @Test(arguments: Caller.reachable)
  func `the limits of a manifest hold, and nothing inside raises them`(caller: Caller) throws {
    let place = try place(
      as: caller, "{rlimits: {nofile: {soft: 64, hard: 128}, fsize: 4096, cpu: {hard: 30}, core: 0}, nice: 5}",
      script: """
        ulimit -Sn; ulimit -Hn; ulimit -Sf; ulimit -t; ulimit -c; nice
        (ulimit -n 256) 2> /dev/null || echo refused
        (ulimit -n 128) && echo raised
        head -c 10000 /dev/zero > /tmp/x; wc -c < /tmp/x

        """)
    let outcome = try place.capsrun("run", place.folder("app"))
    // The shell counts the size of files in units of its own.
    #expect(outcome.lines == ["64", "128", "8", "30", "0", "5", "refused", "raised", "4096"], "\(outcome)")
    let explained = try place.capsrun("explain", place.folder("app"))
    #expect(
      explained.output.contains("limit       nofile 64, at most 128") && explained.output.contains("niceness    5"))
    let without = try Capsrun.shell("ulimit -c; nice", as: caller)
    #expect(without.lines == ["0", "0"])
  }

  @Test(arguments: Caller.reachable)
  func `a limit that cannot be set stops the start and is named`(caller: Caller) throws {
    for (resources, words) in [
      ("{rlimits: {nofile: 2000000000}}", "set the limit nofile to 2000000000"),
      ("{rlimits: {core: unlimited}}", "resources.rlimits.core"), ("{nice: -5}", "set the niceness to -5"),
    ] {
      let place = try place(as: caller, resources, script: "echo ran\n")
      let outcome = try place.capsrun("run", place.folder("app"))
      #expect(outcome.exitCode == 69 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome)")
      #expect(outcome.errors.contains("hint:"))
    }
  }

  @Test func `a crash leaves no core file`() throws {
    let folder = try TemporaryFolder(of: .user)
    let crash = try Capsrun.run(
      ["box", "--write", folder.path, "--chdir", folder.path, "--", "sh", "-c", "kill -SEGV $$"], as: .user)
    #expect(crash.exitCode == 139)
    #expect(try folder.entries().isEmpty)
  }
}
