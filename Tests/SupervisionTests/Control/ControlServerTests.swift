import Diagnostics
import Foundation
import Linux
import Testing

@testable import Supervision

@Suite struct ControlServerTests {
  @Test func `A supervisor tells how its processes are, and the same comes out as went in`() throws {
    try TestSupervisor.serve { folder in
      let status = try folder.client().status()
      let wanted = Canned(name: "hello").status
      #expect(status.processes.map(\.name) == ["web", "db"] && status.capsule == Canned.capsule)
      #expect(status.processes[0].cpuPercent == 12.3 && status.processes[1].ending == .exited(code: 3))
      var rounded = wanted
      rounded.processes[0].cpuPercent = 12.3
      #expect(status == rounded)
      #expect(try folder.client().supervisor() == getpid())
    }
  }

  @Test func `Processes are stopped, started, killed and signalled by name, and an unknown one is told with all names`()
    throws
  {
    try TestSupervisor.serve { folder in
      let client = try folder.client()
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
    try TestSupervisor.serve { folder in
      do {
        let client = try folder.client()
        _ = try client.send("signal", .object([.init("process", .string("web")), .init("signal", .integer(40))]))
        guard case .note("progress", let note) = try client.receive() else { throw TestProblem("no progress") }
        #expect(note["id"]?.integer == 1 && note["blocked_by"] == .array([.string("web")]))
      }
      let other = try folder.client()
      var gone: JSONValue = .null
      for _ in 0..<1000 where gone != .integer(1) {
        gone = try other.call(.signal(process: "web", number: 41))
        usleep(1000)
      }
      #expect(gone == .integer(1))
    }
  }

  @Test func `Open files come with a request, and not with the one before it`() throws {
    try TestSupervisor.serve { folder in
      for text in ["one", "two", "three"] {
        try Data(text.utf8).write(to: URL(filePath: folder(text)))
      }
      let client = try folder.client()
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
    try TestSupervisor.serve { folder in
      let client = try folder.client()
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
      let hoarder = try folder.client()
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
    try TestSupervisor.serve { folder in
      let listening = try folder.client()
      let acting = try folder.client()
      let start = try listening.subscribe()
      #expect(start.sequence == 0 && start.status?.processes.count == 2)
      _ = try acting.change(.stop(processes: nil)) { _ in }
      var told: [ToldEvent] = []
      while told.count < 2 { if let event = try ControlClient.event(try listening.receive()) { told.append(event) } }
      #expect(told.map(\.sequence) == [1, 2])
      guard case .process(let db)? = told[1].event else { throw TestProblem("\(told)") }
      #expect(db.name == "db" && db.state == .disabled)
      // Who was away hears what he has missed; who was away too long, how things are.
      let late = try folder.client()
      let resumed = try late.subscribe(after: 1)
      #expect(resumed.status == nil && resumed.sequence == 2)
      #expect(try ControlClient.event(try late.receive())?.sequence == 2)
      #expect(try folder.client().subscribe(after: 77).status != nil)
    }
  }

  @Test func `Who listens and does not read is dropped and told, and nobody waits for him`() throws {
    try TestSupervisor.serve { folder in
      let slow = try folder.client()
      _ = try slow.subscribe()
      let other = try folder.client()
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

  @Test func `What was asked is answered also when the client has said that he says no more`() throws {
    try TestSupervisor.serve { folder in
      let client = try folder.raw()
      for id in 0..<100 { client.send(frame: #"{"jsonrpc":"2.0","method":"status","id":\#(id)}"#) }
      client.endSending()
      for id in 0..<100 { #expect(try client.next()?["id"] == .integer(Int64(id))) }
      #expect(try client.next() == nil)
    }
  }

  @Test func `A supervisor that ends tells so, and its socket is gone`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    let listening = try folder.client()
    _ = try listening.subscribe()
    try supervisor.stop()
    #expect(try ControlClient.event(try listening.receive())?.event == .ending)
    #expect(throws: ControlError.ended) { try listening.receive() }
    #expect(throws: ControlError.notRunning(name: "hello")) { _ = try folder.client() }
    #expect(try folder.names() == [])
  }
}
