import Foundation
import Testing

@testable import Linux

@Suite struct PseudoTerminalTests {
  /// Both ends of a terminal that is nobody's. Not one of a devpts that is known, as that of this machine may give none.
  private final class Ends {
    let end: PseudoTerminal
    let device: TerminalDevice
    /// Of the device too.
    let number: CInt

    init() throws {
      var (near, far): (Int32, Int32) = (-1, -1)
      try #require(openpty(&near, &far, nil, nil, nil) == 0)
      for number in [near, far] { #expect(fcntl(number, F_SETFD, FD_CLOEXEC) == 0) }
      number = far
      #expect(fcntl(near, F_SETFL, O_NONBLOCK) == 0)
      end = PseudoTerminal(received: Descriptor(owning: near))
      device = try end.device()
    }

    deinit { close(number) }
  }

  @Test func `a terminal is made only among terminals`() throws {
    let error = #expect(throws: SysError.self) { _ = try PseudoTerminal.make(in: "/dev") }
    #expect(error?.errno == .tooManyLinks || error?.errno == .noDevice, "\(String(describing: error))")
  }

  @Test func `the size of the window arrives, also when it changes`() throws {
    let ends = try Ends()
    try ends.device.resize(to: WindowSize(rows: 10, columns: 20))
    try ends.end.resize(to: WindowSize(rows: 33, columns: 77))
    #expect(WindowSize(of: ends.number) == WindowSize(rows: 33, columns: 77))
    #expect(StandardStream.input.windowSize == nil || StandardStream.input.isTerminal)
  }

  @Test func `settings are taken over, and what is typed is not shown when nobody types`() throws {
    let ends = try Ends()
    let settings = try ends.device.settings()
    #expect(settings.showsWhatIsTyped && settings.readsLines && settings.endOfInput == 4)
    try ends.device.apply(settings.withoutEcho)
    #expect(try !ends.device.settings().showsWhatIsTyped)
    #expect(try ends.device.settings().readsLines)
    try ends.device.apply(settings.raw)
    #expect(try !ends.device.settings().readsLines)
  }

  @Test func `what cannot be done at once is told, and never waited for`() throws {
    let ends = try Ends()
    var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
    #expect(try bytes.withUnsafeMutableBytes { try ends.end.relayEnd.receive(into: $0) } == .nothing)
    #expect(try !ends.device.hasInput())
    let line = Array("typed\n".utf8)
    #expect(try line.withUnsafeBytes { try ends.end.relayEnd.send($0) } == .bytes(6))
    #expect(try ends.device.hasInput())
    var sent = 0
    while case .bytes(let count) = try line.withUnsafeBytes({ try ends.end.relayEnd.send($0) }) { sent += count }
    #expect((4096...1_000_000).contains(sent), "it is full at some point")
  }

  @Test func `a terminal that is let go of is set back`() throws {
    let ends = try Ends()
    let before = try ends.device.settings()
    do {
      var caller = CallerTerminal(Descriptor(owning: fcntl(ends.number, F_DUPFD_CLOEXEC, 3)))
      let (passes, isPassing, isForeground) = (try caller.passThrough(), caller.isPassingThrough, caller.isForeground)
      #expect(passes && isPassing && isForeground)
      #expect(try !ends.device.settings().readsLines)
      #expect(try ends.device.settings().showsWhatIsTyped == false)
      try caller.restore()
      #expect(try ends.device.settings().readsLines == before.readsLines)
      let passesAgain = try caller.passThrough()
      #expect(passesAgain)
      #expect(try !ends.device.settings().readsLines)
    }
    #expect(try ends.device.settings().readsLines && ends.device.settings().showsWhatIsTyped)
  }
}
