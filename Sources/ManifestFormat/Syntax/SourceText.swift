package import Diagnostics

/// The text of one manifest file, which can make diagnostics that show a line of it.
package struct SourceText: Sendable {
  package let file: String
  package let bytes: [UInt8]
  /// The byte that each line begins with. Of a text that is in order the lines themselves are never needed.
  private let lineStarts: [Int]

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
    guard String(validating: self.bytes, as: UTF8.self) != nil else {
      throw Diagnostic("\(quoted(file)) is not UTF-8 text", hint: "save it as UTF-8", exitCode: .badData)
    }
    var starts = [0]
    var refused: (byte: UInt8, position: Position)?
    for (index, byte) in zip(self.bytes.indices, self.bytes) where byte < 0x20 || byte == 0x7F {
      switch byte {
      case Self.lineFeed: starts.append(index + 1)
      case UInt8(ascii: "\t"): continue
      case Self.carriageReturn where Self.isEndOfLine(self.bytes, index): continue
      default:
        let before = LineStarts.scalarCount(of: self.bytes[starts[starts.count - 1]..<index])
        refused = refused ?? (byte, Position(line: starts.count, column: before + 1))
      }
    }
    lineStarts = starts
    if let refused {
      let digits = String(refused.byte, radix: 16, uppercase: true)
      throw error(
        "a control character (U+00\(refused.byte < 16 ? "0" : "")\(digits))", at: refused.position, hint: "remove it")
    }
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private static func isEndOfLine(_ bytes: [UInt8], _ index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index + 1] == lineFeed
  }

  /// A line by its number from 0, without what ends it.
  private func line(_ index: Int) -> ArraySlice<UInt8> {
    let start = lineStarts[index]
    guard index + 1 < lineStarts.count else { return bytes[start...] }
    let end = lineStarts[index + 1] - 1
    return bytes[start..<(end > start && bytes[end - 1] == Self.carriageReturn ? end - 1 : end)]
  }

  /// The lines with their numbers, counted from 1.
  var numberedLines: [(number: Int, text: String)] {
    lineStarts.indices.map { (number: $0 + 1, text: String(decoding: line($0), as: UTF8.self)) }
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
    let number = min(max(position.line, 1), lineStarts.count)
    let length = LineStarts.scalarCount(of: line(number - 1))
    return Position(line: number, column: min(max(position.column, 1), length + 1))
  }

  package func location(of position: Position) -> SourceLocation {
    let text = lineStarts.indices.contains(position.line - 1) ? line(position.line - 1) : []
    // Of a long line nothing is shown. To copy it into each of many diagnostics can take gigabytes.
    let isShown = text.count <= 4 * SourceLocation.longestExcerpt
    return SourceLocation(
      file: file, line: position.line, column: position.column,
      lineText: isShown ? String(decoding: text, as: UTF8.self) : "")
  }
}
