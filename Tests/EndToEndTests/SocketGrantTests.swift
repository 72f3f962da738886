import Foundation
import Testing

/// Sockets of the host that are granted.
@Suite struct SocketGrantTests {
  /// A process of the host that says hello to whoever connects to one of its sockets.
  private struct Server {
    let process: RunningProcess

    init(_ paths: [String], as caller: Caller, mode: String = "777") throws {
      let program = """
        import os, select, socket, sys
        servers = []
        for path in sys.argv[2:]:
            server = socket.socket(socket.AF_UNIX)
            server.bind(path)
            os.chmod(path, int(sys.argv[1], 8))
            server.listen(100)
            servers.append(server)
        print("ready", flush=True)
        while True:
            for server in select.select(servers, [], [])[0]:
                client = server.accept()[0]
                try: client.sendall(b"hello")
                except OSError: pass
        """
      process = try Spawn(try caller.commandLine(["/usr/bin/python3", "-I", "-S", "-c", program, mode] + paths)).start()
      try process.waitForOutput("ready\n")
    }
  }

  @Test(arguments: Caller.reachable)
  func `a granted socket answers, another one is not there`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let (granted, other) = (folder("granted"), folder("other"))
    let server = try Server([granted, other], as: caller)
    let attempts = Probe.connections(["unix \(granted)", "unix \(other)"])
    #expect(try attempts.outside(as: caller).lines == ["unix \(granted) OK", "unix \(other) OK"])
    let inside = try Capsrun.probe(attempts, ["--socket", granted], as: caller)
    #expect(inside.lines == ["unix \(granted) OK", "unix \(other) ENOENT"], "\(inside)")
    let none = try Capsrun.probe(attempts, as: caller)
    #expect(none.lines == ["unix \(granted) ENOENT", "unix \(other) ENOENT"])
    let listing = try Capsrun.run(["box", "--socket", granted, "--", "ls", "-A", folder.path], as: caller)
    #expect(listing.output == "granted\n", "only the socket of its folder can be seen")
    withExtendedLifetime(server) {}
  }

  @Test(arguments: Caller.reachable)
  func `a socket that only its owner may use is open to the workload of its owner`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let server = try Server([folder("own")], as: caller, mode: "600")
    let attempts = Probe.connections(["unix " + folder("own")])
    let inside = try Capsrun.probe(attempts, ["--socket", folder("own")], as: caller)
    #expect(inside.lines == ["unix \(folder("own")) OK"], "\(inside)")
    withExtendedLifetime(server) {}
  }

  @Test(.needsRoot) func `a socket of another user stays closed, and that is told`() throws {
    let folder = try TemporaryFolder(of: .root)
    let server = try Server([folder("closed")], as: .root, mode: "600")
    let attempts = Probe.connections(["unix " + folder("closed")])
    let outcome = try Capsrun.probe(attempts, ["--socket", folder("closed")], as: .user)
    #expect(outcome.lines == ["unix \(folder("closed")) EACCES"])
    #expect(outcome.errors.contains("its permissions (600, user 0, group 0) refuse you"))
    #expect(try attempts.outside(as: .root).lines == ["unix \(folder("closed")) OK"])
    withExtendedLifetime(server) {}
  }

  @Test(arguments: Caller.reachable)
  func `what is no socket is none, and a socket is no file`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let server = try Server([folder("socket")], as: caller)
    let file = try folder.file("file")
    for (option, path, words) in [
      ("--socket", file, "is no socket"), ("--socket", folder.path, "is no socket"),
      ("--read", folder("socket"), "--socket"), ("--write", folder("socket"), "--socket"),
      ("--socket", "@abstract", "abstract"),
    ] {
      let outcome = try Capsrun.shell("echo ran", [option, path], as: caller)
      #expect(outcome.exitCode == 64 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome)")
    }
    let missing = try Capsrun.shell("echo ran", ["--socket", folder("later?")], as: caller)
    #expect(missing.output == "ran\n")
    #expect(try Capsrun.shell("echo ran", ["--socket", folder("later")], as: caller).exitCode == 66)
    withExtendedLifetime(server) {}
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a socket that gives power over the machine is granted by the caller alone`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    try place.source(
      manifest: CapsulePlace.manifest + "capabilities: {unix: [/run/podman/podman.sock]}\n",
      script: "test -S /run/podman/podman.sock && echo there\n")
    let app = place.folder("app")
    // A socket of that name, in a mount namespace that vanishes with its last process.
    let script = """
      mount -t tmpfs none /run && mkdir /run/podman && ln -s podman/podman.sock /run/harmless && \
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/run/podman/podman.sock")' && \
      chmod 777 /run/podman/podman.sock && exec "$@"
      """
    let run = { (arguments: [String]) in
      let command = try caller.commandLine([try Program.path()] + arguments)
      return try Spawn(["/usr/bin/unshare", "-m", "sh", "-c", script, "sh"] + command).run()
    }
    let refused = try run(["run", app])
    #expect(refused.exitCode == 64 && refused.output.isEmpty, "\(refused)")
    #expect(refused.errors.contains("starts containers") && refused.errors.contains("--i-know /run/podman/podman.sock"))
    #expect(try run(["run", "--i-know", "/run/podman/podman.sock", app]).output == "there\n")
    #expect(try run(["run", "--i-know", "/run/another", app]).exitCode == 64)
    let explained = try run(["explain", app])
    #expect(explained.exitCode == 0 && explained.errors.contains("--i-know"), "\(explained)")
    let link = try run(["box", "--socket", "/run/harmless", "--", "true"])
    #expect(link.exitCode == 64 && link.errors.contains("starts containers"), "\(link)")
    #expect(try run(["box", "--socket", "/run/harmless", "--i-know", "/run/harmless", "--", "true"]).exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `the sockets of a manifest are granted, and the answers about them are true`(caller: Caller) throws {
    let place = try CapsulePlace(as: caller)
    let (granted, other) = (place.folder("granted"), place.folder("other"))
    let server = try Server([granted, other], as: caller)
    let probe = Probe.connections(["unix \(granted)", "unix \(other)"])
    try place.source(
      manifest: """
        capsule: 1
        name: demo
        processes: {main: {cmd: /usr/bin/python3, args: [-I, -c, \(try json(probe.commandLine[4])), \
        "unix \(granted)", "unix \(other)"], cwd: /}}
        capabilities: {unix: [\(granted), /run/nothing?]}

        """)
    let run = try Capsrun.run(["run", place.folder("app")], as: caller)
    #expect(run.lines == ["unix \(granted) OK", "unix \(other) ENOENT"], "\(run)")
    for (path, code) in [(granted, 0), (other, 1), ("/tmp/x", 0)] {
      let told = try Capsrun.run(["explain", "--can", "unix:" + path, place.folder("app")], as: caller)
      #expect(told.exitCode == Int32(code), "\(told)")
    }
    let explained = try Capsrun.run(["explain", place.folder("app")], as: caller)
    #expect(explained.output.contains("show \"\(granted)\" as a socket"))
    #expect(explained.output.contains("grant       unix \"\(granted)\", held by the mount namespace"))
    withExtendedLifetime(server) {}
  }

  private func json(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }
}
