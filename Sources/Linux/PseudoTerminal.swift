internal import CLinux
internal import Glibc

/// A terminal whose user is a program: what is sent into this end was typed, and what is shown there is received here. pty(7)
///
/// Nothing that is done with it waits.
package struct PseudoTerminal: ~Copyable {
  private static let name = "the terminal"
  private let end: RelayEnd

  private init(end: consuming RelayEnd) { self.end = end }

  /// Makes one in the file system of terminals that is mounted on `folder`. Its device belongs to this process's user.
  /// TIOCSPTLCK
  package static func make(in folder: String) throws(SysError) -> PseudoTerminal {
    let path = folder + "/ptmx"
    let descriptor = try Descriptor.openWithoutLinks(path, Descriptor.Access(flags: cl_terminal_access))
    // What looks like it elsewhere could hand out the terminals of somebody else.
    guard try check(.statfs, path, { cl_is_of_terminals(descriptor.number) }) == 1 else {
      throw SysError(.open, path, .noDevice)
    }
    try check(.ioctl, path) { cl_terminal_unlock(descriptor.number) }
    return PseudoTerminal(end: RelayEnd(descriptor, named: name))
  }

  /// One that was made elsewhere, and has arrived with a message. Whatever else it may be, using it fails.
  package init(received descriptor: consuming Descriptor) {
    end = RelayEnd(descriptor, named: Self.name)
  }

  /// Hands it to the other side of a socket.
  package func send(to socket: borrowing MessageSocket, as message: [UInt8]) throws(SysError) {
    try socket.send(message, with: end.descriptor)
  }

  /// For handing it on.
  package var keptNumber: DescriptorNumber { end.keptNumber }

  /// Opens the device of this terminal, which is a program's side of it, wherever it lies. TIOCGPTPEER
  package func device() throws(SysError) -> TerminalDevice {
    let number = end.descriptor.number
    let opened = try check(.ioctl, Self.name) { cl_terminal_open_device(number) }
    return TerminalDevice(descriptor: Descriptor(owning: opened))
  }

  /// Tells the programs in it that their window has another size. TIOCSWINSZ
  package func resize(to size: WindowSize) throws(SysError) { try size.apply(to: end.descriptor) }

  package var relayEnd: RelayEnd { _read { yield end } }

  package func watch(in polling: inout PollSet) -> PollSet.Entry { end.watch(in: &polling) }
}

/// The device of a terminal, as a program has it. tty(4)
package struct TerminalDevice: ~Copyable {
  private static let name = "the terminal"
  private let descriptor: Descriptor

  init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Puts it in the place of standard streams of this process, and so of the programs that it executes. dup2(2)
  package func replace(_ streams: [StandardStream]) throws(SysError) {
    for stream in streams { try check(.dup, stream.name) { dup2(descriptor.number, stream.rawValue) } }
  }

  /// Takes over the settings of another terminal. tcsetattr(3)
  package func apply(_ settings: TerminalSettings) throws(SysError) { try settings.apply(to: descriptor) }

  package func settings() throws(SysError) -> TerminalSettings { try TerminalSettings(of: descriptor) }

  package func resize(to size: WindowSize) throws(SysError) { try size.apply(to: descriptor) }

  /// Whether something that was typed waits to be read, be it only the end of the input. poll(2)
  package func hasInput() throws(SysError) -> Bool {
    try check(.poll, Self.name) { cl_has_input(descriptor.number) } == 1
  }
}

extension StandardStream {
  /// Makes the terminal of this stream that of the session that this process leads. TIOCSCTTY
  package func becomeTerminalOfSession() throws(SysError) {
    try check(.ioctl, name) { cl_terminal_take_control(rawValue) }
  }

  /// Puts this process into a group of its own, and into the foreground of the terminal of this stream, which must be that of
  /// its session. The signal for writing in the background must be blocked. tcsetpgrp(3)
  package func leadForeground() throws(SysError) {
    try check(.setpgid, "") { setpgid(0, 0) }
    try check(.ioctl, name) { tcsetpgrp(rawValue, getpid()) }
  }

  /// The settings of its terminal; nil when it is none. tcgetattr(3)
  package func terminalSettings() throws(SysError) -> TerminalSettings? {
    var settings = termios()
    do throws(SysError) {
      try check(.ioctl, name) { tcgetattr(rawValue, &settings) }
      return TerminalSettings(settings)
    } catch {
      // Whatever it is, it has none, or has them no more.
      return nil
    }
  }

  /// How large the window of its terminal is; nil when it is none. TIOCGWINSZ
  package var windowSize: WindowSize? { WindowSize(of: rawValue) }
}
