import Foundation
import Planning
import Testing

@testable import Linux
@testable import Supervision

/// The loop of a keeper in a thread of the tests: as a process it is a copy of a program with one thread, which this is not.
private final class KeptPlace {
  let place: LogPlaceOfTest
  let link: KeeperLink
  private let ended = DispatchSemaphore(value: 0)
  private final class Tidied: @unchecked Sendable {  // SAFETY: read after `ended` was signalled.
    var count = 0
    var error: (any Error)?
  }
  private let tidied = Tidied()

  // SAFETY: the keeper is used by its own thread alone, once it has been handed over.
  private struct Handed: @unchecked Sendable { let keeper: Keeper }

  init(_ names: [String] = ["web"], rule: LogRule = LogRule(), loop: EventLoop? = nil) throws {
    place = try LogPlaceOfTest()
    let channel = try MessageChannel()
    let near = MessageSocket(try channel.parent.duplicate())
    let tidied = tidied
    let duty = KeeperDuty(
      capsule: "shop", buildSHA: "ab12", folder: place.folder, nodes: names.map { ($0, rule) },
      tidy: { () throws(SysError) in tidied.count += 1 })
    let handed = Handed(keeper: try Keeper(duty, try place.open(), channel.childEnd()))
    link = KeeperLink(near, nil, loop)
    let ended = ended
    Thread.detachNewThread {
      do { try handed.keeper.run() } catch { tidied.error = error }
      ended.signal()
    }
  }

  /// Waits until the keeper has ended, and says how often it has tidied up; nil when it does not end.
  func waitForEnd() -> Int? {
    guard ended.wait(timeout: .now() + 20) == .success else { return nil }
    return tidied.error == nil ? tidied.count : -1
  }

  /// The next word, or nil when none comes.
  func word() throws -> KeeperWord? {
    for _ in 0..<500 {
      if let word = try link.next() { return word }
      usleep(10_000)
    }
    return nil
  }
}

extension Descriptor {
  fileprivate func write(_ text: String) throws { try write(Array(text.utf8), to: "a pipe") }
}

/// Does something until it fails, with SIGPIPE blocked in this thread alone, as a supervisor blocks it; what children of other tests
/// get is not changed.
private func withoutPipeSignal(_ body: () throws(SysError) -> Void) throws -> SysError? {
  var signal = sigset_t()
  var before = sigset_t()
  sigemptyset(&signal)
  sigaddset(&signal, SIGPIPE)
  try #require(pthread_sigmask(SIG_BLOCK, &signal, &before) == 0)
  var failure: SysError?
  do throws(SysError) { try body() } catch { failure = error }
  var none = timespec()
  sigtimedwait(&signal, nil, &none)
  try #require(pthread_sigmask(SIG_SETMASK, &before, nil) == 0)
  return failure
}

@Suite struct KeeperTests {
  @Test func `what both outputs of all instances write is kept, also the end of a line that never ends`() throws {
    let kept = try KeptPlace(["web", "db"])
    do {
      let first = try kept.link.open(process: 0, generation: 1)
      let second = try kept.link.open(process: 1, generation: 3)
      try first.output.write("one\ntwo")
      try first.errors.write("bad\n")
      try second.output.write("other\n")
    }
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
    let records = try kept.place.records()
    let found = Set(records.map { "\($0.process) \($0.stream.rawValue) \($0.restart) \($0.text ?? "")" })
    #expect(found == ["web stdout 0 one", "web stdout 0 two", "web stderr 0 bad", "db stdout 2 other"])
    #expect(records.count == 4)
    #expect(records.allSatisfy { $0.buildSHA == "ab12" })
  }

  @Test func `when the supervisor is gone the rest is kept, and then the keeper tidies up`() throws {
    var kept: KeptPlace? = try KeptPlace()
    let place = try #require(kept?.place)
    var pipes: OutputPipes? = try kept?.link.open(process: 0, generation: 1)
    try pipes?.output.write("before\n")
    let waiting = try #require(kept)
    // The supervisor's end of the socket is closed without a word; what writes lives on for a moment.
    try waiting.link.socket.endSending()
    usleep(50_000)
    try pipes?.output.write("after\n")
    pipes = nil
    #expect(waiting.waitForEnd() == 1)
    #expect(try place.lines() == ["before", "after"])
    kept = nil
  }

  @Test func `somebody who holds a pipe open does not keep the keeper from tidying up`() throws {
    let kept = try KeptPlace()
    let pipes = try kept.link.open(process: 0, generation: 1)
    try pipes.output.write("without an end")
    let begin = Clock.milliseconds
    try kept.link.socket.endSending()
    #expect(kept.waitForEnd() == 1)
    #expect(Clock.milliseconds - begin < 1000)
    #expect(try kept.place.lines() == ["without an end"])
    withExtendedLifetime(pipes) {}
  }

  @Test func `what is handed on of an output is read until its instance is over, and no longer`() throws {
    let kept = try KeptPlace(["web", "db"])
    let web = try kept.link.open(process: 0, generation: 1)
    let db = try kept.link.open(process: 1, generation: 1)
    let handedOn = try web.output.duplicate()
    try handedOn.write("before\nwithout an end")
    try kept.link.end(process: 0, generation: 1)
    // Whoever writes there is told so, as when any reader goes.
    let failure = try withoutPipeSignal { () throws(SysError) in
      for _ in 0..<500 {
        usleep(10_000)
        try handedOn.write([10], to: "a pipe")
      }
    }
    #expect(failure?.errno == .brokenPipe)
    try db.output.write("the other one\n")
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
    let lines = try kept.place.records().compactMap(\.text)
    #expect(lines.starts(with: ["before", "without an end"]) && lines.last == "the other one", "\(lines)")
  }

