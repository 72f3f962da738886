internal import Diagnostics

/// Values of unit files that hold several words.
enum SystemdWords {
  /// Part of a word of a command line: text, or a variable that is put in when the command is run.
  enum Part: Hashable {
    case text(String)
    case variable(String)
  }

  /// One word of a command line. A variable that is a whole word of its own becomes as many words as its value has.
  struct Word: Hashable {
    var parts: [Part]
    var isWholeVariable = false

    var text: String? {
      switch parts.count {
      case 0: ""
      case 1: if case .text(let text) = parts[0] { text } else { nil }
      default: nil
      }
    }

    /// For a shell that expands it as systemd would.
    var shellText: String {
      if isWholeVariable, case .variable(let name)? = parts.first { return "$" + name }
      return parts.isEmpty
        ? ShellWords.quote("")
        : parts.map { part in
          switch part {
          case .text(let text): ShellWords.quote(text)
          case .variable(let name): "\"${\(name)}\""
          }
        }.joined()
    }
  }

  /// Words between spaces, with quotes and escapes as in systemd.syntax(7). Nil when a quote has no end or an escape is
  /// unknown.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\" {
        guard let escaped = unescape(&rest) else { return nil }
        word = (word ?? "") + escaped
      } else if scalar == quote {
        quote = nil
      } else if quote == nil, scalar == "'" || scalar == "\"" {
        quote = scalar
        word = word ?? ""
      } else if quote == nil, scalar == " " || scalar == "\t" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(scalar)
      }
    }
    guard quote == nil else { return nil }
    return words + (word.map { [$0] } ?? [])
  }

  private static let plainEscapes: [Unicode.Scalar: String] = [
    "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{B}", "\\": "\\", "\"": "\"",
    "'": "'", "s": " ", ";": "\\;",
  ]

  private static func unescape(_ rest: inout Substring.UnicodeScalarView) -> String? {
    guard let letter = rest.popFirst() else { return nil }
    if let plain = plainEscapes[letter] { return plain }
    switch letter {
    case "x": return number(&rest, digits: 2, radix: 16)
    case "u": return number(&rest, digits: 4, radix: 16)
    case "U": return number(&rest, digits: 8, radix: 16)
    case "0"..."7":
      rest = (String(letter) + String(rest)).unicodeScalars[...]
      return number(&rest, digits: 3, radix: 8)
    default: return nil
    }
  }

  private static func number(_ rest: inout Substring.UnicodeScalarView, digits: Int, radix: Int) -> String? {
    let text = String(String.UnicodeScalarView(rest.prefix(digits)))
    rest = rest.dropFirst(digits)
    guard text.unicodeScalars.count == digits, !text.hasPrefix("+"), !text.hasPrefix("-"),
      let value = UInt32(text, radix: radix), value > 0, let scalar = Unicode.Scalar(value)
    else { return nil }
    return String(scalar)
  }

  /// The words of a command line with the variables in them; `$$` is a dollar sign.
  static func commandWords(_ text: String) -> [Word]? {
    split(text)?.map { $0 == "\\;" ? Word(parts: [.text(";")]) : commandWord($0) }
  }

  private static func commandWord(_ word: String) -> Word {
    if word.hasPrefix("$"), isVariableName(String(word.dropFirst())) {
      return Word(parts: [.variable(String(word.dropFirst()))], isWholeVariable: true)
    }
    var parts: [Part] = []
    var text = ""
    var rest = word[...]
    while let character = rest.popFirst() {
      if character == "$", rest.first == "$" {
        rest.removeFirst()
        text.append("$")
      } else if character == "$", rest.first == "{", let end = rest.firstIndex(of: "}"),
        isVariableName(String(rest[rest.index(after: rest.startIndex)..<end]))
      {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.variable(String(rest[rest.index(after: rest.startIndex)..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        text.append(character)
      }
    }
    return Word(parts: text.isEmpty ? parts : parts + [.text(text)])
  }

  /// The text with `%%` as `%`, and whether another specifier stands in it, which only systemd can replace.
  static func withoutSpecifiers(_ text: String) -> (text: String, hasSpecifier: Bool) {
    var result = ""
    var hasSpecifier = false
    var rest = text[...]
    while let character = rest.popFirst() {
      result.append(character)
      guard character == "%" else { continue }
      if rest.first == "%" {
        rest.removeFirst()
      } else if rest.first?.isLetter == true {
        hasSpecifier = true
      }
    }
    return (result, hasSpecifier)
  }
}
