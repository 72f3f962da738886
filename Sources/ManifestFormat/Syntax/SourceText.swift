package import Diagnostics

/// The text of one manifest file, which can make diagnostics that show a line of it.
package struct SourceText: Sendable {
  package let file: String
  let bytes: [UInt8]
  private let lines: [Substring]

  /// The largest manifest that is read.
  package static let largestSize = 1 << 20

  /// Throws when the bytes are too many, no UTF-8, or hold a control character.
  package init(file: String, bytes: [UInt8]) throws(Diagnostic) {
    self.file = file
    self.bytes = bytes
    guard bytes.count <= Self.largestSize else {
      throw Diagnostic("\(quoted(file)) is larger than 1 MiB, which no manifest is", exitCode: .badData)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
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

  package func error(_ message: String, at position: Position, hint: String? = nil) -> Diagnostic {
    Diagnostic(message, at: location(of: position), hint: hint, exitCode: .badData)
  }

  package func location(of position: Position) -> SourceLocation {
    let text = lines.indices.contains(position.line - 1) ? String(lines[position.line - 1]) : ""
    return SourceLocation(file: file, line: position.line, column: position.column, lineText: text)
  }
}
