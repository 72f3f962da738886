import Foundation
import Testing

/// Device nodes of the host that are granted.
@Suite struct DeviceGrantTests {
  /// Runs a command as a caller on a machine that has some devices more: in a mount namespace of its own, where they stand
  /// in a /dev that vanishes with it. They are all /dev/null or /dev/zero by their numbers.
  private func onMachine(_ command: [String], as caller: Caller) throws -> Outcome {
    let script = """
      set -e
      mount -t tmpfs none /dev
      for node in null:3 zero:5 full:7 random:8 urandom:9 open:3 closed:3; do
        mknod -m 666 "/dev/${node%:*}" c 1 "${node#*:}"
      done
      mknod -m 666 /dev/tty c 5 0
      chmod 600 /dev/closed
      mkdir /dev/deep /dev/shm; mknod -m 666 /dev/deep/node c 1 5
      mknod -m 600 /dev/harmless c 1 1; mknod -m 600 /dev/block b 7 0; mknod -m 600 /dev/disc b 7 0
      touch /dev/file; ln -s open /dev/link; ln -s /etc/passwd /dev/out; ln -s urandom /dev/again
      exec "$@"
      """
    let program = try Program.path()
    let whole = try caller.commandLine([program] + command)
    return try Spawn(["/usr/bin/unshare", "-m", "sh", "-c", script, "sh"] + whole).run()
  }

  private let write = "for d in \"$@\"; do (echo x > $d) 2> /dev/null && echo $d OK || echo $d refused; done"

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a granted device can be opened, and only that`(caller: Caller) throws {
    let names = ["/dev/open", "/dev/deep/node", "/dev/closed", "/dev/null"]
    let shell = ["--", "sh", "-c", write, "sh"] + names
    let granted = try onMachine(["box", "--device", "/dev/open", "--device", "/dev/deep/node"] + shell, as: caller)
    #expect(
      granted.lines == ["/dev/open OK", "/dev/deep/node OK", "/dev/closed refused", "/dev/null OK"], "\(granted)")
    let none = try onMachine(["box"] + shell, as: caller)
    #expect(none.lines == names.map { $0 + ($0 == "/dev/null" ? " OK" : " refused") }, "\(none)")
    let listing = try onMachine(["box", "--device", "/dev/deep/node", "--", "ls", "/dev", "/dev/deep"], as: caller)
    #expect(!listing.lines.contains("open") && listing.lines.contains("node"))
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a process has those devices of its capsule that it names`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let process = "cmd: sh, args: [-c, 'exec \"$@\"', sh], cwd: ."
    try folder.file(
      "capsule.yml",
      """
      capsule: 1
      name: app
      capabilities: {devices: [/dev/open, /dev/deep/node]}
      processes:
        all: {\(process)}
        one: {\(process), capabilities: {devices: [/dev/open]}}
        none: {\(process), capabilities: {devices: []}}

      """)
    let names = ["/dev/open", "/dev/deep/node", "/dev/null", "/dev/closed"]
    func opened(by process: String) throws -> [String] {
      let outcome = try onMachine(
        ["run", "--service", process, folder.path, "--", "sh", "-c", write, "sh"] + names, as: caller)
      return outcome.lines.filter { $0.hasSuffix(" OK") }.map { String($0.dropLast(3)) }
    }
    #expect(try opened(by: "all") == ["/dev/open", "/dev/deep/node", "/dev/null"])
    #expect(try opened(by: "one") == ["/dev/open", "/dev/null"])
    #expect(try opened(by: "none") == ["/dev/null"])
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a granted node is a device, and its mount is for nothing else`(caller: Caller) throws {
    let outcome = try onMachine(
      [
        "box", "--device", "/dev/open", "--", "sh", "-c",
        "stat -c '%F %t:%T' /dev/open; grep ' /dev/open ' /proc/self/mounts",
      ],
      as: caller)
    #expect(outcome.lines.first == "character special file 1:3", "\(outcome)")
    let options = try #require(outcome.lines.last?.split(separator: " ").dropFirst(3).first).split(separator: ",")
    #expect(options.contains("ro") && options.contains("nosuid") && options.contains("noexec"))
    #expect(!options.contains("nodev"))
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a device grant that ends with ? may be missing, another may not`(caller: Caller) throws {
    let missing = try onMachine(["box", "--device", "/dev/later?", "--", "echo", "ran"], as: caller)
    #expect(missing.output == "ran\n")
    let refused = try onMachine(["box", "--device", "/dev/later", "--", "echo", "ran"], as: caller)
    #expect(refused.exitCode == 66 && refused.output.isEmpty && refused.errors.contains("/dev/later"))
  }

  /// A grant, and words of the error.
  static let refused = [
    ("/dev/mem", "reaches the memory"), ("/dev/null", "every sandbox has its own"), ("/etc/passwd", "not below /dev"),
    ("/dev/file", "is no device"), ("/dev/out", "is no device"), ("/dev/again", "every sandbox has its own"),
    ("/dev/harmless", "reaches the memory"), ("/dev/disc", "holds whole file systems"),
    ("/dev/block", "holds whole file systems"),
  ]

  @Test(.needsRoot, arguments: Caller.reachable, refused)
  func `a dangerous device is refused by its name, by its number and behind a link`(
    caller: Caller, refused: (path: String, words: String)
  ) throws {
    let outcome = try onMachine(["box", "--device", refused.path, "--", "echo", "ran"], as: caller)
    #expect(outcome.exitCode == 64 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains(refused.words) && outcome.errors.contains("hint:"), "\(outcome.errors)")
    let control = try onMachine(
      ["box", "--device", "/dev/link", "--", "sh", "-c", ": > /dev/link && echo ran"], as: caller)
    #expect(control.output == "ran\n", "\(control)")
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a device that its permissions keep from the workload is told`(caller: Caller) throws {
    let explained = try onMachine(["box", "--explain", "--device", "/dev/closed", "--", "true"], as: caller)
    #expect(explained.exitCode == 0)
    #expect(explained.errors.contains("its permissions (600, user 0, group 0) refuse"), "\(explained.errors)")
    #expect(explained.output.contains("show \"/dev/closed\" as a device"))
    #expect(explained.output.contains("grant       devices \"/dev/closed\""))
    let open = try onMachine(["box", "--explain", "--device", "/dev/open", "--", "true"], as: caller)
    #expect(open.errors.isEmpty)
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `the devices of a manifest are granted, and the answers about them are true`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    try place.source(
      manifest: CapsulePlace.manifest + "capabilities: {devices: [/dev/open, /dev/closed, /dev/later?]}\n",
      script: "for d in /dev/open /dev/closed /dev/deep/node; do (: > $d) 2> /dev/null && echo yes || echo no; done\n")
    let run = try onMachine(["run", place.folder("app")], as: caller)
    #expect(run.lines == ["yes", "no", "no"], "\(run)")
    for (path, answer) in zip(["/dev/open", "/dev/closed", "/dev/deep/node"], run.lines) {
      let told = try onMachine(["explain", "--can", "write:" + path, place.folder("app")], as: caller)
      #expect(told.exitCode == (answer == "yes" ? 0 : 1), "\(told)")
    }
  }
}
