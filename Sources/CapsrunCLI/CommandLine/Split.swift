/// A text before and behind the first `separator`, which is looked for as a byte: as a character it would be missed where
/// an accent follows it.
func splitOnce(_ text: String, at separator: UInt8) -> (String, String?) {
  guard let index = text.utf8.firstIndex(of: separator) else { return (text, nil) }
  return (String(text[..<index]), String(text[text.utf8.index(after: index)...]))
}
