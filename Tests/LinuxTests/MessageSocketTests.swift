import Glibc
import Testing

@testable import Linux

/// Messages between a process and its child, and what comes open with them.
@Suite struct MessageSocketTests {
  private static func ending(of pipe: borrowing Descriptor) throws -> Descriptor.Arrival {
    var byte: UInt8 = 0
    return try withUnsafeMutableBytes(of: &byte) { try pipe.readNow(into: $0, of: "a pipe") }
  }

  @Test func `of several open files that come with one message only the first stays open`() throws {
    let channel = try MessageChannel()
    // The same socket, used for what no message of this program is: two files at once.
    let far = LocalConnection(owning: fcntl(channel.child.keptNumber.value, F_DUPFD_CLOEXEC, 3))
    let near = channel.parentEnd()
    let pipe = try Pipe()
    let reading = pipe.takeReading()
    do {
      let writing = pipe.takeWriting()
      let sent = try far.send([1], with: [writing.keptNumber, writing.keptNumber])
      #expect(sent == 1)
    }
    guard case .message(var message) = try near.receiveNow(), let open = message.open.take() else {
      Issue.record("the message did not come with something open")
      return
    }
    // The control: as long as one is open, the pipe has no end.
    #expect(try Self.ending(of: reading) == .nothing)
    try open.write([7], to: "a pipe")
    #expect(try Self.ending(of: reading) == .bytes(1))
    _ = consume open
    #expect(try Self.ending(of: reading) == .end)
  }

  @Test func `without waiting there is a message, nothing, or the end`() throws {
    let channel = try MessageChannel()
    let far = MessageSocket(try channel.child.duplicate())
    let near = channel.parentEnd()
    if case .nothing = try near.receiveNow() {} else { Issue.record("something before anything was sent") }
    #expect(try far.sendNow([1, 2]))
    if case .message(let message) = try near.receiveNow() {
      #expect(message.bytes == [1, 2])
    } else {
      Issue.record("no message")
    }
    // What was sent and never read resets the connection, which is told first; what was said before is not lost.
    #expect(try near.sendNow([3]))
    #expect(try far.sendNow([4]))
    far.close()
    if case .message(let message) = try near.receiveNow() {
      #expect(message.bytes == [4])
    } else {
      Issue.record("what was said before the end is lost")
    }
    if case .end = try near.receiveNow() {} else { Issue.record("no end") }
  }

  @Test func `where there is no room a message is not sent, and nobody waits`() throws {
    let channel = try MessageChannel()
    let near = MessageSocket(try channel.parent.duplicate())
    let far = channel.childEnd()
    var count = 0
    while try near.sendNow([UInt8](repeating: 7, count: 4096)) { count += 1 }
    #expect(count > 0)
    guard case .message = try far.receiveNow() else {
      Issue.record("nothing has arrived")
      return
    }
    #expect(try near.sendNow([1]))
  }
}
