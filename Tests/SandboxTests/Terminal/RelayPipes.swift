import Foundation
import Testing

@testable import Linux
@testable import Sandbox

/// A pipe that a relay receives from, and a test writes to.
final class SourcePipe {
  private var relayEnd: RelayEnd?
  private var number: CInt

  init() throws {
    let ends = try pipeWithoutWaiting()
    relayEnd = RelayEnd(Descriptor(owning: ends.reading), named: "a pipe")
    number = ends.writing
  }

  deinit { close() }

  /// Hands the other end over, once.
  func takeEnd() -> RelayEnd {
    guard let end = relayEnd.take() else { preconditionFailure("the end of a pipe is taken twice") }
    return end
  }

  /// How many were taken.
  func write(_ bytes: [UInt8]) -> Int { max(0, Foundation.write(number, bytes, bytes.count)) }

  func close() {
    if number >= 0 { Foundation.close(number) }
    number = -1
  }
}

/// A pipe that a relay sends to, and a test reads from.
final class SinkPipe {
  private var relayEnd: RelayEnd?
  private var number: CInt

  init() throws {
    let ends = try pipeWithoutWaiting()
    relayEnd = RelayEnd(Descriptor(owning: ends.writing), named: "a pipe")
    number = ends.reading
  }

  deinit { close() }

  /// Hands the other end over, once.
  func takeEnd() -> RelayEnd {
    guard let end = relayEnd.take() else { preconditionFailure("the end of a pipe is taken twice") }
    return end
  }

  func read(_ count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    return Array(buffer[..<max(0, Foundation.read(number, &buffer, count))])
  }

  func close() {
    if number >= 0 { Foundation.close(number) }
    number = -1
  }
}

private func pipeWithoutWaiting() throws -> (reading: CInt, writing: CInt) {
  // Nobody who reads is an error to handle.
  signal(SIGPIPE, SIG_IGN)
  var ends: [CInt] = [-1, -1]
  try #require(pipe(&ends) == 0)
  for number in ends {
    #expect(fcntl(number, F_SETFL, O_NONBLOCK) == 0)
    #expect(fcntl(number, F_SETFD, FD_CLOEXEC) == 0)
  }
  return (ends[0], ends[1])
}
