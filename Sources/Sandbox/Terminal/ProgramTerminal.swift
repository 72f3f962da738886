internal import Linux
internal import Planning

/// The private terminal of a program, seen from inside, where it is made.
enum ProgramTerminal {
  private static let folder = "/dev/pts"

  /// What making it is called where that fails.
  static let step = "make a terminal for the program"

  /// Makes it among the sandbox's own terminals, hands its other end to the launcher, and puts its device in place of the
  /// caller's streams, of which nothing is left in this process.
  static func make(
    _ model: TerminalModel, as streams: PlannedStreams, _ launcher: LauncherLink
  ) throws(SysError) {
    let terminal = try PseudoTerminal.make(in: folder)
    let device = try terminal.device()
    try model.apply(to: device)
    try terminal.send(to: launcher.socket, as: Report.terminal.message)
    switch streams {
    case .terminal: try device.replace([.input, .output, .error])
    case .terminalButErrors: try device.replace([.input, .output])
    }
  }
}
