import Foundation
import Testing

/// A process that may do less than its capsule, and the rules on files that hold beside the mounts.
@Suite struct NarrowedProcessTests {
  /// A folder with `read` and `write`, each with a file `x` and a folder `below` with a file `x`; and a capsule that is granted
  /// both, with the processes `all` and `own`.
  private struct Place {
    let folder: TemporaryFolder
    let caller: Caller

    init(_ own: String, as caller: Caller) throws {
      folder = try TemporaryFolder(of: caller)
      self.caller = caller
      for name in ["read", "write"] {
        for part in ["", "/below"] {
          try folder.folder(name + part)
          _ = try folder.file(name + part + "/x", "content")
        }
      }
      try folder.folder("capsule")
      let own = own.replacingOccurrences(of: "%", with: folder.path)
      _ = try folder.file(
        "capsule/capsule.yml",
        """
        capsule: 1
        name: app
        capabilities: {fs_read: ["\(folder("read"))"], fs_write: ["\(folder("write"))"]}
        processes:
          all: {cmd: sh, args: [-c, 'exec "$@"', sh], cwd: .}
          own: {cmd: sh, args: [-c, 'exec "$@"', sh], cwd: ., capabilities: \(own)}

        """)
    }

    func attempts(_ names: [String], by process: String) throws -> [String] {
      let probe = Probe.files(names.map { $0.replacingOccurrences(of: "%", with: folder.path) })
      let outcome = try Capsrun.run(
        ["run", "--service", process, folder("capsule"), "--"] + probe.commandLine, as: caller)
      return outcome.lines.map { $0.replacingOccurrences(of: folder.path, with: "%") }
    }
  }

  private static let attempts = [
    "read %/read/x", "read %/read/below/x", "list %/read", "read %/write/x", "write %/write/x", "create %/write/new",
    "write %/write/below/x", "create /tmp/x", "write /dev/null", "read /etc/passwd", "list /usr",
  ]

  /// What a process finds whose capabilities are these; `all`, beside it, finds everything granted.
  @Test(
    arguments: Caller.reachable,
    [
      (
        "{fs_write: []}",
        [
          "read %/write/x EACCES", "write %/write/x EACCES", "create %/write/new EACCES",
          "write %/write/below/x EACCES",
        ]
      ),
      ("{fs_read: []}", ["read %/read/x EACCES", "read %/read/below/x EACCES", "list %/read EACCES"]),
      ("{fs_read: [%/read/below]}", ["read %/read/x EACCES", "list %/read EACCES"]),
      (
        "{fs_write: [%/write/below]}", ["read %/write/x EACCES", "write %/write/x EACCES", "create %/write/new EACCES"]
      ),
      (
        "{fs_read: [%/read, %/write], fs_write: []}",
        ["write %/write/x EACCES", "create %/write/new EACCES", "write %/write/below/x EACCES"]
      ),
      ("{net: []}", []), ("{}", []),
      ("{fs_read: ['%/read/nothing?', %/read/below]}", ["read %/read/x EACCES", "list %/read EACCES"]),
    ] as [(String, [String])])
  func `a process has what its own capabilities say, and no more`(caller: Caller, own: (String, [String])) throws {
    let place = try Place(own.0, as: caller)
    let all = try place.attempts(Self.attempts, by: "all")
    #expect(all.filter { !$0.hasSuffix(" OK") } == [], "the capsule has everything")
    try FileManager.default.removeItem(atPath: place.folder("write/new"))
    let narrowed = try place.attempts(Self.attempts, by: "own")
    #expect(narrowed.filter { !$0.hasSuffix(" OK") } == own.1)
  }

  @Test func `explain says what a process is kept from, and by what`() throws {
    let place = try Place("{fs_read: [%/read/below], fs_write: []}", as: .user)
    let path = place.folder.path
    let questions = ["read:\(path)/read/x", "read:\(path)/read/below/x", "write:\(path)/write/x", "read:/etc/passwd"]
    func answers(_ more: [String]) throws -> [String] {
      let outcome = try Capsrun.run(
        ["explain"] + more + questions.flatMap { ["--can", $0] } + [place.folder("capsule")], as: .user)
      return outcome.output.split(separator: "\n").map(String.init)
    }
    let both = try answers([])
    #expect(both.count == 4 && both.allSatisfy { !$0.isEmpty })
    #expect(both[0].contains("depends") && both[0].contains("\"own\"") && both[0].contains("Landlock rules"), "\(both)")
    #expect(both[1].contains(": yes:") && both[2].contains("depends") && both[3].contains(": yes:"), "\(both)")
    let plan = try Capsrun.run(["explain", place.folder("capsule")], as: .user).output
    #expect(
      plan.contains("files       may not use \"\(path)/read\", \"\(path)/write\", but for \"\(path)/read/below\""),
      "\(plan)")
  }

  @Test(arguments: Caller.reachable)
  func `moving between folders, sockets and pipes go on where writing is granted`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = """
      mkdir a b && echo x > a/f && mv a/f b/g && ln b/g a/h && ln -s g b/l && mkfifo a/p && rm -r a \
      && : > b/g && echo moved && echo x > /dev/null && echo $$ > /dev/shm/n && cat /dev/shm/n > /dev/full; echo $?
      """
    let outcome = try Capsrun.run(
      ["box", "--write", folder.path, "--chdir", folder.path, "--", "sh", "-c", script], as: caller)
    #expect(outcome.lines == ["moved", "1"], "\(outcome)")
  }

  /// /proc is mounted for reading and writing, and only what the rules name may be changed below the root.
  @Test(arguments: Caller.reachable)
  func `rules hold beside the mounts`(caller: Caller) throws {
    let script = """
      import ctypes, os
      libc = ctypes.CDLL(None, use_errno=True)
      # Asks for the version of Landlock's interface alone: the filter does not know the call, and a program cannot stack more.
      def attempt(name, action):
          try:
              action()
              print(name, "OK")
          except OSError as error:
              print(name, os.strerror(error.errno))
      attempt("own name", lambda: open("/proc/self/comm", "w").write("x"))
      attempt("new device", lambda: os.mknod("/tmp/d", 0o600 | 0o020000, os.makedev(1, 3)))
      attempt("new fifo", lambda: os.mkfifo("/tmp/f"))
      attempt("new in dev", lambda: open("/dev/new", "w"))
      """
    let outcome = try Capsrun.run(["box", "--", "python3", "-c", script], as: caller)
    #expect(
      outcome.lines.count == 4 && outcome.lines[0] == "own name OK" && outcome.lines[2] == "new fifo OK", "\(outcome)")
    #expect(!outcome.lines[1].hasSuffix("OK") && !outcome.lines[3].hasSuffix("OK"), "\(outcome)")
  }
}
