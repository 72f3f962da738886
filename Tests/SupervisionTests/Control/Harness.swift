import Diagnostics
import Foundation
import Linux
import Testing

@testable import Supervision

/// A folder of one test; it is gone with this value.
final class TestFolder {
  let path: String

  init() throws {
    var template = Array("/var/tmp/capsrun-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestProblem("mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }

  func callAsFunction(_ name: String) -> String { path + "/" + name }
  var place: RunPlace { RunPlace(path: path + "/run") }

  func names(_ name: String = "run") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self(name)).sorted()
  }

  func mode(_ name: String) throws -> UInt32 {
    var status = stat()
    guard lstat(self(name), &status) == 0 else { throw TestProblem("lstat \(name): \(errno)") }
    return UInt32(status.st_mode) & 0o7777
  }
}

extension TestFolder {
  /// A connection with the supervisor of this folder.
  func client() throws -> ControlClient { try ControlClient.connect("hello", in: place) }

  func raw() throws -> RawClient { try RawClient(to: self("run/hello/control")) }
}

struct TestProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A control server with a loop in a thread of its own, which answers as a supervisor would, but runs nothing.
final class TestSupervisor: Sendable {
  let folder: TestFolderReference
  let name: String
  private let ended = DispatchSemaphore(value: 0)

  /// A folder is only read here, from whichever thread.
  struct TestFolderReference: @unchecked Sendable {
    // SAFETY: all its properties are constants.
    let value: TestFolder
  }

  init(_ name: String = "hello", in folder: TestFolder, owner: UInt32 = geteuid()) throws {
    self.folder = TestFolderReference(value: folder)
    self.name = name
    let started = DispatchSemaphore(value: 0)
    let (place, ended) = (folder.place, ended)
    let thread = Thread {
      do {
        try Self.run(name, in: place, owner: owner) { started.signal() }
      } catch {
        Issue.record("the supervisor of the test: \(error)")
        started.signal()
      }
      ended.signal()
    }
    thread.start()
    started.wait()
  }

  /// Does something with one that serves, and ends it whatever comes of that.
  static func serve(_ body: (TestFolder) throws -> Void) throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    do {
      try body(folder)
    } catch {
      Issue.record("\(error)")
    }
    try supervisor.stop()
  }

  /// Ends it, and waits for that.
  func stop() throws {
    let client = try ControlClient.connect(name, in: folder.value.place)
    _ = try client.call(.shutdown)
    ended.wait()
  }

  private static func run(_ name: String, in place: RunPlace, owner: UInt32, whenStarted: () -> Void) throws {
    let claimed = try RunFolder.claim(name, in: place)
    try claimed.write(RunRecord(process: getpid(), started: 1, capsule: Canned.capsule))
    let loop = try EventLoop()
    let canned = Canned(name: name)
    let server = try ControlServer(in: claimed, on: loop, owner: owner, snapshot: { canned.status }) { request, call in
      canned.answer(request, call)
    }
    canned.server = server
    whenStarted()
    while !canned.isOver { try loop.turn() }
    server.tell(.ending)
    server.close()
    try claimed.remove()
  }
}

/// Something open that a supervisor keeps until it is sent.
private final class OpenFile {
  private let descriptor: Descriptor

  init(_ path: String) throws { descriptor = try Descriptor.open(path, .read) }

  var toSend: OpenToSend { OpenToSend(descriptor.keptNumber, keptBy: self) }
}

/// What a supervisor of two processes would say.
final class Canned {
  static let capsule = String(repeating: "ab", count: 32)
  var status: CapsuleStatus
  var isOver = false
  weak var server: ControlServer?
  private var waiting: [ControlCall] = []
  private var gone = 0

  init(name: String) {
    var web = ProcessStatus(name: "web", state: .running)
    web.pid = 4242
    web.generation = 1
    web.uptimeMilliseconds = 61_500
    web.cpuPercent = 12.34
    web.memoryBytes = 10 << 20
    web.ports = [8080]
    var db = ProcessStatus(name: "db", state: .failed)
    db.ending = .exited(code: 3)
    db.restarts = 5
    db.manualRestarts = 1
    db.ioHidden = "the kernel counts nothing"
    status = CapsuleStatus(
      name: name, capsule: Self.capsule, version: "1.0.0", supervisor: getpid(), started: 1_700_000_000_000,
      tier: "full",
      policyHash: "00ff", tracking: .cgroup, processes: [web, db])
  }

