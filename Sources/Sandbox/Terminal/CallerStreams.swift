internal import Linux

/// What of the caller a program's private terminal is connected with: its standard input and output, whatever they are.
final class CallerStreams {
  let input: RelayEnd
  let output: RelayEnd
  /// The input, if it is a terminal.
  var keyboard: CallerTerminal?
  /// The output, if it is a terminal.
  private var screen: CallerTerminal?

  /// Those of this process, which may be replaced from now on.
  convenience init() throws(SysError) {
    self.init(
      input: try RelayEnd(.input), output: try RelayEnd(.output), keyboard: try CallerTerminal(.input),
      screen: try CallerTerminal(.output))
  }

  init(
    input: consuming RelayEnd, output: consuming RelayEnd, keyboard: consuming CallerTerminal?,
    screen: consuming CallerTerminal?
  ) {
    self.input = input
    self.output = output
    self.keyboard = keyboard
    self.screen = screen
  }

  var windowSize: WindowSize? { screen?.windowSize ?? keyboard?.windowSize }
}
