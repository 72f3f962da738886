/// Writes roff, and lets no text be taken for a request.
struct Roff {
  private(set) var text = ""

  /// A request with its arguments, each of which is one whatever it holds.
  mutating func macro(_ name: String, _ arguments: String...) {
    line("." + name + arguments.map { " \"" + Self.escaped($0) + "\"" }.joined())
  }

  /// A line that is roff already.
  mutating func line(_ roff: String) { text += roff + "\n" }

  mutating func prose(_ text: String) {
    for (index, block) in Prose(text).blocks.enumerated() {
      if index > 0 { macro("PP") }
      switch block {
      case .paragraph(let words): paragraph(words)
      case .verbatim(let lines): verbatim(lines)
      }
    }
  }

  /// Words to be broken into lines where roff likes; what stands between back-ticks is bold.
  mutating func paragraph(_ text: String) {
    var isBold = false
    for words in Prose.lines(of: text, width: 66) {
      var roff = ""
      for (index, part) in words.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
        if index > 0 {
          isBold.toggle()
          roff += isBold ? #"\fB"# : #"\fR"#
        }
        roff += Self.escaped(String(part))
      }
      line(roff)
    }
    if isBold { line(#"\fR"#) }
  }

  mutating func verbatim(_ lines: [String]) {
    macro("nf")
    for text in lines { line(Self.escaped(text)) }
    macro("fi")
  }

  /// A text as itself. A hyphen and the quotation marks would become typographic ones, and what is typed must be copied.
  static func escaped(_ text: String) -> String {
    let isRequest = text.hasPrefix(".") || text.hasPrefix("'")
    return (isRequest ? #"\&"# : "")
      + rewritten(text) { scalar in
        switch scalar {
        case "\\": #"\e"#
        case "-": #"\-"#
        case "'": #"\(aq"#
        case "`": #"\(ga"#
        case "\"": #"\(dq"#
        case "^": #"\(ha"#
        case "~": #"\(ti"#
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
        case _ where !scalar.isASCII: hexadecimal(scalar)
        default: nil
        }
      }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return #"\[u"# + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
  }
}
