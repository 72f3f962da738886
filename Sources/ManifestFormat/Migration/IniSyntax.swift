internal import Diagnostics

/// Files of sections with `KEY=VALUE` lines, as systemd and supervisord have them.
struct IniSyntax: Sendable {
  /// How one of the two continues lines and marks comments.
  enum Dialect: Sendable {
    /// A backslash at the end continues a line; comments stand on lines of their own.
    case systemd
    /// A line that begins with a space continues the one before; ` ;` begins a comment.
    case supervisord
  }

  struct Section: Sendable {
    let name: String
    let position: Position
    var keys: [OldKey] = []
  }

  private let source: SourceText
  private let dialect: Dialect
  private var sections: [Section] = []
  private var pending: (key: String, value: String, line: Int)?

  /// The sections in their order; a key that is given twice stands twice.
  static func read(_ source: SourceText, _ dialect: Dialect) throws(Diagnostic) -> [Section] {
    var reader = IniSyntax(source: source, dialect: dialect)
    switch dialect {
    case .systemd: try reader.readSystemd()
    case .supervisord: try reader.readSupervisord()
    }
    return reader.sections
  }

  private init(source: SourceText, dialect: Dialect) {
    self.source = source
    self.dialect = dialect
  }

  private mutating func readSystemd() throws(Diagnostic) {
    var started: (text: String, line: Int)?
    for (number, text) in source.numberedLines {
      let words = trimmed(text)
      // A comment may stand between the lines of one value.
      if words.hasPrefix("#") || words.hasPrefix(";") || words.isEmpty && started == nil { continue }
      let isOpen = text.hasSuffix("\\")
      let part = isOpen ? String(text.dropLast()) + " " : text
      let line = (text: (started?.text ?? "") + part, line: started?.line ?? number)
      started = isOpen ? line : nil
      if !isOpen { try take(trimmed(line.text), at: line.line, separators: ["="]) }
    }
    if let started { try take(trimmed(started.text), at: started.line, separators: ["="]) }
    endValue()
  }

  private mutating func readSupervisord() throws(Diagnostic) {
    for (number, text) in source.numberedLines {
      let line = Self.withoutComment(text)
      let words = trimmed(line)
      if words.isEmpty { continue }
      if line.first == " " || line.first == "\t", let open = pending {
        pending = (open.key, open.value + "\n" + words, open.line)
      } else {
        try take(words, at: number, separators: ["=", ":"])
      }
    }
    endValue()
  }

  private static func withoutComment(_ text: String) -> String {
    if text.hasPrefix("#") || text.hasPrefix(";") { return "" }
    var previous: Character?
    for index in text.indices {
      if text[index] == ";", previous == " " || previous == "\t" { return String(text[..<index]) }
      previous = text[index]
    }
    return text
  }

  private mutating func take(_ words: String, at line: Int, separators: Set<Character>) throws(Diagnostic) {
    let position = Position(line: line, column: 1)
    if words.hasPrefix("["), words.hasSuffix("]") {
      endValue()
      sections.append(Section(name: String(words.dropFirst().dropLast()), position: position))
      return
    }
    guard let index = words.firstIndex(where: separators.contains), index > words.startIndex else {
      throw source.error("this is neither a section nor KEY=VALUE", at: position)
    }
    guard !sections.isEmpty else {
      throw source.error("a key before the first section", at: position, hint: "add its [section] above it")
    }
    endValue()
    pending = (trimmed(words[..<index]), trimmed(words[words.index(after: index)...]), line)
  }

  private mutating func endValue() {
    guard let (key, value, line) = pending else { return }
    sections[sections.count - 1].keys.append(OldKey(key, value, line: line))
    pending = nil
  }
}
