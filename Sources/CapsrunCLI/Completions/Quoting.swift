/// A text in which some characters are written differently.
package func rewritten(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if let replacement = replacement(scalar) { result += replacement } else { result.unicodeScalars.append(scalar) }
  }
  return result
}

/// A text as one line: what lists it has no room for more.
package func inOneLine(_ text: String) -> String {
  rewritten(text) { $0.value < 0x20 || $0.value == 0x7F ? " " : nil }
}

/// One word for bash and zsh, whatever it holds.
func shellWord(_ text: String) -> String {
  "'" + rewritten(text) { $0 == "'" ? #"'\''"# : nil } + "'"
}

/// One word for fish, where a backslash means itself only before other characters than these.
func fishWord(_ text: String) -> String {
  "'" + rewritten(text) { $0 == "'" || $0 == "\\" ? "\\" + String($0) : nil } + "'"
}
