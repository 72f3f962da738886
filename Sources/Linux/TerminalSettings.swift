internal import CLinux
internal import Glibc

/// How a terminal treats what is typed and shown. termios(3)
package struct TerminalSettings: Sendable {
  private static let name = "the terminal"
  private var value: termios

  init(_ value: termios) { self.value = value }

  init(of descriptor: borrowing Descriptor) throws(SysError) {
    value = termios()
    let number = descriptor.number
    var value = termios()
    try check(.ioctl, Self.name) { tcgetattr(number, &value) }
    self.value = value
  }

  func apply(to descriptor: borrowing Descriptor) throws(SysError) {
    var value = value
    let number = descriptor.number
    try check(.ioctl, Self.name) { tcsetattr(number, TCSANOW, &value) }
  }

  /// The same, but everything passes as it is: no key has a meaning, and nothing that is typed is shown. cfmakeraw(3)
  var raw: TerminalSettings {
    var value = value
    cfmakeraw(&value)
    return TerminalSettings(value)
  }

  /// The same, but what is typed is not shown.
  package var withoutEcho: TerminalSettings {
    var value = value
    value.c_lflag &= ~tcflag_t(ECHO | ECHONL)
    return TerminalSettings(value)
  }

  /// What is typed for the end of the input.
  package var endOfInput: UInt8 {
    let key = value.c_cc.4  // VEOF
    return key == 0 ? 4 : key
  }

  package var showsWhatIsTyped: Bool { value.c_lflag & tcflag_t(ECHO) != 0 }
  package var readsLines: Bool { value.c_lflag & tcflag_t(ICANON) != 0 }
}

/// How large a terminal's window is. Zero is unknown. TIOCGWINSZ
package struct WindowSize: Hashable, Sendable {
  package var rows: UInt16
  package var columns: UInt16
  var width: UInt16 = 0
  var height: UInt16 = 0

  package init(rows: UInt16, columns: UInt16) {
    self.rows = rows
    self.columns = columns
  }

  /// nil when it is no terminal.
  init?(of number: CInt) {
    var size: [UInt16] = [0, 0, 0, 0]
    guard cl_terminal_size(number, &size) == 0 else { return nil }
    self.init(rows: size[0], columns: size[1])
    width = size[2]
    height = size[3]
  }

  func apply(to descriptor: borrowing Descriptor) throws(SysError) {
    let number = descriptor.number
    try check(.ioctl, "the terminal") { cl_terminal_set_size(number, [rows, columns, width, height]) }
  }
}
