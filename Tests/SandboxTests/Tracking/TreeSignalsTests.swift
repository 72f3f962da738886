import Foundation
import Testing

@testable import Linux
@testable import Sandbox

/// Signals to trees that nothing but a list of their processes holds together.
@Suite struct TreeSignalsTests {
  /// Numbers that no process can have, each of them once.
  private final class Numbers {
    private var last: CInt = 1 << 23

    func next() -> CInt {
      last += 1
      return last
    }
  }

  private func sleeper() throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sleep")
    process.arguments = ["60"]
    try process.run()
    return process
  }

  @Test func `what makes others faster than they can be stopped is killed all the same, and told`() throws {
    let process = try sleeper()
    let numbers = Numbers()
    let id = process.processIdentifier
    var signals = TreeSignals(list: { () throws(SysError) in [id, numbers.next()] }, belongs: { _ in true })
    signals.longestMilliseconds = 50
    #expect(throws: SysError(.pidfd_send_signal, "processes that make others", .busy)) { try signals.kill() }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
  }

  @Test func `one that cannot be reached does not save the others`() throws {
    let (process, stranger) = (try sleeper(), try sleeper())
    let (id, other) = (process.processIdentifier, stranger.processIdentifier)
    let signals = TreeSignals(
      list: { () throws(SysError) in [other, id] },
      belongs: { found throws(SysError) in
        if found == other { throw SysError(.read, "its group", .accessDenied) }
        return true
      })
    #expect(throws: SysError(.read, "its group", .accessDenied)) { try signals.kill() }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
    // The control: who was not to be reached is as he was.
    #expect(stranger.isRunning)
    #expect(kill(other, SIGKILL) == 0)
    stranger.waitUntilExit()
  }
}
