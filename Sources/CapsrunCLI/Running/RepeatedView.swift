internal import Diagnostics
internal import Linux

/// Something that is shown anew each second until Ctrl-C; on a terminal in the same place.
struct RepeatedView {
  private let output: Output
  private let isOnTerminal: Bool

  init(_ output: Output) {
    self.output = output
    isOnTerminal = !output.isJSON && StandardStream.output.isTerminal
  }

  /// Shows what `next` returns until that is nil, or somebody wants an end.
  func run(_ next: () throws(DiagnosticList) -> String?) throws(DiagnosticList) {
    let signals = Holder(
      try waiting { () throws(SysError) in try SignalQueue(of: SignalSet(.interrupt).adding(.terminate)) })
    let timer = Holder(try waiting { () throws(SysError) in try Timer() })
    if isOnTerminal { try output.result("\u{1B}[?25l\u{1B}[2J") }
    defer { showCursor() }
    while let text = try next() {
      try show(text)
      try waiting { () throws(SysError) in try timer.value.set(milliseconds: 1000) }
      if try waiting({ () throws(SysError) in try isToEnd(signals.value, timer.value) }) { return }
    }
  }

  private final class Holder<Value: ~Copyable> {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
  }

  private func waiting<Value: ~Copyable>(_ body: () throws(SysError) -> Value) throws(DiagnosticList) -> Value {
    try reporting("wait for the next second", body)
  }

  private func isToEnd(_ signals: borrowing SignalQueue, _ timer: borrowing Timer) throws(SysError) -> Bool {
    while true {
      var polling = PollSet()
      let arrival = signals.watch(in: &polling)
      let moment = timer.watch(in: &polling)
      try polling.wait()
      if polling.isReady(arrival), try signals.next() != nil { return true }
      if polling.isReady(moment), try timer.hasCome() { return false }
    }
  }

  private func show(_ text: String) throws(DiagnosticList) {
    guard isOnTerminal else { return try output.result(text) }
    let window = try reporting("look at the terminal") { () throws(SysError) -> WindowSize? in
      guard let terminal = try CallerTerminal(.output) else { return nil }
      return terminal.windowSize
    }
    // A terminal that does not know its size says that it is 0.
    let rows = window.flatMap { $0.rows > 1 ? Int($0.rows) - 1 : nil } ?? 1000
    let columns = window.flatMap { $0.columns > 0 ? Int($0.columns) : nil } ?? 1000
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(rows)
    // What does not fit would move all that stands below.
    let shown = lines.map { String($0.prefix(columns)) + "\u{1B}[K" }.joined(separator: "\n")
    try output.result("\u{1B}[H" + shown + "\u{1B}[J")
  }

  private func showCursor() {
    guard isOnTerminal else { return }
    do {
      try output.result("\u{1B}[?25h\n")
    } catch {
      // The terminal has gone.
      return
    }
  }
}
