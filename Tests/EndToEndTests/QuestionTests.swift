import Foundation
import Testing

/// What `explain --can` answers, against what the kernel does in the very sandbox that was asked about.
@Suite struct QuestionTests {
  /// Looks at each path and changes nothing, whatever happens: access(2) alone.
  private static let look = """
    import json, os, sys
    for path in json.load(sys.stdin):
        real = os.path.realpath(path)
        write = os.access(real, os.W_OK) if os.path.exists(real) else os.access(os.path.dirname(real), os.W_OK | os.X_OK)
        print(json.dumps([path, os.access(path, os.R_OK), write]))
    """

  private struct Answer: Decodable {
    let question: String
    let answer: String
    let rule: String
    let layer: String
  }

  private func ask(_ questions: [String], of folder: String, as caller: Caller) throws -> [String: Answer] {
    let options = questions.flatMap { ["--can", $0] }
    let outcome = try Capsrun.run(["explain", "--json"] + options + [folder], as: caller)
    try #require(outcome.exitCode == 0 || outcome.exitCode == 1, "\(outcome.errors)")
    let answers = try JSONDecoder().decode([String: [Answer]].self, from: Data(outcome.output.utf8))["answers"] ?? []
    return Dictionary(uniqueKeysWithValues: answers.map { ($0.question, $0) })
  }

  private func capsule(_ folder: TemporaryFolder, _ rest: String) throws -> String {
    _ = try folder.folder("capsule")
    _ = try folder.file("capsule/capsule.yml", "capsule: 1\nname: app\n" + rest)
    return folder("capsule")
  }

  /// Files of every kind that a sandbox may or may not see.
  private func paths(_ folder: TemporaryFolder, _ capsule: String) throws -> [String] {
    var paths = [
      "/", "/etc", "/etc/passwd", "/etc/shadow", "/etc/hosts", "/etc/resolv.conf", "/etc/os-release", "/etc/fstab",
      "/usr", "/usr/bin/env", "/bin", "/bin/sh", "/lib64", "/usr/nothing", "/etc/localtime",
      "/etc/ssl/certs", "/etc/ssl/private", "/etc/alternatives", "/root", "/home", "/var", "/var/log", "/run", "/sys",
      "/sys/fs", "/sys/fs/cgroup", "/sys/x",
      "/tmp", "/tmp/new", "/tmp/new/deeper", "/dev", "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom",
      "/dev/random", "/dev/shm", "/dev/shm/x", "/dev/sda", "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/pts", "/dev/ptmx",
      "/dev/pts/ptmx", "/proc",
      "/proc/cmdline", "/proc/keys", "/proc/keys/x",
      "/proc/fs", "/proc/fs/ext4", "/proc/bus", "/proc/bus/x", "/capsule",
      "/capsule/capsule.yml", "/capsule/new", "/capsule/none/deeper", "/usr/bin/passwd/x", capsule,
    ]
    for name in [
      "read", "read/open", "read/closed", "read/new", "write", "write/open", "write/closed", "write/new",
      "write/locked", "write/locked/x", "write/dangling", "write/out", "write/up", "write/absolute", "write/in",
      "hidden",
    ] {
      paths.append(folder(name))
    }
    for folder in ["/usr/bin", "/usr/lib", "/usr/share", "/etc"] {
      let entries = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      paths += stride(from: 0, to: entries.count, by: max(1, entries.count / 25)).map { folder + "/" + entries[$0] }
    }
    return Array(Set(paths)).sorted()
  }

