import Foundation
import Testing

@testable import Linux
@testable import Sandbox

/// The relay between pipes or terminals of a test, and a terminal whose program is the test.
@Suite struct TerminalRelayTests {
  /// The loop that a launcher has.
  private final class Loop {
    let relay: TerminalRelay
    /// What a program inside would have as its streams.
    let program: CInt
    private var polling = PollSet()
    private let tick: Linux.Timer
    private let tickEntry: PollSet.Entry

    init(_ streams: CallerStreams) throws {
      relay = try TerminalRelay(streams)
      var (near, far): (Int32, Int32) = (-1, -1)
      try #require(openpty(&near, &far, nil, nil, nil) == 0)
      for number in [near, far] { #expect(fcntl(number, F_SETFD, FD_CLOEXEC) == 0) }
      #expect(fcntl(near, F_SETFL, O_NONBLOCK) == 0)
      #expect(fcntl(far, F_SETFL, O_NONBLOCK) == 0)
      program = far
      tick = try Linux.Timer()
      tickEntry = tick.watch(in: &polling)
      relay.watch(in: &polling)
      try relay.begin(PseudoTerminal(received: Descriptor(owning: near)))
    }

    deinit { close(program) }

    func turn() throws {
      relay.watch(in: &polling)
      try tick.set(milliseconds: 5)
      try polling.wait()
      _ = try tick.hasCome()
      try relay.handle(&polling)
    }

    /// What the program reads at once; nil when there is nothing.
    func read() -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = Foundation.read(program, &buffer, buffer.count)
      return count < 0 ? nil : Array(buffer[..<count])
    }

    func write(_ bytes: [UInt8]) -> Int { max(0, Foundation.write(program, bytes, bytes.count)) }

    func turn(until condition: () throws -> Bool) throws {
      for _ in 0..<2000 {
        if try condition() { return }
        try turn()
      }
      Issue.record("it never came to be")
    }

    func settings(_ change: (inout termios) -> Void) {
      var settings = termios()
      #expect(tcgetattr(program, &settings) == 0)
      change(&settings)
      #expect(tcsetattr(program, TCSANOW, &settings) == 0)
    }
  }

  private final class Pipes {
    let source: SourcePipe
    let sink: SinkPipe
    let loop: Loop

    init() throws {
      let (source, sink) = (try SourcePipe(), try SinkPipe())
      loop = try Loop(CallerStreams(input: source.takeEnd(), output: sink.takeEnd(), keyboard: nil, screen: nil))
      loop.settings { $0.c_lflag &= ~tcflag_t(ECHO) }
      (self.source, self.sink) = (source, sink)
    }
  }

  /// A program that writes without end, and somebody who reads all that is shown.
  // SAFETY: each property but the lock is used by one thread alone, until both have ended.
  private final class Story: @unchecked Sendable {
    let isOver = Flag()
    private let program: CInt
    private let sink: SinkPipe
    private(set) var received: [UInt8] = []

    init(program: CInt, sink: SinkPipe) { (self.program, self.sink) = (program, sink) }

    func write() {
      let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
      while !isOver.load() { if Foundation.write(program, bytes, bytes.count) < 0 { usleep(10) } }
    }

    /// More slowly than the program writes, so that there always is more.
    func read() {
      var isLast = false
      while !isLast {
        isLast = isOver.load()
        received += sink.read(4096)
        usleep(500)
      }
    }
  }

  private final class Flag: @unchecked Sendable {
    // SAFETY: only used with the lock held.
    private let lock = NSLock()
    private var value = false

    func store(_ new: Bool) { lock.withLock { value = new } }
    func load() -> Bool { lock.withLock { value } }
  }

  @Test func `what a program shows arrives whole, and a slow reader holds it up`() throws {
    let pipes = try Pipes()
    let sent = (0..<40_000).flatMap { Array("line \($0)\n".utf8) }
    var rest = sent[...]
    var received: [UInt8] = []
    // Nobody reads, and the program is held up.
    for _ in 0..<200 {
      rest = rest.dropFirst(pipes.loop.write(Array(rest.prefix(4096))))
      try pipes.loop.turn()
    }
    #expect(rest.count > sent.count / 2)
    while !rest.isEmpty {
      rest = rest.dropFirst(pipes.loop.write(Array(rest.prefix(4096))))
      try pipes.loop.turn()
      received += pipes.sink.read(3000)
    }
    try pipes.loop.turn {
      received += pipes.sink.read(65536)
      return received.count >= sent.count + 40_000
    }
    #expect(received == Array(String(decoding: sent, as: UTF8.self).replacing("\n", with: "\r\n").utf8))
  }

  @Test func `what comes in is typed, line by line, and a program that does not read holds it up`() throws {
    let pipes = try Pipes()
    let sent = (0..<20_000).flatMap { Array("line \($0)\n".utf8) }
    var rest = sent[...]
    for _ in 0..<200 {
      rest = rest.dropFirst(pipes.source.write(Array(rest.prefix(4096))))
      try pipes.loop.turn()
    }
    #expect(rest.count > sent.count / 4)
    var received: [UInt8] = []
    try pipes.loop.turn {
      rest = rest.dropFirst(pipes.source.write(Array(rest.prefix(4096))))
      while let line = pipes.loop.read() { received += line }
      return received.count == sent.count
    }
    #expect(received == sent)
  }

  @Test func `the end of the input is one for each reader, behind a last line without an end`() throws {
    let pipes = try Pipes()
    #expect(pipes.source.write(Array("one\ntwo".utf8)) == 7)
    pipes.source.close()
    var read: [[UInt8]] = []
    try pipes.loop.turn {
      if let bytes = pipes.loop.read() { read.append(bytes) }
      return read.count == 6
    }
    #expect(read == [Array("one\n".utf8), Array("two".utf8), [], [], [], []])
  }

