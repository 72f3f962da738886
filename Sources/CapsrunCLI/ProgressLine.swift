internal import Linux

/// How far long work has come, in one line of a terminal that is written again and again. Anywhere else it is silent.
final class ProgressLine {
  private let what: String
  private var total: Int
  private var done = 0
  private var isShown = false
  private var nextTime: Int
  private let isWanted: Bool

  /// Short work is not worth a line.
  private static let patience = 500
  private static let interval = 100

  init(_ what: String, total: Int, _ output: Output) {
    self.what = what
    self.total = max(1, total)
    isWanted = !output.isJSON && StandardStream.error.isTerminal
    nextTime = Clock.milliseconds + Self.patience
  }

  func add(_ count: Int, of newTotal: Int? = nil) {
    done += count
    if let newTotal { total = max(1, newTotal) }
    guard isWanted, Clock.milliseconds >= nextTime else { return }
    nextTime = Clock.milliseconds + Self.interval
    isShown = true
    write("\r\(what): \(min(100, done * 100 / total)) % of \(ByteText(total))\u{1B}[K")
  }

  /// Takes the line away.
  func end() {
    guard isShown else { return }
    write("\r\u{1B}[K")
    isShown = false
  }

  private func write(_ text: String) {
    do {
      try StandardStream.error.write(text)
    } catch {
      // Nobody looks.
      return
    }
  }
}