  @Test func `a text that is expected is seen, also in a line without an end, and of that generation alone`() throws {
    let kept = try KeptPlace()
    let old = try kept.link.open(process: 0, generation: 1)
    try kept.link.expect("ready", of: 0, generation: 2)
    let new = try kept.link.open(process: 0, generation: 2)
    try old.output.write("I am ready\n")
    try new.output.write("not yet\nnearly rea")
    usleep(100_000)
    #expect(try kept.link.next() == nil)
    try new.output.write("dy")
    #expect(try kept.word() == .seen(process: 0, generation: 2))
    try new.output.write(" ready\n")
    usleep(50_000)
    #expect(try kept.link.next() == nil)
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
  }

  @Test func `a text that a rate cap drops is seen all the same`() throws {
    let kept = try KeptPlace(rule: LogRule(linesPerSecond: 1))
    try kept.link.expect("ready", of: 0, generation: 1)
    let pipes = try kept.link.open(process: 0, generation: 1)
    try pipes.output.write("one\ntwo\nready\n")
    #expect(try kept.word() == .seen(process: 0, generation: 1))
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
    #expect(try kept.place.records().map { $0.dropped ?? 0 } == [0, 2])
  }

  @Test func `orders wait for a keeper that has no time, in their order and without making anybody wait`() throws {
    let loop = try EventLoop()
    let channel = try MessageChannel()
    let near = MessageSocket(try channel.parent.duplicate())
    let far = channel.childEnd()
    let link = KeeperLink(near, nil, loop)
    let count = 600
    let begin = Clock.milliseconds
    for process in 0..<count {
      _ = try link.open(process: process, generation: 1)
      try link.expect("ready", of: process, generation: 1)
    }
    #expect(Clock.milliseconds - begin < 2000)
    var orders: [KeeperOrder] = []
    let end = Clock.milliseconds + 20_000
    while orders.count < 3 * count, Clock.milliseconds < end {
      switch try far.receiveNow() {
      case .message(let message): orders.append(try #require(KeeperOrder(message.bytes)))
      case .nothing: try loop.turn()
      case .end: break
      }
    }
    let expected = (0..<count).flatMap { process in
      let instance = Instance(process: process, generation: 1)
      return [.open(instance, .output), .open(instance, .errors), KeeperOrder.expect(instance, Array("ready".utf8))]
    }
    #expect(orders == expected)
    far.close()
    #expect(try link.next() == .gone)
    #expect(throws: SysError.self) { _ = try link.open(process: 0, generation: 2) }
  }

  @Test func `trouble and its end are told once, nobody waits for it, and what is missing is counted`() throws {
    let kept = try KeptPlace()
    let file = kept.place.folder.path + "/web.log"
    // A folder in the place of the file cannot be written, not even by root.
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    let pipes = try kept.link.open(process: 0, generation: 1)
    let begin = Clock.milliseconds
    for number in 0..<2000 { try pipes.output.write("line \(number) " + String(repeating: "x", count: 200) + "\n") }
    #expect(Clock.milliseconds - begin < 10_000)
    guard case .trouble(let text)? = try kept.word() else {
      Issue.record("no trouble is told")
      return
    }
    #expect(text.contains("the log of web"))
    usleep(200_000)
    #expect(try kept.link.next() == nil)
    try FileManager.default.removeItem(atPath: file)
    usleep(1_500_000)
    #expect(try kept.word() == .recovered)
    try pipes.output.write("again\n")
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
    let records = try kept.place.records()
    #expect(records.map { $0.dropped ?? 0 } == [2000, 0])
    #expect(records.last?.text == "again")
  }

  @Test func `a flood is kept whole and in order`() throws {
    let kept = try KeptPlace(rule: LogRule(largest: 1 << 20, kept: 400))
    let pipes = try kept.link.open(process: 0, generation: 1)
    let count = 100_000
    for start in stride(from: 0, to: count, by: 1000) {
      try pipes.output.write((start..<start + 1000).map { "line \($0)\n" }.joined())
    }
    try kept.link.finish()
    #expect(kept.waitForEnd() == 0)
    let reader = try kept.place.reader()
    var next = 0
    while let record = try reader.next() {
      guard record.text == "line \(next)" else { break }
      next += 1
    }
    #expect(next == count)
  }

  @Test func `orders and words read back, and nonsense is none`() {
    let instance = Instance(process: 70_000, generation: 3)
    for order in [
      .open(instance, .output), .open(instance, .errors), .expect(instance, [1, 2]), .over(instance), .finish,
    ]
      as [KeeperOrder]
    {
      #expect(KeeperOrder(order.bytes) == order)
    }
    for word in [.seen(process: 70_000, generation: 3), .trouble("no room"), .recovered] as [KeeperWord] {
      #expect(KeeperWord(word.bytes) == word)
    }
    for bytes in [[], [9], [1, 1, 2], [2]] as [[UInt8]] { #expect(KeeperOrder(bytes) == nil) }
    #expect(KeeperWord([1, 2]) == nil && KeeperWord([7]) == nil)
  }
}
