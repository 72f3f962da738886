internal import Diagnostics

/// A Procfile: one line `NAME: COMMAND` for each process. A shell reads the commands.
struct Procfile: Converter {
  var draft: NativeDraft
  let path: [String]

  static let rules: [String: Rule<Procfile>] = [:]

  static func read(into draft: inout NativeDraft) throws(Diagnostic) {
    var names = NameTable()
    var seen: Set<String> = []
    for (number, text) in draft.source.numberedLines {
      let line = trimmed(text)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let (name, command) = line.cut(at: ":")
      guard let command, isProcessName(name) else {
        throw draft.source.error(
          "this is not NAME: COMMAND", at: Position(line: number, column: 1),
          hint: "a name has letters, digits, _ and -")
      }
      guard seen.insert(name).inserted else {
        throw draft.source.error("there are two of \(quoted(name))", at: Position(line: number, column: 1))
      }
      let native = names.add(name)
      let key = OldKey(name, trimmed(command), line: number)
      var process = Procfile(draft: draft, path: ["processes", native])
      process.convert(key, isRenamed: native != name)
      draft = process.draft
    }
  }

  private static func isProcessName(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
  }

  private mutating func convert(_ key: OldKey, isRenamed: Bool) {
    if isRenamed { note(key, "the name was \(quoted(key.name))") }
    setShellLine(key.text ?? "", from: key)
    needCommand(from: key)
    // The tools that read a Procfile start everything in its folder.
    put(.string("/capsule"), ["cwd"], from: key)
    if key.name == "release" {
      question(
        key, "some platforms run it once, before the others",
        add: "if so, add oneshot: true, and to the others depends_on: { \(path[1]): completed_ok }")
    }
    if key.text?.contains("$PORT") == true || key.text?.contains("${PORT") == true {
      question(
        key, "nothing sets PORT in a capsule", add: "add env: { PORT: \"5000\" } and capabilities: { listen: [5000] }")
    }
  }
}
