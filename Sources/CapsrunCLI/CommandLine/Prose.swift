/// Text for people, as the tables hold it: paragraphs, and lines that stand as they are.
package struct Prose {
  package enum Block: Hashable {
    /// Words in one line, to be broken anywhere.
    case paragraph(String)
    case verbatim([String])
  }

  package let blocks: [Block]

  /// Empty lines end a paragraph; a line that starts with a space is not part of one.
  package init(_ text: String) {
    var blocks: [Block] = []
    var paragraph: [Substring] = []
    var verbatim: [String] = []
    func finish() {
      if !paragraph.isEmpty { blocks.append(.paragraph(paragraph.joined(separator: " "))) }
      if !verbatim.isEmpty { blocks.append(.verbatim(verbatim)) }
      paragraph = []
      verbatim = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isVerbatim = line.hasPrefix(" ")
      if line.isEmpty || isVerbatim != paragraph.isEmpty { finish() }
      if isVerbatim { verbatim.append(String(line)) } else if !line.isEmpty { paragraph.append(line) }
    }
    finish()
    self.blocks = blocks
  }

  /// The text in lines of at most `width` characters, as far as its words allow.
  func wrapped(to width: Int) -> String {
    blocks.map { block in
      switch block {
      case .paragraph(let text): Self.lines(of: text, width: width).joined(separator: "\n")
      case .verbatim(let lines): lines.joined(separator: "\n")
      }
    }.joined(separator: "\n\n")
  }

  /// The words of a text in lines of at most `width` characters.
  package static func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
