internal import Linux
internal import Planning

/// What a new terminal takes over from the caller's streams. It is looked at outside, in the caller's session.
struct TerminalModel {
  private let settings: TerminalSettings?
  private let isTypedInto: Bool
  private let size: WindowSize?
  /// What becomes a terminal; nil for what the process says.
  let streams: PlannedStreams?

  init(settings: TerminalSettings?, isTypedInto: Bool, size: WindowSize?) {
    (self.settings, self.isTypedInto, self.size, streams) = (settings, isTypedInto, size, nil)
  }

  /// For somebody else than the caller of this process.
  init(isTypedInto: Bool, size: WindowSize?, as streams: PlannedStreams) {
    (settings, self.isTypedInto, self.size, self.streams) = (nil, isTypedInto, size, streams)
  }

  /// Looks at the streams of this process.
  static func ofCaller() throws(SysError) -> TerminalModel {
    // In the background a terminal is set as the shell needs it for its own prompt.
    let isOwn = StandardStream.input.isInForeground
    return TerminalModel(
      settings: isOwn ? try StandardStream.input.terminalSettings() : nil,
      isTypedInto: StandardStream.input.isTerminal,
      size: StandardStream.output.windowSize ?? StandardStream.input.windowSize ?? StandardStream.error.windowSize)
  }

  func apply(to device: borrowing TerminalDevice) throws(SysError) {
    if let settings { try device.apply(settings) }
    // What comes from a file was typed by nobody, and would only stand amid the output.
    if !isTypedInto { try device.apply(try device.settings().withoutEcho) }
    if let size { try device.resize(to: size) }
  }
}
