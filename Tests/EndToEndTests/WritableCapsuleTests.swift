import Foundation
import Testing

/// Capsules that may change their own files: `rootfs: {writable: ephemeral}`.
@Suite struct WritableCapsuleTests {
  private static let writable = "rootfs: {writable: ephemeral}\n"

  /// A folder `app` that holds a capsule with one shell script.
  private func capsule(_ folder: TemporaryFolder, _ manifest: String, script: String) throws {
    for name in ["app", "app/bin", "app/data"] { try folder.folder(name) }
    try folder.file("app/capsule.yml", "capsule: 1\nname: app\nentrypoint: bin/main\n" + manifest)
    try folder.file("app/bin/main", "#!/bin/sh\n" + script, mode: 0o755)
    try folder.file("app/data/a", "a\n")
    try folder.file("app/data/b", "b\n", mode: 0o444)
  }

  /// Builds and installs it, and returns the tree in the store.
  private func install(_ folder: TemporaryFolder, as caller: Caller) throws -> String {
    let built = try run(["build", "app", "-o", "app.tar.gz"], folder, as: caller)
    try #require(built.exitCode == 0, "\(built)")
    let installed = try run(["install", "--json", "--allow-unsigned", "app.tar.gz"], folder, as: caller)
    try #require(installed.exitCode == 0, "\(installed)")
    let id = try #require(try installed.outputAsJSON()["id"] as? String)
    return folder("store/capsules/\(id)/tree")
  }

  private func run(_ arguments: [String], _ folder: TemporaryFolder, as caller: Caller) throws -> Outcome {
    try Capsrun.run(
      arguments, as: caller, environment: ["CAPSRUN_STORE": folder("store"), "CAPSRUN_CONFIG": folder("config")],
      workingFolder: folder.path)
  }

  /// Every file of a tree, with its mode and content.
  private func content(_ tree: String) throws -> [String] {
    let listing = try Spawn([
      "/bin/sh", "-c", "cd \"$0\" && find . -printf '%p %m %l\\n' -type f -exec cat {} \\; | sort", tree,
    ])
    .run()
    return try #require(listing.exitCode == 0 ? listing.lines : nil)
  }

  private static let changing = """
    cat data/a data/b
    echo more >> data/a && cat data/a
    rm -f data/b && echo new > data/b && cat data/b
    rm bin/main && echo gone
    mkdir made && echo x > made/x && mv made moved && ls
    """

  @Test(arguments: Caller.reachable)
  func `what a capsule changes is as it was at the next run, and in the store all the time`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try capsule(folder, Self.writable, script: Self.changing)
    let tree = try install(folder, as: caller)
    let before = try content(tree)
    for _ in 1...2 {
      let outcome = try run(["run", "app"], folder, as: caller)
      #expect(outcome.exitCode == 0)
      #expect(
        outcome.lines == ["a", "b", "a", "more", "new", "gone", "bin", "capsule.yml", "data", "moved"], "\(outcome)")
    }
    #expect(try content(tree) == before && before.contains("./data/b 444 "))
  }

  @Test(arguments: Caller.reachable)
  func `without it nothing of a capsule can be changed`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "rm -f data/b; echo x > made; cat data/b"
    try capsule(folder, "rootfs: {writable: none}\n", script: script)
    let outcome = try run(["run", "app/."], folder, as: caller)
    #expect(outcome.output == "b\n" && outcome.errors.contains("Read-only file system"), "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `the layers are out of sight, the rest of the root stays read-only, and memory is limited`(caller: Caller) throws
  {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      ls; touch /outside; touch made && echo made
      python3 -c 'import os; s = os.statvfs("/capsule"); print(s.f_blocks * s.f_frsize >> 20, s.f_files)'
      cp /bin/true made && chmod 4755 made 2> /dev/null; stat -c %a made
      """
    try capsule(folder, Self.writable, script: script)
    let outcome = try run(["run", "app/."], folder, as: caller)
    #expect(outcome.lines.prefix(5) == ["bin", "capsule.yml", "data", "made", "512 65536"], "\(outcome)")
    #expect(outcome.lines.last?.count == 3, "no set-user-id bit")
    #expect(outcome.errors.contains("'/outside': Read-only file system"))
    #expect(try folder.entries("app") == ["bin", "capsule.yml", "data"])
  }

  @Test(arguments: Caller.reachable)
  func `the answer about writing is what happens`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "for f in \"$@\"; do if (: >> \"$f\") 2> /dev/null; then echo yes; else echo no; fi; done"
    try capsule(folder, Self.writable, script: script)
    var paths = ["new", "capsule.yml", "bin/main", "data/a", "data/b", "data/new", "none/new"]
    if Caller.testsRunAsRoot {
      // Files of a user whom the sandbox does not have, though everybody may write to them.
      try folder.folder("app/foreign")
      try folder.file("app/foreign/x", mode: 0o666)
      try folder.file("app/data/foreign", mode: 0o666)
      for name in ["app/foreign", "app/data/foreign"] {
        try #require(chown(folder(name), 77, 77) == 0 && chmod(folder(name), 0o777) == 0)
      }
      paths += ["foreign/x", "foreign/new", "data/foreign"]
    }
    let outcome = try run(["run", "app/.", "--"] + paths, folder, as: caller)
    try #require(outcome.lines.count == paths.count, "\(outcome)")
    for (path, happened) in zip(paths, outcome.lines) {
      let answer = try run(["explain", "--can", "write:/capsule/" + path, "app/."], folder, as: caller)
      #expect(answer.exitCode == (happened == "yes" ? 0 : 1), "\(path): \(answer)")
      if happened == "yes" { #expect(answer.output.contains("changes lie in memory")) }
    }
    #expect(outcome.lines.prefix(7) == ["yes", "yes", "yes", "yes", "no", "yes", "no"])
    #expect(outcome.lines.dropFirst(7).allSatisfy { $0 == "no" })
  }
}
