/// Diagnostics as lines for people.
extension Diagnostic {
  /// `capsrun: error: …`, or `FILE:LINE:COLUMN: error: …` with the line and a caret; then the hint.
  package func text(isColoured: Bool) -> String {
    var lines: [String] = []
    let place = location.map { "\(printable($0.file)):\($0.line):\($0.column)" } ?? "capsrun"
    let start = isWordForWord ? "" : "\(place): \(label(isColoured: isColoured)): "
    lines.append(start + printable(message))
    if let location { lines += location.excerpt() }
    if let hint { lines.append("  hint: \(printable(hint))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func label(isColoured: Bool) -> String {
    guard isColoured else { return severity.rawValue }
    let colour = severity == .error ? "31" : "33"
    return "\u{1B}[1;\(colour)m\(severity.rawValue)\u{1B}[0m"
  }
}

extension SourceLocation {
  /// In characters.
  package static let longestExcerpt = 160

  /// The line of the file and a caret below the column; a line that is too long is left out.
  func excerpt() -> [String] {
    guard !lineText.isEmpty, lineText.count <= Self.longestExcerpt else { return [] }
    let before = printable(String(lineText.unicodeScalars.prefix(column - 1)))
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    return ["  " + printable(lineText), "  " + indent + "^"]
  }
}

/// `text` with every control character (other than a tab) made visible, so that no input can steer a terminal.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Whether a character can steer a terminal, or turn around the order in which a line is shown; a tab may stay.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09: false
  case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}

/// A name or path in double quotes; what is longer than any path is cut.
package func quoted(_ text: String) -> String {
  "\"" + printable(text.utf8.count < 4096 ? text : shortened(text, to: 160)) + "\""
}

/// The first characters of a text that is longer than that.
package func shortened(_ text: String, to length: Int) -> String {
  let scalars = text.unicodeScalars
  guard let end = scalars.index(scalars.startIndex, offsetBy: length, limitedBy: scalars.endIndex),
    end < scalars.endIndex
  else { return text }
  return String(scalars[..<end]) + "…"
}
