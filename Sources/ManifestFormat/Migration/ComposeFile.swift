internal import Diagnostics

/// A Compose file: each service is a process. What its image holds is not in the file, and is asked for.
struct ComposeFile: Converter {
  var draft: NativeDraft
  let path: [String] = []

  private static let asSecrets = Rule<ComposeFile>.cannot(
    "what it names is not read", add: "add secrets: { NAME: {} } for each, and give its value at the start")

  static let rules: [String: Rule<ComposeFile>] = [
    "version": .needless("it is about the old format"),
    "name": .convert { key, file in file.draft.put(.string(key.text ?? ""), at: ["name"], from: key, for: []) },
    "services": .convert { _, _ in },
    "networks": .needless("the processes of a capsule have one network"),
    "volumes": .convert { $1.checkVolumes($0) },
    "secrets": asSecrets, "configs": asSecrets,
    "include": .cannot("other files are not read", add: "write them out first, with docker compose config"),
  ]

  static func read(into draft: inout NativeDraft) throws(Diagnostic) {
    let root = try YAMLSyntax.read(draft.source, for: .migration)
    guard case .table(let entries) = root.content else {
      throw draft.source.error("this is no table of services", at: root.position)
    }
    var file = ComposeFile(draft: draft)
    file.convert(entries)
    draft = file.draft
    guard let services = entries.first(where: { $0.key == "services" })?.value,
      case .table(let list) = services.content
    else { throw draft.source.error("there are no services", at: root.position) }
    var names = NameTable()
    for service in list { _ = names.add(service.key) }
    var waiting = Waiting()
    for entry in list { try read(entry, names.add(entry.key), list.count == 1, into: &draft, &waiting) }
    try waiting.put(into: &draft, names)
  }

  private static func read(
    _ entry: SyntaxNode.Entry, _ name: String, _ isOnly: Bool, into draft: inout NativeDraft, _ waiting: inout Waiting
  ) throws(Diagnostic) {
    guard case .table(let keys) = entry.value.content else {
      throw draft.source.error("the service \(quoted(entry.key)) is no table", at: entry.keyPosition)
    }
    var service = ComposeService(
      draft: draft, path: ["processes", name], key: OldKey(entry), isOnly: isOnly, waiting: waiting)
    service.read(keys)
    draft = service.draft
    waiting = service.waiting
  }

  /// The names of volumes need no words; how they are stored does.
  private mutating func checkVolumes(_ key: OldKey) {
    guard case .table(let volumes) = key.value.content else { return tell(key, "it is no table") }
    for volume in volumes {
      guard case .table(let settings) = volume.value.content, !settings.isEmpty else { continue }
      tell(OldKey(volume, below: "volumes."), "capsrun decides where state lies")
    }
  }
}

/// One service of a Compose file.
struct ComposeService: Converter {
  var draft: NativeDraft
  let path: [String]
  let key: OldKey
  /// Whether it is the only one, so that what is the capsule's may come from it.
  let isOnly: Bool
  var waiting: Waiting
  private var entrypoint: (words: [String], key: OldKey)?
  private var command: (words: [String], key: OldKey)?

  init(draft: NativeDraft, path: [String], key: OldKey, isOnly: Bool, waiting: Waiting) {
    self.draft = draft
    self.path = path
    self.key = key
    self.isOnly = isOnly
    self.waiting = waiting
  }

  static let rules: [String: Rule<ComposeService>] = programs.merging(lifecycle) { $1 }.merging(rights) { $1 }
    .merging(others) { $1 }

  mutating func read(_ entries: [SyntaxNode.Entry]) {
    if path[1] != key.name { note(key, "the name was \(quoted(key.name))") }
    for entry in entries {
      // These have words of their own for what is taken from the caller.
      let isRaw = ["environment", "image", "build", "labels"].contains(entry.key)
      convert([isRaw ? OldKey(entry) : interpolated(OldKey(entry))], Self.rules)
    }
    finish()
  }