  func answer(_ request: ControlRequest, _ call: ControlCall) {
    switch request {
    case .status: call.reply(status.json)
    case .history(let process):
      let lives = status.processes.map { status in
        ProcessLife(
          process: status.name, generation: 1, started: 1_700_000_000_000, ended: 1_700_000_061_000,
          ending: .exited(code: 3), reason: "of its own")
      }
      call.reply(history: lives.filter { process == nil || $0.process == process })
    case .stop(let processes):
      call.progress(blockedBy: [Blocker(process: "web", pid: 77, command: "sleep")])
      change(processes, call) { $0.state = .disabled }
    case .start(let processes): change(processes, call) { $0.state = .running }
    case .restart(let processes): change(processes, call) { $0.manualRestarts += 1 }
    case .kill(let processes, let signal): change(processes, call) { $0.ending = .killed(signal: signal) }
    case .signal(let process, let number):
      // Numbers without a use are taken for what tests need.
      switch number {
      case 40: waitForEver(call)
      case 41: call.reply(JSONValue(gone))
      case 42:
        flood()
        call.reply(.null)
      default: change([process], call) { $0.reason = "signal \(number)" }
      }
    case .exec(let request):
      var texts: [String] = []
      for open in call.takeDescriptors() {
        do {
          if let descriptor = open.take() {
            texts.append(String(decoding: try descriptor.readAll(of: "", limit: 99), as: UTF8.self))
          }
        } catch {
          texts.append("\(error)")
        }
      }
      var told: OpenToSend?
      if request.terminal != nil { told = try? OpenFile("/proc/version").toSend }
      call.progress(.object([.init("pid", .integer(7))]), with: told)
      call.reply(.array((request.arguments + texts).map { .string($0) }))
    case .standAside, .resume, .takeOver: call.fail(ControlFailure.wrongState, "there is no other version")
    case .shutdown:
      isOver = true
      call.reply(.object([]))
    }
  }

  private func waitForEver(_ call: ControlCall) {
    waiting.append(call)
    call.onGone = { [weak self] in self?.gone += 1 }
    call.progress(.object([.init("blocked_by", .array([.string("web")]))]))
  }

  private func flood() {
    for _ in 0..<20_000 { server?.tell(.process(status.processes[0])) }
  }

  private func change(_ processes: [String]?, _ call: ControlCall, _ body: (inout ProcessStatus) -> Void) {
    let known = status.processes.map(\.name)
    for name in processes ?? [] where !known.contains(name) { return call.fail(.unknown(process: name, known: known)) }
    var changed: [ProcessStatus] = []
    for index in status.processes.indices where processes?.contains(known[index]) ?? true {
      body(&status.processes[index])
      changed.append(status.processes[index])
      server?.tell(.process(status.processes[index]))
    }
    call.reply(changed)
  }
}

/// A connection by which anything can be sent.
final class RawClient {
  let number: Int32

  init(to path: String) throws {
    number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw TestProblem("connect: \(errno)") }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(number) }

  /// Sends as much as is taken.
  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  func send(frame text: String) { send(Self.frame(Array(text.utf8))) }

  static func frame(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt32(bytes.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + bytes
  }

  func endSending() { shutdown(number, Int32(SHUT_WR)) }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let read = recv(number, &part, part.count, 0)
      guard read > 0 else { return nil }
      bytes += part[..<read]
    }
    return bytes
  }

  /// The next message; nil at the end of the connection, or when nothing comes for long.
  func next() throws -> JSONValue? {
    guard let head = read(4) else { return nil }
    let length = head.reduce(0) { $0 << 8 | Int($1) }
    guard let body = read(length) else { return nil }
    return try JSONValue.parse(body, file: "message", largest: 32 << 20)
  }

  /// The code of the error that comes next.
  func errorCode() throws -> Int? { try next()?["error"]?["code"]?.integer }
}
