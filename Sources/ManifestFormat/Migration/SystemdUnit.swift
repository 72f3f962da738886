internal import Diagnostics

/// A unit of systemd that describes a service.
struct SystemdUnit: Converter {
  var draft: NativeDraft
  let path: [String]
  /// The commands that run before the main one, each a process of its own.
  private(set) var before: [(name: String, condition: String)] = []

  static let rules: [String: Rule<SystemdUnit>] = unit.merging(service) { $1 }.merging(limits) { $1 }.merging(
    confinement
  ) { $1 }

  static func read(into draft: inout NativeDraft) throws(Diagnostic) {
    let sections = try IniSyntax.read(draft.source, .systemd)
    var process = "main"
    if case .string(let name)? = draft.value(at: ["name"]) { process = name }
    var unit = SystemdUnit(draft: draft, path: ["processes", process])
    for section in sections {
      unit.convert(section.keys, ["Unit", "Service", "Install"].contains(section.name) ? rules : [:])
    }
    try unit.finish(sections)
    draft = unit.draft
  }

  /// The name of a unit, or of a template for units.
  static func name(of file: String) -> String? {
    let stem = file.hasSuffix(".service") ? file.dropLast(".service".count) : file[...]
    return NameTable.spelling(of: String(stem.prefix { $0 != "@" }))
  }

  private mutating func finish(_ sections: [IniSyntax.Section]) throws(Diagnostic) {
    guard let service = sections.first(where: { $0.name == "Service" }) else {
      throw draft.source.error(
        "there is no [Service]", at: Position(line: 1, column: 1), hint: "only units of services are read")
    }
    let key = OldKey("[Service]", "", line: service.position.line)
    needCommand(from: key)
    // What systemd does where the unit says nothing.
    if draft.value(at: path + ["restart_policy"]) == nil { put(.string("never"), ["restart_policy"], from: key) }
    if draft.value(at: path + ["cwd"]) == nil { put(.string("/"), ["cwd"], from: key) }
    if let last = before.last { put(.string(last.condition), ["depends_on", last.name], from: key) }
  }
}

// Command lines.
extension SystemdUnit {
  mutating func setProgram(_ key: OldKey) {
    guard draft.value(at: path + ["cmd"]) == nil else {
      return tell(key, "a process has one command", add: "add a process with oneshot: true for it")
    }
    if let words = commandWords(key) { setCommand(words, from: key) }
  }

  /// A command that must have ended well before the main one starts.
  mutating func addBefore(_ key: OldKey) {
    let mayFail = key.text?.hasPrefix("-") == true
    let command = mayFail ? OldKey(key.name, String((key.text ?? "").dropFirst()), line: key.position.line) : key
    guard let words = commandWords(command), let main = path.last else { return }
    let name = "\(main.prefix(50))-before" + (before.isEmpty ? "" : "-\(before.count + 1)")
    var process = SystemdUnit(draft: draft, path: ["processes", name])
    process.setCommand(words, from: key)
    process.put(.bool(true), ["oneshot"], from: key)
    process.put(.string("never"), ["restart_policy"], from: key)
    process.put(.string("/"), ["cwd"], from: key)
    if let last = before.last { process.put(.string(last.condition), ["depends_on", last.name], from: key) }
    process.question(
      key, "it runs without the variables of \(main), and once, not before each start", add: "add its env")
    draft = process.draft
    if draft.value(at: ["processes", name, "cmd"]) != nil {
      before.append((name, mayFail ? "completed" : "completed_ok"))
    }
  }

  /// The words of a command line; with variables in them it becomes one for a shell.
  private mutating func commandWords(_ key: OldKey) -> [String]? {
    var line = key.text ?? ""
    let prefixes = line.prefix { "@-:+!|".contains($0) }
    line = String(line.dropFirst(prefixes.count))
    if !prefixes.isEmpty { tell(key, "what \(quoted(String(prefixes))) in front of the command means") }
    let (text, hasSpecifier) = SystemdWords.withoutSpecifiers(line)
    if hasSpecifier { question(key, "only systemd replaces what begins with %", add: "write what it stands for") }
    guard let words = SystemdWords.commandWords(text) else {
      tell(key, "its quotes or escapes cannot be read")
      return nil
    }
    let texts = words.compactMap(\.text)
    if texts.count == words.count { return texts }
    note(key, "a shell puts in the variables, as systemd does")
    if let first = texts.first, first == words[0].text { mustBeInside(first, from: key) }
    return ["/bin/sh", "-c", "set -f; exec " + words.map(\.shellText).joined(separator: " ")]
  }
}

// Values with several words.
extension SystemdUnit {
  /// The words of a value without specifiers; told when it has none or cannot be read.
  mutating func words(_ key: OldKey) -> [String] {
    let (text, hasSpecifier) = SystemdWords.withoutSpecifiers(key.text ?? "")
    if hasSpecifier { question(key, "only systemd replaces what begins with %", add: "write what it stands for") }
    guard let words = SystemdWords.split(text), !words.isEmpty else {
      tell(key, text.isEmpty ? "an empty value takes back earlier ones" : "its quotes or escapes cannot be read")
      return []
    }
    return words
  }

  /// Paths of the host; `-` in front says that one may be missing.
  mutating func grantPaths(_ kind: String, _ key: OldKey) {
    for word in words(key) {
      let mayBeMissing = word.hasPrefix("-")
      let path = mayBeMissing ? String(word.dropFirst()) : word
      let (source, target) = path.cut(at: ":")
      if let target, target != source {
        tell(key, "a grant is at the same path inside, and \(quoted(target)) is another", add: "move the files")
      } else {
        grant(kind, source + (mayBeMissing ? "?" : ""), from: key)
      }
    }
  }

  /// Folders that systemd keeps for the service, and the variable that names them.
  mutating func keepFolders(_ key: OldKey, below folder: String, variable: String) {
    var paths: [String] = []
    for word in words(key) {
      let place = folder + "/" + word
      guard let name = NameTable.spelling(of: word) else { tell(key, "\(quoted(word)) is no name"); continue }
      if draft.put(.string(place), at: ["state", name], from: key, for: path) { paths.append(place) }
    }
    if !paths.isEmpty { setVariable(variable, paths.joined(separator: ":"), from: key) }
  }

  /// `SOFT:HARD`, or one for both.
  mutating func setLimit(_ key: OldKey) {
    let (soft, hard) = (key.text ?? "").cut(at: ":")
    let name = key.name.dropFirst("Limit".count).lowercased()
    var values: [JSONValue] = []
    for text in [soft, hard ?? soft] {
      guard text != "infinity" else { values.append(.string("unlimited")); continue }
      guard case .string(let amount)? = read(OldKey(key.name, text, line: key.position.line), .memory(none: [])),
        let bytes = Self.count(amount)
      else { return }
      values.append(.integer(bytes))
    }
    let limit: JSONValue =
      values[0] == values[1] ? values[0] : .object([.init("soft", values[0]), .init("hard", values[1])])
    put(limit, ["resources", "rlimits", name], from: key)
  }

  private static func count(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    do {
      return Int64(exactly: try ByteCount.bytes(text))
    } catch {
      return nil
    }
  }
}