  private func world(as caller: Caller) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(of: caller)
    for name in ["read", "write"] {
      _ = try folder.folder(name)
      _ = try folder.file(name + "/open", "x")
      let closed = try folder.file(name + "/closed", "x")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed)
    }
    _ = try folder.folder("write/locked")
    _ = try folder.file("write/locked/x", "x")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder("write/locked"))
    _ = try folder.file("hidden", "x")
    for (name, target) in [
      ("dangling", "nothing"), ("out", "../hidden"), ("up", "../read/open"), ("absolute", "/etc/shadow"),
      ("in", "open"),
    ] {
      try FileManager.default.createSymbolicLink(atPath: folder("write/" + name), withDestinationPath: target)
    }
    return folder
  }

  @Test(arguments: Caller.reachable)
  func `the answer about a path is what the kernel does`(caller: Caller) throws {
    let folder = try world(as: caller)
    let capsule = try capsule(
      folder,
      "processes: {a: {cmd: python3, args: [-c, \(try json(Self.look))], cwd: .}}\n"
        + "capabilities: {fs_read: [\(folder("read"))], fs_write: [\(folder("write"))]}\n")
    let paths = try paths(folder, capsule)
    let run = try Capsrun.run(["run", capsule], as: caller, input: Array(try json(paths).utf8))
    try #require(run.exitCode == 0, "\(run.errors)")
    let answers = try ask(paths.flatMap { ["read:" + $0, "write:" + $0] }, of: capsule, as: caller)
    var seen = 0
    for line in run.output.split(separator: "\n") {
      let told = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      let path = try #require(told[0] as? String)
      for (right, index) in [("read", 1), ("write", 2)] {
        let answer = try #require(answers["\(right):\(path)"])
        let kernel = try #require(told[index] as? Bool)
        #expect(answer.answer == (kernel ? "yes" : "no"), "\(right):\(path): \(answer.rule)")
        seen += 1
      }
    }
    #expect(seen == 2 * paths.count)
    #expect(answers["read:" + folder("read/open")]?.rule.contains("read grant") == true)
    #expect(answers["write:" + folder("read/open")]?.layer == "read-only mount")
  }

  @Test func `the answer about a system call is what the kernel does`() throws {
    let folder = try TemporaryFolder(of: .user)
    let capsule = try capsule(folder, "entrypoint: x\n")
    // Each is harmless outside as well: without arguments it can do nothing.
    let calls = [
      "getpid": 39, "uname": 63, "bpf": 321, "perf_event_open": 298, "io_uring_setup": 425, "keyctl": 250,
      "add_key": 248, "userfaultfd": 323, "getuid": 102, "pidfd_open": 434, "fsopen": 430, "sched_yield": 24,
      "kcmp": 312, "clone3": 435, "getrandom": 318,
    ]
    let script =
      "import ctypes, json\nc = ctypes.CDLL(None, use_errno=True)\nanswers = {}\n"
      + "for name, number in json.loads('\(try json(calls))').items():\n"
      + "    ctypes.set_errno(0)\n    c.syscall(number, 0, 0, 0, 0, 0, 0)\n"
      + "    answers[name] = ctypes.get_errno() not in (1, 38)\nprint(json.dumps(answers))\n"
    let run = try Capsrun.run(["box", "--", "python3", "-c", script], as: .user)
    let kernel = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Bool], "\(run.errors)")
    let answers = try ask(calls.keys.map { "syscall:" + $0 }, of: capsule, as: .user)
    for (name, isAllowed) in kernel {
      #expect(answers["syscall:" + name]?.answer == (isAllowed ? "yes" : "no"), "\(name)")
    }
    #expect(kernel.values.contains(true) && kernel.values.contains(false))
    let some = try ask(["syscall:socket", "syscall:ioctl"], of: capsule, as: .user)
    #expect(some.values.allSatisfy { $0.answer == "depends" })
  }

  @Test func `the answer about a port is what the kernel does`() throws {
    let folder = try TemporaryFolder(of: .user)
    let capsule = try capsule(folder, "entrypoint: x\n")
    let script = """
      import json, socket
      answers = {}
      for port in (80, 1023, 1024, 8080):
          try:
              socket.socket().bind(("127.0.0.1", port))
              answers[port] = True
          except PermissionError:
              answers[port] = False
      print(json.dumps(answers))
      """
    let run = try Capsrun.run(["box", "--", "python3", "-c", script], as: .user)
    let kernel = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Bool])
    let answers = try ask(kernel.keys.map { "listen:" + $0 }, of: capsule, as: .user)
    for (port, isAllowed) in kernel {
      #expect(answers["listen:" + port]?.answer == (isAllowed ? "yes" : "no"), "\(port)")
    }
    #expect(kernel.count == 4)
  }

  @Test func `answers name the rule and the layer, and the exit code tells`() throws {
    let folder = try TemporaryFolder(of: .user)
    let capsule = try capsule(folder, "entrypoint: x\ncapabilities: {net: ['api.example.org:443']}\n")
    let yes = try Capsrun.run(["explain", "--can", "read:/usr", capsule], as: .user)
    #expect(yes.exitCode == 0 && yes.output == "read:/usr: yes: base: host shows \"/usr\" (mount namespace)\n")
    let no = try Capsrun.run(["explain", "--can", "capability:NET_ADMIN", capsule], as: .user)
    #expect(no.exitCode == 1 && no.output.hasSuffix("(capability sets)\n"))
    let net = try ask(
      ["connect:api.example.org:443", "connect:evil.example.org:443", "connect:127.0.0.1:80"], of: capsule, as: .user)
    #expect(net["connect:api.example.org:443"]?.rule.contains("\"api.example.org:443\" grants it") == true)
    #expect(net["connect:evil.example.org:443"]?.answer == "no" && net["connect:127.0.0.1:80"]?.answer == "yes")
    for wrong in ["fly:me", "read:etc", "listen:0", "syscall:nothing", "capability:FLY", "connect:x", "read"] {
      #expect(try Capsrun.run(["explain", "--can", wrong, capsule], as: .user).exitCode == 64, "\(wrong)")
    }
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