  @Test func `a program that has not looked at the end of the input sees it when it reads keys`() throws {
    let pipes = try Pipes()
    pipes.source.close()
    for _ in 0..<20 { try pipes.loop.turn() }
    // What waits is the end for whoever reads lines, and nothing for one that reads keys.
    pipes.loop.settings { cfmakeraw(&$0) }
    var read: [UInt8] = []
    try pipes.loop.turn {
      if let bytes = pipes.loop.read() { read += bytes }
      return read.contains(4)
    }
    #expect(read.filter { $0 != 0 && $0 != 4 } == [])
  }

  @Test func `what was left is shown at the end, and somebody who goes on writing keeps nobody there`() throws {
    let pipes = try Pipes()
    #expect(pipes.loop.write(Array("the last line\n".utf8)) == 14)
    // Both go on until the end, each in its own thread.
    let ends = (writer: DispatchSemaphore(value: 0), reader: DispatchSemaphore(value: 0))
    let story = Story(program: pipes.loop.program, sink: pipes.sink)
    Thread.detachNewThread {
      story.write()
      ends.writer.signal()
    }
    // Until all that is in between is full.
    for _ in 0..<200 { try pipes.loop.turn() }
    Thread.detachNewThread {
      story.read()
      ends.reader.signal()
    }
    let signals = try SignalQueue(of: SignalSet(.windowChange))
    let begun = Date()
    try pipes.loop.relay.finish(signals)
    #expect(Date().timeIntervalSince(begun) < 30)
    story.isOver.store(true)
    #expect(ends.writer.wait(timeout: .now() + 10) == .success && ends.reader.wait(timeout: .now() + 10) == .success)
    #expect(story.received.starts(with: "the last line\r\n".utf8))
    // Some of the rest was still taken, and by far not all that could have been.
    #expect((50_000..<4_000_000).contains(story.received.count), "\(story.received.count)")
  }

  @Test func `when nobody reads the output any more, the terminal hangs up`() throws {
    let pipes = try Pipes()
    #expect(pipes.loop.write(Array("seen\n".utf8)) == 5)
    try pipes.loop.turn { pipes.sink.read(100) == Array("seen\r\n".utf8) }
    #expect(pipes.loop.read() == nil)
    pipes.sink.close()
    #expect(pipes.loop.write(Array("unseen\n".utf8)) == 7)
    // From now on each reader is at the end.
    try pipes.loop.turn { pipes.loop.read() == [] }
    #expect(pipes.loop.write([1]) == 0)
    #expect(try !pipes.loop.relay.keeps(.terminate))
  }

  /// A caller that sits at a terminal.
  private final class Person {
    /// The side of the person, and that of programs.
    let near: CInt
    let far: CInt
    var loop: Loop?

    init() throws {
      var (near, far): (Int32, Int32) = (-1, -1)
      var size = winsize(ws_row: 11, ws_col: 22, ws_xpixel: 0, ws_ypixel: 0)
      try #require(openpty(&near, &far, nil, nil, &size) == 0)
      for number in [near, far] { #expect(fcntl(number, F_SETFD, FD_CLOEXEC) == 0) }
      (self.near, self.far) = (near, far)
      loop = try Loop(
        CallerStreams(
          input: RelayEnd(Descriptor(owning: fcntl(far, F_DUPFD_CLOEXEC, 3)), named: "a terminal"),
          output: RelayEnd(Descriptor(owning: fcntl(far, F_DUPFD_CLOEXEC, 3)), named: "a terminal"),
          keyboard: CallerTerminal(Descriptor(owning: fcntl(far, F_DUPFD_CLOEXEC, 3))),
          screen: CallerTerminal(Descriptor(owning: fcntl(far, F_DUPFD_CLOEXEC, 3)))))
    }

    deinit {
      close(near)
      close(far)
    }

    var readsLines: Bool {
      var settings = termios()
      #expect(tcgetattr(far, &settings) == 0)
      return settings.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG)
    }

    func type(_ text: String) {
      let bytes = Array(text.utf8)
      #expect(write(near, bytes, bytes.count) == bytes.count)
    }
  }

  @Test func `a caller's terminal lets all keys through, and is set back at the end`() throws {
    let person = try Person()
    let loop = try #require(person.loop)
    #expect(!person.readsLines)
    loop.settings { cfmakeraw(&$0) }
    person.type("\u{3}\u{4}\u{1a}x\r")
    var read: [UInt8] = []
    try loop.turn {
      read += loop.read() ?? []
      return read.count == 5
    }
    #expect(read == [3, 4, 0x1a, UInt8(ascii: "x"), 13])
    try loop.relay.end()
    #expect(person.readsLines)
  }

  @Test func `a caller's terminal is also set back when the relay is let go of`() throws {
    let person = try Person()
    #expect(!person.readsLines)
    person.loop = nil
    #expect(person.readsLines)
  }

  @Test func `the size of the caller's window is that of the program's, from the start and when it changes`() throws {
    let person = try Person()
    let loop = try #require(person.loop)
    #expect(WindowSize(of: loop.program) == WindowSize(rows: 11, columns: 22))
    try WindowSize(rows: 33, columns: 44).apply(to: Descriptor(owning: fcntl(person.near, F_DUPFD_CLOEXEC, 3)))
    #expect(WindowSize(of: loop.program) == WindowSize(rows: 11, columns: 22))
    #expect(try loop.relay.keeps(.windowChange))
    #expect(WindowSize(of: loop.program) == WindowSize(rows: 33, columns: 44))
    #expect(try !loop.relay.keeps(.continue))
  }
}
