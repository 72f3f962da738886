import Diagnostics
import Foundation
import Linux
import Testing

@testable import Supervision

@Suite struct ControlServerTests {
  private func withSupervisor(_ body: (TestFolder) throws -> Void) throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    do {
      try body(folder)
    } catch {
      Issue.record("\(error)")
    }
    try supervisor.stop()
  }

  private func client(_ folder: TestFolder) throws -> ControlClient {
    try ControlClient.connect("hello", in: folder.place)
  }
  private func raw(_ folder: TestFolder) throws -> RawClient { try RawClient(to: folder("run/hello/control")) }

  @Test func `A supervisor tells how its processes are, and the same comes out as went in`() throws {
    try withSupervisor { folder in
      let status = try client(folder).status()
      let wanted = Canned(name: "hello").status
      #expect(status.processes.map(\.name) == ["web", "db"] && status.capsule == Canned.capsule)
      #expect(status.processes[0].cpuPercent == 12.3 && status.processes[1].ending == .exited(code: 3))
      var rounded = wanted
      rounded.processes[0].cpuPercent = 12.3
      #expect(status == rounded)
      #expect(try client(folder).supervisor() == getpid())
    }
  }

  @Test func `Processes are stopped, started, killed and signalled by name, and an unknown one is told with all names`()
    throws
  {
    try withSupervisor { folder in
      let client = try client(folder)
      var blockers: [Blocker] = []
      #expect(try client.change(.stop(processes: ["web"])) { blockers = $0 }.map(\.state) == [.disabled])
      #expect(blockers == [Blocker(process: "web", pid: 77, command: "sleep")])
      let lives = try client.history(of: "db")
      #expect(lives.map(\.process) == ["db"] && lives[0].ending == .exited(code: 3) && lives[0].reason == "of its own")
      #expect(try client.change(.start(processes: nil)) { _ in }.map(\.state) == [.running, .running])
      #expect(try client.change(.kill(processes: ["db"], signal: 15)) { _ in }.map(\.ending) == [.killed(signal: 15)])
      #expect(try client.change(.signal(process: "web", number: 10)) { _ in }.map(\.reason) == ["signal 10"])
      #expect(
        throws: ControlError.refused(.unknown(process: "wbe", known: ["web", "db"]))
      ) { _ = try client.change(.restart(processes: ["wbe"])) { _ in } }
      #expect(try client.change(.restart(processes: ["web"])) { _ in }.map(\.manualRestarts) == [1])
    }
  }

  @Test func `What comes before an answer is told, and a client who goes is noticed`() throws {
    try withSupervisor { folder in
      do {
        let client = try client(folder)
        _ = try client.send("signal", .object([.init("process", .string("web")), .init("signal", .integer(40))]))
        guard case .note("progress", let note) = try client.receive() else { throw TestProblem("no progress") }
        #expect(note["id"]?.integer == 1 && note["blocked_by"] == .array([.string("web")]))
      }
      let other = try client(folder)
      var gone: JSONValue = .null
      for _ in 0..<1000 where gone != .integer(1) {
        gone = try other.call(.signal(process: "web", number: 41))
        usleep(1000)
      }
      #expect(gone == .integer(1))
    }
  }

  @Test func `Open files come with a request, and not with the one before it`() throws {
    try withSupervisor { folder in
      for text in ["one", "two", "three"] {
        try Data(text.utf8).write(to: URL(filePath: folder(text)))
      }
      let client = try client(folder)
      var notes: [JSONValue] = []
      let first = try client.send("status", .object([]))
      let opened = try ["one", "two", "three"].map { OpenFile(try Descriptor.open(folder($0), .read)) }
      let result = try client.call(
        .exec(ExecRequest(process: "web", arguments: ["cat", "-"])), with: opened.map { $0.descriptor.keptNumber }
      ) { method, params throws(ControlError) in notes.append(params) }
      #expect(first == 1)
      #expect(result == .array(["cat", "-", "one", "two", "three"].map { .string($0) }))
      #expect(notes.map { $0["pid"]?.integer } == [7])
      #expect(throws: ControlError.self) {
        try client.call(
          "exec", .object([.init("arguments", .array([.string("x")])), .init("descriptors", .integer(1))]))
      }
    }
  }

  @Test func `An open file comes with what is told before the answer, and is not kept`() throws {
    try withSupervisor { folder in
      let client = try client(folder)
      let terminal = ExecRequest.Terminal(
        size: WindowSize(rows: 24, columns: 80), isTypedInto: true, kind: "xterm")
      for round in 1...50 {
        var text: String?
        _ = try client.call(.exec(ExecRequest(process: "web", arguments: ["x"], terminal: terminal))) {
          (method, _) throws(ControlError) in
          guard method == "progress", let open = client.takeOpen() else { return }
          do throws(SysError) {
            text = String(decoding: try open.readAll(of: "", limit: 4096), as: UTF8.self)
          } catch {
            throw .system(error, doing: "read")
          }
        }
        #expect(text?.hasPrefix("Linux version") == true, "\(round)")
      }
      // Whoever does not take them loses the connection, and not the supervisor its files.
      let hoarder = try self.client(folder)
      #expect(throws: ControlError.self) {
        for _ in 1...20 {
          _ = try hoarder.call(.exec(ExecRequest(process: "web", arguments: ["x"], terminal: terminal)))
        }
      }
      #expect(try client.status().name == "hello")
    }
  }

  /// Holds what cannot be copied.
  private final class OpenFile {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  @Test func `Who listens gets a snapshot, and then each event with its number`() throws {
    try withSupervisor { folder in
      let listening = try client(folder)
      let acting = try client(folder)
      let start = try listening.subscribe()
      #expect(start.sequence == 0 && start.status?.processes.count == 2)
      _ = try acting.change(.stop(processes: nil)) { _ in }
      var told: [ToldEvent] = []
      while told.count < 2 { if let event = try ControlClient.event(try listening.receive()) { told.append(event) } }
      #expect(told.map(\.sequence) == [1, 2])
      guard case .process(let db)? = told[1].event else { throw TestProblem("\(told)") }
      #expect(db.name == "db" && db.state == .disabled)
      // Who was away hears what he has missed; who was away too long, how things are.
      let late = try client(folder)
      let resumed = try late.subscribe(after: 1)
      #expect(resumed.status == nil && resumed.sequence == 2)
      #expect(try ControlClient.event(try late.receive())?.sequence == 2)
      #expect(try client(folder).subscribe(after: 77).status != nil)
    }
  }

  @Test func `Who listens and does not read is dropped and told, and nobody waits for him`() throws {
    try withSupervisor { folder in
      let slow = try client(folder)
      _ = try slow.subscribe()
      let other = try client(folder)
      let start = Date()
      _ = try other.call(.signal(process: "web", number: 42))
      #expect(try other.status().name == "hello" && Date().timeIntervalSince(start) < 30)
      var last = 0
      #expect {
        while true { if let event = try ControlClient.event(try slow.receive()) { last = event.sequence } }
      } throws: { error in
        guard case .dropped(let sequence) = error as? ControlError else { return false }
        return sequence == last + 1 || sequence > last
      }
      #expect(last > 0 && last < 20_000)
      #expect(throws: ControlError.ended) { try slow.receive() }
    }
  }

  @Test(arguments: [
    ("{", ControlFailure.notJSON), ("", ControlFailure.notJSON), ("\u{1}\u{2}", ControlFailure.notJSON),
    ("[]", ControlFailure.invalidRequest), ("null", ControlFailure.invalidRequest),
    ("17", ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status"}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status","id":1.5}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":"status","id":{}}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"1.0","method":"status","id":1}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","method":5,"id":1}"#, ControlFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1,"id":2}"#, ControlFailure.notJSON),
    (#"{"jsonrpc":"2.0","method":"stauts","id":1}"#, ControlFailure.unknownMethod),
    (#"{"jsonrpc":"2.0","method":"status","id":1,"params":[]}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"status","id":1,"params":{"x":1}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"stop","id":1,"params":{"processes":"web"}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"stop","id":1,"params":{"processes":[1]}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web"}}"#, ControlFailure.invalidParams),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":0}}"#, ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":1e99}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":99999999999999999999999}}"#,
      ControlFailure.invalidParams
    ),
    (#"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":[]}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a\u0000b"]}}"#, ControlFailure.invalidParams),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"environment":["="]}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"descriptors":9}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":{"rows":24}}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":true}}"#,
      ControlFailure.invalidParams
    ),
    (
      #"{"jsonrpc":"2.0","method":"exec","id":1,"params":{"arguments":["a"],"terminal":{},"descriptors":2}}"#,
      ControlFailure.invalidParams
    ),
    (#"{"jsonrpc":"2.0","method":"subscribe","id":1,"params":{"after":"x"}}"#, ControlFailure.invalidParams),
    (#"{"jsonrpc":"2.0","method":"restart","id":1,"params":{"processes":["nobody"]}}"#, ControlFailure.unknownProcess),
  ])
  func `A request that is wrong is answered with its error, and the next one as ever`(text: String, code: Int) throws {
    try withSupervisor { folder in
      let client = try raw(folder)
      client.send(frame: text)
      #expect(try client.errorCode() == code, "\(text)")
      client.send(frame: #"{"jsonrpc":"2.0","method":"status","id":"x"}"#)
      let next = try client.next()
      #expect(next?["id"] == .string("x") && next?["result"]?["name"] == .string("hello"))
    }
  }

  @Test func `Deep nesting and huge numbers are an error and no crash`() throws {
    try withSupervisor { folder in
      let client = try raw(folder)
      for text in [
        String(repeating: "[", count: 500_000), String(repeating: #"{"a":"#, count: 100_000),
        #"{"jsonrpc":"2.0","id":"# + String(repeating: "9", count: 900_000) + "}",
        "\"" + String(repeating: "\\u0000", count: 100_000),
      ] {
        client.send(frame: text)
        #expect(try client.errorCode() != nil)
      }
      #expect(try self.client(folder).status().name == "hello")
    }
  }

  @Test func `A message that is too long is refused, and so is one that does not end`() throws {
    try withSupervisor { folder in
      let long = try raw(folder)
      long.send(RawClient.frame([UInt8](repeating: 32, count: 2 << 20)))
      #expect(try long.errorCode() == ControlFailure.invalidRequest)
      #expect(try long.next() == nil)
      let short = try raw(folder)
      let half = RawClient.frame(Array(#"{"jsonrpc":"2.0","method":"status","id":1}"#.utf8)).dropLast(5)
      short.send(Array(half))
      // Who waits in the middle of a message makes nobody else wait.
      #expect(try client(folder).status().name == "hello")
      short.endSending()
      #expect(try short.errorCode() == ControlFailure.invalidRequest)
      #expect(try short.next() == nil)
      // The largest that is allowed.
      let largest = try raw(folder)
      let text = #"{"jsonrpc":"2.0","method":"status","id":1}"#
      largest.send(frame: text + String(repeating: " ", count: (1 << 20) - text.utf8.count))
      #expect(try largest.next()?["result"] != nil)
    }
  }

  @Test func `Random bytes end a connection at worst`() throws {
    try withSupervisor { folder in
      var random = SystemRandomNumberGenerator()
      for round in 0..<300 {
        let client = try raw(folder)
        var bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        if round.isMultiple(of: 2) { bytes = RawClient.frame(bytes) }
        client.send(bytes)
        client.endSending()
        while try client.next() != nil {}
      }
      #expect(try client(folder).status().name == "hello")
    }
  }

  @Test func `What was asked is answered also when the client has said that he says no more`() throws {
    try withSupervisor { folder in
      let client = try raw(folder)
      for id in 0..<100 { client.send(frame: #"{"jsonrpc":"2.0","method":"status","id":\#(id)}"#) }
      client.endSending()
      for id in 0..<100 { #expect(try client.next()?["id"] == .integer(Int64(id))) }
      #expect(try client.next() == nil)
    }
  }

  @Test func `A client who asks and asks and never reads makes nobody wait`() throws {
    try withSupervisor { folder in
      let rude = try raw(folder)
      let flags = fcntl(rude.number, F_GETFL)
      #expect(fcntl(rude.number, F_SETFL, flags | O_NONBLOCK) == 0)
      let request = RawClient.frame(Array(#"{"jsonrpc":"2.0","method":"status","id":1}"#.utf8))
      for _ in 0..<100_000 {
        let count = request.withUnsafeBytes {
          Glibc.send(rude.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < request.count { break }
      }
      for _ in 0..<10 { #expect(try client(folder).status().name == "hello") }
    }
  }

  @Test func `Of a thousand connections some are told that there are too many, and who comes later is served`() throws {
    try withSupervisor { folder in
      let listening = try client(folder)
      _ = try listening.subscribe()
      var all: [RawClient] = []
      for _ in 0..<1000 { all.append(try raw(folder)) }
      #expect(try client(folder).status().name == "hello")
      // Who waits for something was not let go for those who wait for nothing.
      let acting = try client(folder)
      _ = try acting.change(.stop(processes: ["web"])) { _ in }
      #expect(try ControlClient.event(try listening.receive())?.sequence == 1)
      // Nobody goes who waits for something, so that others are told instead.
      var waiting: [RawClient] = []
      var answers: [JSONValue?] = []
      for _ in 0..<70 {
        let client = try raw(folder)
        client.send(frame: #"{"jsonrpc":"2.0","method":"signal","id":1,"params":{"process":"web","signal":40}}"#)
        waiting.append(client)
        answers.append(try client.next())
      }
      #expect(answers.filter { $0?["method"] == .string("progress") }.count >= 60)
      #expect(answers.filter { $0?["error"]?["code"]?.integer == ControlFailure.tooMuch }.count >= 6)
      waiting = []
      all = []
    }
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `Another user is refused and told, and that is an event`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    let listening = try client(folder)
    _ = try listening.subscribe()
    // As if somebody had opened the folder and the socket to all.
    for name in ["", "run", "run/hello"] { #expect(chmod(folder(name), 0o755) == 0) }
    #expect(chmod(folder("run/hello/control"), 0o666) == 0)
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      text = b'{"jsonrpc":"2.0","method":"status","id":1}'
      try: s.sendall(len(text).to_bytes(4, 'big') + text)
      except OSError: pass
      print(s.recv(65536)[4:].decode())
      """
    let strangers = ["--reuid=1500", "--regid=1500", "--clear-groups"]
    let refused = try output(
      of: ["/usr/bin/setpriv"] + strangers + ["--", "/usr/bin/python3", "-c", script, folder("run/hello/control")])
    #expect(
      refused.contains("-32004") && refused.contains("you are user 1500") && !refused.contains("processes"),
      "\(refused)")
    guard case .refused(let user, _)? = try ControlClient.event(try listening.receive())?.event else {
      throw TestProblem("no event of a refusal")
    }
    #expect(user == 1500)
    let own = try output(of: ["/usr/bin/python3", "-c", script, folder("run/hello/control")])
    #expect(own.contains("\"processes\""), "\(own)")
    try supervisor.stop()
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `The same user is refused from inside a user namespace of its own`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder, owner: 1500)
    for name in ["", "run", "run/hello"] { #expect(chmod(folder(name), 0o755) == 0) }
    #expect(chmod(folder("run/hello/control"), 0o666) == 0)
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      text = b'{"jsonrpc":"2.0","method":"status","id":1}'
      try: s.sendall(len(text).to_bytes(4, 'big') + text)
      except OSError: pass
      print(s.recv(65536)[4:].decode())
      """
    let user = ["/usr/bin/setpriv", "--reuid=1500", "--regid=1500", "--clear-groups", "--"]
    let ask = ["/usr/bin/python3", "-c", script, folder("run/hello/control")]
    let outside = try output(of: user + ask)
    #expect(outside.contains("\"processes\""), "\(outside)")
    let inside = try output(of: user + ["/usr/bin/unshare", "--user", "--map-current-user"] + ask)
    #expect(inside.contains("-32004") && inside.contains("another user namespace"), "\(inside)")
    try supervisor.stop()
  }

  private func output(of command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    let pipe = Foundation.Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `A supervisor that ends tells so, and its socket is gone`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    let listening = try client(folder)
    _ = try listening.subscribe()
    try supervisor.stop()
    #expect(try ControlClient.event(try listening.receive())?.event == .ending)
    #expect(throws: ControlError.ended) { try listening.receive() }
    #expect(throws: ControlError.notRunning(name: "hello")) { _ = try client(folder) }
    #expect(try folder.names() == [])
  }
}
