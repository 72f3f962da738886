package import Diagnostics

/// The text of one manifest file, which can make diagnostics that show a line of it.
package struct SourceText: Sendable {
  package let file: String
  package let bytes: [UInt8]
  private let lines: [Substring]

  /// The largest manifest that is read.
  package static let largestSize = 1 << 20

  /// Throws when the bytes are too many, no UTF-8, or hold a control character.
  package init(file: String, bytes: [UInt8], largest: Int = largestSize) throws(Diagnostic) {
    self.file = file
    // Some editors mark UTF-8 by three bytes at the start; they are no part of the text.
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard bytes.count <= largest else {
      throw Diagnostic("\(quoted(file)) is larger than 1 MiB, which no manifest is", exitCode: .badData)
    }
    guard let text = String(validating: self.bytes, as: UTF8.self) else {
      throw Diagnostic("\(quoted(file)) is not UTF-8 text", hint: "save it as UTF-8", exitCode: .badData)
    }
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    try refuseControlCharacters()
  }

  private func refuseControlCharacters() throws(Diagnostic) {
    for (number, line) in lines.enumerated() {
      for (offset, scalar) in line.unicodeScalars.enumerated() {
        let isControl = scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
        guard !isControl else {
          throw error(
            "a control character (U+00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16, uppercase: true)))",
            at: Position(line: number + 1, column: offset + 1), hint: "remove it")
        }
      }
    }
  }

  /// The lines with their numbers, counted from 1.
  var numberedLines: [(number: Int, text: String)] {
    lines.enumerated().map { (number: $0 + 1, text: String($1)) }
  }

  package func error(_ message: String, at position: Position, hint: String? = nil) -> Diagnostic {
    Diagnostic(
      shortened(message, to: Self.longestMessage), at: location(of: position),
      hint: hint.map { shortened($0, to: Self.longestMessage) }, exitCode: .badData)
  }

  /// In Unicode scalars: a message that quotes the file may be shown as long as the file otherwise.
  private static let longestMessage = 1000

  /// The place in the text that is nearest to one that may lie outside.
  func nearest(_ position: Position) -> Position {
    let line = min(max(position.line, 1), lines.count)
    return Position(line: line, column: min(max(position.column, 1), lines[line - 1].unicodeScalars.count + 1))
  }

  package func location(of position: Position) -> SourceLocation {
    let text = lines.indices.contains(position.line - 1) ? lines[position.line - 1] : ""
    // Of a long line nothing is shown. To copy it into each of many diagnostics can take gigabytes.
    let isShown = text.utf8.count <= 4 * SourceLocation.longestExcerpt
    return SourceLocation(
      file: file, line: position.line, column: position.column, lineText: isShown ? String(text) : "")
  }
}
