import Foundation
import Testing

/// What of the host's files a sandbox sees, and what it may do to them.
@Suite struct GrantTests {
  @Test(arguments: Caller.reachable)
  func `a file that is not granted is not there, a granted one is readable`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let granted = try folder.file("granted", "content", mode: 0o600)
    let hidden = try folder.file("hidden", "content", mode: 0o644)
    let outcome = try Capsrun.probe(
      .files(["read \(granted)", "read \(hidden)", "list /root", "read /etc/shadow"]), ["--read", granted], as: caller)
    #expect(
      outcome.lines == ["read \(granted) OK", "read \(hidden) ENOENT", "list /root ENOENT", "read /etc/shadow ENOENT"])
    let both = try Capsrun.probe(.files(["read \(hidden)"]), ["--read", folder.path], as: caller)
    #expect(both.lines == ["read \(hidden) OK"])
  }

  @Test(arguments: Caller.reachable)
  func `a read grant cannot be written to, a write grant can`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let file = try folder.file("file", "content")
    let attempts = Probe.files(["read \(file)", "write \(file)", "create \(folder("new"))"])
    let reading = try Capsrun.probe(attempts, ["--read", folder.path], as: caller)
    #expect(reading.lines == ["read \(file) OK", "write \(file) EROFS", "create \(folder("new")) EROFS"])
    #expect(try folder.entries() == ["file"])
    let writing = try Capsrun.probe(attempts, ["--write", folder.path], as: caller)
    #expect(writing.lines == ["read \(file) OK", "write \(file) OK", "create \(folder("new")) OK"])
    #expect(try owner(of: folder("new")) == caller.id)
  }

  @Test(arguments: Caller.reachable)
  func `what may only be read stays at its place in what may be written`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    for path in ["repo", "repo/.git", "repo/.git/hooks", "repo/.git/hooks/deep"] { try folder.folder(path) }
    let attempt = """
      import errno, os
      for path in [".git", ".git/hooks", ".git/hooks/deep"]:
          try:
              os.rename(path, path + "x")
              os.rename(path + "x", path)
              print("moved", path)
          except OSError as error:
              print(errno.errorcode[error.errno], path)
      """
    func attempts(_ options: [String]) throws -> [String] {
      let options = ["--write", folder("repo"), "--chdir", folder("repo")] + options
      return try Capsrun.run(["box"] + options + ["--", "/usr/bin/python3", "-c", attempt], as: caller).lines
    }
    let busy = ["EBUSY .git", "EBUSY .git/hooks"]
    #expect(try attempts(["--read", folder("repo/.git/hooks/deep")]) == busy + ["EBUSY .git/hooks/deep"])
    #expect(try attempts(["--read", folder("repo/.git/hooks")]) == busy + ["EROFS .git/hooks/deep"])
    // Without the read grant they can be moved.
    #expect(try attempts([]) == ["moved .git", "moved .git/hooks", "moved .git/hooks/deep"])
    let missing = ["--write", folder("repo"), "--read", folder("repo/conf") + "?"]
    let refused = try Capsrun.shell("true", missing, as: caller)
    #expect(refused.exitCode == 66 && refused.errors.contains("the program could make it"), "\(refused)")
    #expect(try Capsrun.shell("true", ["--read", folder("repo/conf") + "?"], as: caller).exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `a target is led nowhere by a link in a granted folder`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let source = try folder.file("source", "canary")
    for path in ["granted", "granted/real"] { try folder.folder(path) }
    _ = try folder.file("granted/real/passwd", "content")
    for (name, target) in [("out", "/etc"), ("near", "real")] {
      try FileManager.default.createSymbolicLink(atPath: folder("granted/" + name), withDestinationPath: target)
    }
    func bind(_ target: String) throws -> Outcome {
      try Capsrun.shell(
        "cat /etc/passwd \(folder("granted"))/real/passwd",
        ["--read", folder("granted"), "--bind", source + ":" + target], as: caller)
    }
    for name in ["out", "near"] {
      let outcome = try bind(folder("granted/\(name)/passwd"))
      #expect(
        outcome.exitCode == 69 || outcome.exitCode == 125 || outcome.exitCode == 64 || outcome.exitCode == 65,
        "\(outcome)")
      #expect(outcome.errors.contains("ELOOP") && !outcome.output.contains("canary"), "\(outcome)")
    }
    #expect(try bind(folder("granted/real/passwd")).output.contains("canary"))
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a mount below a read grant cannot be written to either`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let below = try folder.folder("below")
    // Outside, in a mount namespace that vanishes with its last process.
    let mounting = """
      mount -t tmpfs -o uid=\(caller.id),gid=\(caller.id) none \(below) && echo inner > \(below)/file \
      && chmod 666 \(below)/file && exec "$@"
      """
    let attempts = Probe.files(["read \(below)/file", "write \(below)/file", "create \(below)/new"])
    var inside = try Capsrun.spawn(["box", "--read", folder.path, "--"] + attempts.commandLine, as: caller)
    inside.commandLine = ["/usr/bin/unshare", "-m", "sh", "-c", mounting, "sh"] + inside.commandLine
    #expect(
      try inside.run().lines == [
        "read \(below)/file OK", "write \(below)/file EROFS", "create \(below)/new EROFS",
      ])
    let outside = try Spawn(
      ["/usr/bin/unshare", "-m", "sh", "-c", mounting, "sh"] + caller.commandLine(attempts.commandLine)
    ).run()
    #expect(
      outside.lines == ["read \(below)/file OK", "write \(below)/file OK", "create \(below)/new OK"])
  }

  @Test(arguments: Caller.reachable)
  func `bind shows a source at another path, for reading only`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let source = try folder.file("source", "content")
    let outcome = try Capsrun.probe(
      .files(["read /srv/deep/target", "write /srv/deep/target", "read \(source)"]),
      ["--bind", "\(source):/srv/deep/target"], as: caller)
    #expect(outcome.lines == ["read /srv/deep/target OK", "write /srv/deep/target EROFS", "read \(source) ENOENT"])
    let relative = try Capsrun.run(
      ["box", "--bind", "source:/srv/name", "--", "cat", "/srv/name"], as: caller, workingFolder: folder.path)
    #expect(relative.output == "content")
  }

  @Test(arguments: Caller.reachable, ["--read", "--write"])
  func `a grant that ends with ? may be missing, another may not`(caller: Caller, option: String) throws {
    let folder = try TemporaryFolder(of: caller)
    let path = folder("later")
    let missing = try Capsrun.shell("echo ran; ls -d \(path)", [option, path + "?"], as: caller)
    #expect(missing.output == "ran\n")
    let refused = try Capsrun.shell("echo ran", [option, path], as: caller)
    #expect(refused.exitCode == 66)
    #expect(refused.output.isEmpty)
    #expect(refused.errors.contains("\"\(path)\""))
    try folder.file("later", "content")
    #expect(try Capsrun.shell("cat \(path)", [option, path + "?"], as: caller).output == "content")
    #expect(try Capsrun.shell("cat \(path)", [option, path], as: caller).output == "content")
  }

  /// Options with the words that the message must have; `D` stands for a folder of the caller.
  static let refused: [(options: [String], message: String)] = [
    (["--read", "/"], "\"/\""),
    (["--write", "/"], "\"/\""),
    (["--read", "/../."], "\"/\""),
    (["--bind", "D:/"], "\"/\""),
    (["--read", "/proc"], "/proc"),
    (["--read", "/proc/self"], "/proc"),
    (["--write", "/dev"], "/dev"),
    (["--read", "/dev/mem"], "/dev"),
    (["--bind", "D:/proc/sys"], "/proc"),
    (["--bind", "D:/dev/shm"], "/dev"),
    (["--bind", "D/one:/srv/x", "--bind", "D/two:/srv/x"], "\"/srv/x\""),
    (["--bind", "D/one"], "SOURCE:TARGET"),
    (["--bind", "D/one:srv"], "SOURCE:TARGET"),
  ]

  @Test(arguments: Caller.reachable, refused)
  func `a grant that would break the sandbox is refused`(
    caller: Caller, refused: (options: [String], message: String)
  ) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("one")
    try folder.file("two")
    let options = refused.options.map { $0.replacing("D", with: folder.path) }
    let outcome = try Capsrun.shell("echo ran", options, as: caller)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(refused.message))
    let control = try Capsrun.shell("echo ran", ["--bind", "\(folder("one")):/srv/x"], as: caller)
    #expect(control.output == "ran\n")
  }

  @Test(arguments: Caller.reachable, ["--read", "--write"])
  func `a bind needs its target in a granted folder, and makes nothing there`(caller: Caller, option: String) throws {
    let folder = try TemporaryFolder(of: caller)
    let host = try folder.folder("host")
    let source = try folder.file("source", "from elsewhere")
    for target in ["missing", "missing/deeper"] {
      let outcome = try Capsrun.shell(
        "echo ran", [option, host, "--bind", "\(source):\(host)/\(target)"], as: caller)
      #expect(outcome.exitCode == 64)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(host))
      #expect(try folder.entries("host").isEmpty)
    }
    try folder.file("host/there", "from the host")
    let control = try Capsrun.shell(
      "cat \(host)/there", [option, host, "--bind", "\(source):\(host)/there"], as: caller)
    #expect(control.output == "from elsewhere")
    #expect(try String(contentsOfFile: folder("host/there"), encoding: .utf8) == "from the host")
  }
}
