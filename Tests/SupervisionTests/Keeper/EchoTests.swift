import Foundation
import Testing

@testable import Linux
@testable import Supervision

@Suite struct EchoTests {
  private final class Reading {
    let queue: EchoQueue
    let loop: EventLoop
    private let reading: Descriptor
    private(set) var text: [UInt8] = []

    init(_ place: LogPlaceOfTest, isTerminal: Bool = false) throws {
      let pipe = try Linux.Pipe()
      loop = try EventLoop()
      queue = EchoQueue(
        RelayEnd(pipe.takeWriting(), named: "a pipe"), isTerminal: isTerminal, on: loop, spillingTo: try place.open())
      reading = pipe.takeReading()
    }

    func append(_ line: String, of process: String = "web") throws {
      Array(line.utf8).withUnsafeBytes { queue.append($0, after: process) }
      try queue.pump()
    }

    func readAll() throws {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        if case .bytes(let count) = try reading.readNow(into: buffer, of: "") { text += buffer[..<count] }
        if queue.isEmpty { break }
        try loop.turn()
      }
      if case .bytes(let count) = try reading.readNow(into: buffer, of: "") { text += buffer[..<count] }
    }

    var lines: [String] { String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init) }
  }

  @Test func `who reads nothing makes nobody wait, and loses no line when he reads at last`() throws {
    let place = try LogPlaceOfTest()
    let reading = try Reading(place)
    // Several times as much as a pipe and what is kept in memory.
    let count = 60_000
    let filler = String(repeating: "x", count: 90)
    let begin = Clock.milliseconds
    for number in 0..<count { try reading.append("\(number) \(filler)") }
    #expect(Clock.milliseconds - begin < 20_000)
    try reading.readAll()
    #expect(reading.lines == (0..<count).map { "web | \($0) \(filler)" })
    try reading.append("last", of: "db")
    try reading.readAll()
    #expect(reading.lines.last == "db | last")
    #expect(try place.files().isEmpty)
  }

  @Test func `what is shown on a terminal cannot steer it, and elsewhere bytes stay what they are`() throws {
    let place = try LogPlaceOfTest()
    let shown = try Reading(place, isTerminal: true)
    try shown.append("\u{1B}[31mred")
    try shown.readAll()
    #expect(shown.lines == ["web | \\u{1b}[31mred"])
    let piped = try Reading(place)
    try piped.append("\u{1B}[31mred")
    try piped.readAll()
    #expect(piped.lines == ["web | \u{1B}[31mred"])
  }

  @Test func `a reader who has gone is not waited for`() throws {
    let place = try LogPlaceOfTest()
    let pipe = try Linux.Pipe()
    let loop = try EventLoop()
    let queue = EchoQueue(
      RelayEnd(pipe.takeWriting(), named: "a pipe"), isTerminal: false, on: loop, spillingTo: try place.open())
    // The end to read from is closed with the pipe that nobody has taken it from.
    pipe.takeReading().close()
    // For this thread alone, as a keeper blocks it: what children of other tests get is not changed.
    var pipeSignal = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    try #require(pthread_sigmask(SIG_BLOCK, &pipeSignal, &before) == 0)
    Array("line".utf8).withUnsafeBytes { queue.append($0, after: "web") }
    try queue.pump()
    while !queue.isEmpty { try loop.turn() }
    var none = timespec()
    sigtimedwait(&pipeSignal, nil, &none)
    try #require(pthread_sigmask(SIG_SETMASK, &before, nil) == 0)
  }
}

extension Descriptor {
  /// Closes it here.
  fileprivate consuming func close() {}
}
