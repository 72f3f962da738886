/// The lines of a text that is being written, with the rules for blank lines: never two in turn, and none at the start or
/// the end of the text or directly below the line that begins a table or list.
struct Page {
  private var lines: [String] = []
  private var mayBeBlank = false

  /// The whole text, with one line break at its end.
  var text: String { lines.map { $0 + "\n" }.joined() }

  var count: Int { lines.count }

  mutating func add(_ line: String, _ comment: Comment? = nil) {
    lines.append(comment.map { line + " #" + $0.text } ?? line)
    mayBeBlank = true
  }

  /// Adds a line to which those that follow belong.
  mutating func open(_ line: String, _ comment: Comment? = nil) {
    add(line, comment)
    mayBeBlank = false
  }

  mutating func addBlank() {
    guard mayBeBlank else { return }
    lines.append("")
    mayBeBlank = false
  }

  /// Adds a blank line even below one that begins a table, which then has nothing in it.
  mutating func addBlankBeforeHeader() {
    mayBeBlank = lines.last?.isEmpty == false
    addBlank()
  }

  /// The next line follows without a blank one.
  mutating func forbidBlank() { mayBeBlank = false }

  /// Puts `start` in the place of as much indentation.
  mutating func replaceStart(ofLine number: Int, by start: String) {
    lines[number] = start + lines[number].dropFirst(start.utf8.count)
  }
}
