internal import Diagnostics

/// Command lines as a shell reads them.
enum ShellWords {
  /// The words of a command line, with quotes and backslashes as in a POSIX shell, and nothing expanded. Nil when a quote
  /// has no end.
  static func split(_ text: String) -> [String]? {
    var splitter = Splitter()
    for character in text { splitter.take(character) }
    return splitter.finish()
  }

  /// Whether only a shell does what the line says: it expands, redirects, combines commands, or is built into the shell.
  static func needsShell(_ text: String) -> Bool {
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil }
        if open == "\"", character == "$" || character == "`" { return true }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if "$`|&;<>*?~[]{}()#!\n".contains(character) {
        return true
      }
    }
    guard let words = split(text), let first = words.first(where: { !isAssignment($0) }) else { return true }
    return builtins.contains(first)
  }

  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "=") else { return false }
    return isVariableName(String(word[..<equals]))
  }

  private static let builtins: Set<String> = [
    ".", ":", "[", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit", "export", "fg",
    "for", "getopts", "hash", "if", "jobs", "read", "readonly", "return", "set", "shift", "source", "test", "time",
    "times", "trap", "type", "ulimit", "umask", "unset", "until", "wait", "while",
  ]

  /// A word that a shell reads as exactly this text.
  static func quote(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./:=,@%+".utf8.contains(byte)
        }
      }
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private struct Splitter {
    private var words: [String] = []
    private var word: String?
    private var quote: Character?
    private var isEscaped = false

    init() {}

    mutating func take(_ character: Character) {
      if isEscaped {
        isEscaped = false
        // Inside double quotes a backslash stands for itself but before these.
        if quote == "\"", !"\"\\$`".contains(character) { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" || character == "\n" {
        endWord()
      } else {
        word = (word ?? "") + String(character)
      }
    }

    private mutating func endWord() {
      if let word { words.append(word) }
      word = nil
    }

    mutating func finish() -> [String]? {
      guard quote == nil, !isEscaped else { return nil }
      endWord()
      return words
    }
  }
}

extension Converter {
  /// The program and its arguments; told when there is none.
  mutating func setCommand(_ words: [String], from key: OldKey) {
    guard let first = words.first, !first.isEmpty else { return tell(key, "it names no program") }
    guard put(.string(first), ["cmd"], from: key) else { return }
    if words.count > 1 { put(.array(words.dropFirst().map { .string($0) }), ["args"], from: key) }
    mustBeInside(first, from: key)
  }

  /// Asks for the command of a process for which none was found, and puts something in its place.
  mutating func needCommand(_ why: String = "it has no command", from key: OldKey) {
    guard draft.value(at: path + ["cmd"]) == nil, let name = path.last else { return }
    question(key, why, add: "write it as cmd and args")
    put(.string("bin/" + name), ["cmd"], from: key)
  }

  /// Asks for what the sandbox does not have by itself.
  mutating func mustBeInside(_ file: String, from key: OldKey) {
    let isThere = ["/usr/", "/bin/", "/sbin/", "/capsule"].contains { file.hasPrefix($0) }
    guard file.hasPrefix("/"), file != "/", !isThere else { return }
    question(
      key, "the sandbox has no \(quoted(file)) by itself",
      add: "pack it into the capsule, or add capabilities: { fs_read: [\(file)] }")
  }

  /// A line that the old tool hands to a shell: without one, where that means the same.
  mutating func setShellLine(_ line: String, from key: OldKey) {
    guard !trimmed(line).isEmpty else { return tell(key, "it names no program") }
    guard !ShellWords.needsShell(line), let words = ShellWords.split(line) else {
      draft.note(key, "a shell reads this", for: path + ["cmd"])
      return setCommand(["/bin/sh", "-c", line], from: key)
    }
    let assignments = words.prefix(while: ShellWords.isAssignment)
    for assignment in assignments {
      let (name, value) = assignment.cut(at: "=")
      setVariable(name, value ?? "", from: key)
    }
    setCommand(Array(words.dropFirst(assignments.count)), from: key)
  }

  /// Variables as `NAME=VALUE`; one without a value is asked for.
  mutating func setVariables(_ assignments: [String], from key: OldKey) {
    for assignment in assignments {
      let (name, value) = assignment.cut(at: "=")
      if let value {
        setVariable(name, value, from: key)
      } else {
        declareVariable(name, from: key)
      }
    }
  }

  /// A variable whose value the old tool took from its caller.
  mutating func declareVariable(_ name: String, of other: String? = nil, default value: String? = nil, from key: OldKey)
  {
    var members: [JSONValue.Member] = [.init("type", .string("string"))]
    members.append(.init("request", .string("the value of \(other ?? name)")))
    if let value { members.append(.init("default", .string(value))) }
    put(.object(members), ["env", name], from: key)
  }
}

extension String {
  /// What stands before the first separator, and what behind it; nil when there is none.
  func cut(at separator: Character) -> (String, String?) {
    guard let index = firstIndex(of: separator) else { return (self, nil) }
    return (String(self[..<index]), String(self[self.index(after: index)...]))
  }
}
