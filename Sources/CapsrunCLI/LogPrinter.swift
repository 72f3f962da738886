internal import Diagnostics
internal import Linux
internal import Supervision

/// Shows records: for people a line each, for programs as they are.
final class LogPrinter {
  private let output: Output
  private let width: Int
  private let isColoured: Bool
  private var text = ""
  private var gaps = 0
  private var colours: [String: Int] = [:]

  private static let portion = 32 << 10
  /// Cyan, yellow, green, magenta, blue, and the same brighter: red is for standard error.
  private static let palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94]

  init(_ output: Output, width: Int) {
    self.output = output
    self.width = width
    isColoured = StandardStream.output.isTerminal && CurrentProcess.environmentValue("NO_COLOR") == nil
  }

  func print(_ record: LogRecord) throws(DiagnosticList) {
    text += output.isJSON ? String(decoding: record.source, as: UTF8.self) + "\n" : line(record)
    if text.utf8.count >= Self.portion { try flush() }
  }

  /// Says that files were removed before they were read.
  func tellGaps(_ count: Int) throws(DiagnosticList) {
    guard count > gaps else { return }
    gaps = count
    try flush()
    output.note("lines are missing: the logs were written faster than they were read, and the oldest are gone")
  }

  func flush() throws(DiagnosticList) {
    if text.isEmpty { return }
    try output.result(text)
    text = ""
  }

  /// `TIME PROCESS | LINE`
  private func line(_ record: LogRecord) -> String {
    let name = printable(record.process)
    let filler = String(repeating: " ", count: max(0, width - name.count))
    let mark = record.stream == .output ? "|" : "!"
    let start = "\(record.time) \(coloured(name, colour(of: name)))\(filler) "
    return start + coloured(mark, record.stream == .output ? nil : 31) + " " + content(record) + "\n"
  }

  private func content(_ record: LogRecord) -> String {
    switch record.content {
    case .line(let line, let isPartial):
      // A program that thinks that it is at a terminal ends its lines so.
      let line = line.unicodeScalars.last == "\r" ? String(line.unicodeScalars.dropLast()) : line
      return printable(line) + (isPartial ? "\\" : "")
    case .dropped(let count, let reason):
      let lines = count == 1 ? "1 line is" : "\(count) lines are"
      let why = reason == .rate ? "there were more than are kept in a second" : "they could not be written"
      return coloured("(\(lines) missing here: \(why))", 31)
    }
  }

  private func colour(of name: String) -> Int {
    if let known = colours[name] { return known }
    let colour = Self.palette[colours.count % Self.palette.count]
    colours[name] = colour
    return colour
  }

  private func coloured(_ text: String, _ colour: Int?) -> String {
    guard isColoured, let colour else { return text }
    return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
  }
}