  private mutating func finish() {
    let words = (entrypoint?.words ?? []) + (command?.words ?? [])
    if let first = entrypoint ?? command, !words.isEmpty {
      if entrypoint == nil {
        question(first.key, "the image may put a program of its own before it", add: "if so, write that as cmd")
      }
      setCommand(words, from: first.key)
    }
    needCommand("its command is that of the image", from: key)
    note(key, "what may be written is /tmp, state and fs_write; rootfs: { writable: ephemeral } would be all")
    if draft.value(at: path + ["cwd"]) == nil { put(.string("/capsule"), ["cwd"], from: key) }
    if draft.value(at: path + ["restart_policy"]) == nil { put(.string("never"), ["restart_policy"], from: key) }
  }

  mutating func setEntrypoint(_ key: OldKey) { entrypoint = commandLine(key).map { ($0, key) } }
  mutating func setCommandLine(_ key: OldKey) { command = commandLine(key).map { ($0, key) } }

  /// A text is split like a shell's words but read by no shell; a list is taken as it is.
  private mutating func commandLine(_ key: OldKey) -> [String]? {
    guard let text = key.text else {
      if case .scalar = key.value.content { return nil }
      return texts(key)
    }
    guard let words = ShellWords.split(text) else {
      tell(key, "its quotes cannot be read")
      return nil
    }
    return words
  }

  /// The key with `$$` as `$`, and `${NAME:-default}` as its default; what is asked of the caller stays and is told.
  private mutating func interpolated(_ key: OldKey) -> OldKey {
    var unknown: [String] = []
    var defaulted: [String] = []
    let value = key.value.mapScalars { text in
      let result = ComposeVariables.replace(text)
      unknown += result.unknown
      defaulted += result.defaulted
      return result.text
    }
    for name in Set(unknown).sorted() {
      question(key, "\(name) is a variable of the caller, which a manifest cannot put in", add: "write its value")
    }
    for name in Set(defaulted).sorted() { question(key, "the default of \(name) stands here") }
    return OldKey(name: key.name, value: value, position: key.position)
  }
}

extension SyntaxNode {
  /// The same tree with other texts.
  func mapScalars(_ change: (String) -> String) -> SyntaxNode {
    let content: Content =
      switch content {
      case .scalar(let scalar): .scalar(Scalar(text: change(scalar.text), kind: scalar.kind))
      case .list(let elements): .list(elements.map { $0.mapScalars(change) })
      case .table(let entries):
        .table(entries.map { Entry(key: $0.key, keyPosition: $0.keyPosition, value: $0.value.mapScalars(change)) })
      }
    return SyntaxNode(content: content, position: position)
  }
}

/// Variables in the values of a Compose file.
enum ComposeVariables {
  /// `${NAME}` or `$NAME` and nothing else, perhaps with a default behind `:-`.
  static func whole(_ text: String) -> (name: String, default: String?)? {
    guard text.hasPrefix("$") else { return nil }
    if text.hasPrefix("${"), text.hasSuffix("}"), text.count(where: { $0 == "}" }) == 1 {
      return parse(String(text.dropFirst(2).dropLast()))
    }
    let name = String(text.dropFirst())
    return isVariableName(name) ? (name, nil) : nil
  }

  /// `NAME`, `NAME:-default` or `NAME-default`; nil for what else may stand between braces.
  private static func parse(_ body: String) -> (name: String, default: String?)? {
    let name = String(body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    guard isVariableName(name) else { return nil }
    let rest = body.dropFirst(name.count)
    if rest.isEmpty { return (name, nil) }
    if rest.hasPrefix(":-") { return (name, String(rest.dropFirst(2))) }
    if rest.hasPrefix("-") { return (name, String(rest.dropFirst())) }
    if rest.hasPrefix(":?") || rest.hasPrefix("?") { return (name, nil) }
    return nil
  }

  static func replace(_ text: String) -> (text: String, unknown: [String], defaulted: [String]) {
    var result = ""
    var unknown: [String] = []
    var defaulted: [String] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$", let next = rest.first else { result.append(character); continue }
      if next == "$" {
        rest.removeFirst()
        result.append("$")
      } else if next == "{", let end = rest.firstIndex(of: "}") {
        let body = String(rest[rest.index(after: rest.startIndex)..<end])
        if let variable = parse(body), let value = variable.default {
          defaulted.append(variable.name)
          result += value
        } else {
          unknown.append(body)
          result += "${\(body)}"
        }
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        if !name.isEmpty { unknown.append(String(name)) }
        result.append(character)
      }
    }
    return (result, unknown, defaulted)
  }
}
