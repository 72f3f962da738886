import Testing

/// A sandbox has no network but its own loopback.
@Suite struct NetworkTests {
  /// A process of the host that listens on a port of the loopback and on an abstract Unix socket.
  private struct Listener {
    let process: RunningProcess
    let port: String
    let name: String

    init() throws {
      let program = """
        import socket, sys, os
        tcp = socket.create_server(("127.0.0.1", 0), backlog=100)
        name = f"capsrun-test-{os.getpid()}"
        unix = socket.socket(socket.AF_UNIX)
        unix.bind("\\0" + name)
        unix.listen(100)
        print(tcp.getsockname()[1], name, "ready", flush=True)
        sys.stdin.read()
        """
      var spawn = Spawn(["/usr/bin/python3", "-I", "-S", "-c", program])
      spawn.input = .pipe
      process = try spawn.start()
      try process.waitForOutput("ready\n")
      let words = try process.output.text().split(separator: " ").map(String.init)
      (port, name) = (words[0], words[1])
    }
  }

  @Test(arguments: Caller.reachable)
  func `listeners of the host cannot be reached`(caller: Caller) throws {
    let listener = try Listener()
    let attempts = Probe.connections(["tcp \(listener.port)", "abstract \(listener.name)"])
    let outside = try attempts.outside(as: caller)
    #expect(outside.lines == ["tcp \(listener.port) OK", "abstract \(listener.name) OK"])
    let inside = try Capsrun.probe(attempts, as: caller)
    #expect(inside.lines == ["tcp \(listener.port) ECONNREFUSED", "abstract \(listener.name) ECONNREFUSED"])
  }

  @Test(arguments: Caller.reachable)
  func `the loopback inside works, between processes of the sandbox`(caller: Caller) throws {
    let program = """
      import socket
      server = socket.create_server(("127.0.0.1", 0))
      client = socket.create_connection(server.getsockname())
      client.sendall(b"hello")
      print(server.accept()[0].recv(5).decode())
      """
    let outcome = try Capsrun.run(["box", "--", "/usr/bin/python3", "-c", program], as: caller)
    #expect(outcome.output == "hello\n")
  }

  @Test(arguments: Caller.reachable)
  func `the loopback is the only interface, and there is no route`(caller: Caller) throws {
    let outcome = try Capsrun.shell("tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route", as: caller)
    #expect(outcome.lines.map { $0.filter { $0 != " " } } == ["lo"])
    let probe = """
      import errno, socket
      try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 53))
      except OSError as error: print(errno.errorcode[error.errno])
      """
    #expect(try Capsrun.run(["box", "--", "/usr/bin/python3", "-c", probe], as: caller).output == "ENETUNREACH\n")
  }
}
