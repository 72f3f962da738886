internal import Diagnostics

/// A file of process-compose: each of its processes is one of the capsule.
struct ProcessComposeFile: Converter {
  var draft: NativeDraft
  let path: [String] = []

  private static let ofTool = Rule<ProcessComposeFile>.needless("it is about process-compose itself")

  static let rules: [String: Rule<ProcessComposeFile>] = [
    "version": .needless("it is about the old format"),
    "processes": .convert { _, _ in },
    "environment": .convert { key, file in file.setVariables(file.texts(key) ?? [], from: key) },
    "env_file": .cannot("a manifest holds its variables itself", add: "write those of the file to env"),
    "shell": .cannot("commands that need a shell are read by /bin/sh", add: "change cmd and args of those"),
    "log_level": ofTool, "log_length": ofTool, "log_location": ofTool, "is_strict": ofTool, "is_tui_disabled": ofTool,
    "name": .convert { key, file in file.draft.put(.string(key.text ?? ""), at: ["name"], from: key, for: []) },
    "ordered_shutdown": .needless("processes are stopped in the order of what waits for what"),
  ]

  static func read(into draft: inout NativeDraft) throws(Diagnostic) {
    let root = try YAMLSyntax.read(draft.source, for: .migration)
    guard case .table(let entries) = root.content else {
      throw draft.source.error("this is no table of processes", at: root.position)
    }
    var file = ProcessComposeFile(draft: draft)
    file.convert(entries)
    draft = file.draft
    guard let processes = entries.first(where: { $0.key == "processes" })?.value,
      case .table(let list) = processes.content
    else { throw draft.source.error("there are no processes", at: root.position) }
    var names = NameTable()
    for entry in list { _ = names.add(entry.key) }
    var waiting = Waiting()
    for entry in list {
      guard case .table(let keys) = entry.value.content else {
        throw draft.source.error("the process \(quoted(entry.key)) is no table", at: entry.keyPosition)
      }
      var process = ProcessComposeProcess(
        draft: draft, path: ["processes", names.add(entry.key)], key: OldKey(entry), waiting: waiting)
      process.read(keys)
      draft = process.draft
      waiting = process.waiting
    }
    try waiting.put(into: &draft, names)
  }
}

/// One process of process-compose.
struct ProcessComposeProcess: Converter {
  var draft: NativeDraft
  let path: [String]
  let key: OldKey
  var waiting: Waiting
  private var readyLine: OldKey?

  init(draft: NativeDraft, path: [String], key: OldKey, waiting: Waiting) {
    self.draft = draft
    self.path = path
    self.key = key
    self.waiting = waiting
  }

  static let rules: [String: Rule<ProcessComposeProcess>] = [
    "command": .convert { key, process in process.setShellLine(key.text ?? "", from: key) },
    "entrypoint": .convert { key, process in process.setCommand(process.texts(key) ?? [], from: key) },
    "description": .needless("a process has no description"),
    "working_dir": .convert { key, process in
      let text = key.text ?? ""
      if process.put(.string(text), ["cwd"], from: key) { process.mustBeInside(text, from: key) }
    },
    "environment": .convert { key, process in process.setVariables(process.texts(key) ?? [], from: key) },
    "depends_on": .convert { $1.setDependencies($0) },
    "availability": .table([
      "restart": .put(
        ["restart_policy"],
        .words(
          ["no": "never", "always": "always", "on_failure": "on_failure"],
          else: "has no counterpart; write restart_policy: never, on_failure or always")),
      "backoff_seconds": .put(["restart_delay"], .seconds),
      "max_restarts": .put(["restart", "max"], .integer),
      "exit_on_end": .cannot("the others go on when one ends"), "exit_on_skipped": .cannot("the others go on"),
    ]),
    "shutdown": .table([
      "signal": .put(["stop", "signal"], .signal), "timeout_seconds": .put(["stop", "timeout"], .seconds),
      "command": .cannot("a process is stopped by a signal", add: "add stop: { signal: SIGTERM }"),
      "parent_only": .holds(unless: ["true", "yes"]),
    ]),
    "readiness_probe": .convert { $1.setProbe("ready", $0) },
    "liveness_probe": .convert { $1.setProbe("liveness", $0) },
    "ready_log_line": .convert { key, process in process.readyLine = key },
    "replicas": .put(["replicas"], .integer),
    "is_daemon": .convert { key, process in
      if key.isTrue { process.tell(key, "a process stays in the foreground", add: "add its option for that") }
    },
    "disabled": .convert { key, process in
      if key.isTrue { process.tell(key, "every process of a capsule is started", add: "remove it, or keep it apart") }
    },
    "log_location": .cannot("output goes to no other place", add: "capsrun keeps it by itself"),
    "log_configuration": .cannot("output goes to no other place", add: "capsrun keeps it by itself"),
    "disable_ansi_colors": .needless("output is kept as it is"),
    "namespace": .cannot("processes of a capsule have no namespaces"),
    "is_foreground": .cannot("a process has no terminal"), "is_tty": .cannot("a process has no terminal"),
    "is_elevated": .cannot("no process has more rights than the capsule"),
    "is_dotenv_disabled": .needless("no file of variables is read"),
  ]

  mutating func read(_ entries: [SyntaxNode.Entry]) {
    if path[1] != key.name { note(key, "the name was \(quoted(key.name))") }
    convert(entries)
    needCommand(from: key)
    if let readyLine {
      if draft.value(at: path + ["ready"]) == nil {
        put(.object([.init("log", .string(readyLine.text ?? ""))]), ["ready"], from: readyLine)
      } else {
        tell(readyLine, "one probe tells when a process is ready")
      }
    }
    // What process-compose does where the file says nothing.
    if draft.value(at: path + ["cwd"]) == nil { put(.string("/capsule"), ["cwd"], from: key) }
    if draft.value(at: path + ["restart_policy"]) == nil { put(.string("never"), ["restart_policy"], from: key) }
  }

  private mutating func setDependencies(_ key: OldKey) {
    guard case .table(let entries) = key.value.content else { return tell(key, "it is no table") }
    for entry in entries {
      var dependency = ComposeDependency(draft: draft, path: path)
      dependency.read(OldKey(entry, below: "depends_on."))
      draft = dependency.draft
      if let condition = dependency.condition { waiting.add(path[1], on: entry.key, condition, from: OldKey(entry)) }
    }
  }

  private mutating func setProbe(_ name: String, _ key: OldKey) {
    guard case .table(let entries) = key.value.content else { return tell(key, "it is no table") }
    var probe = ProcessComposeProbe(draft: draft, path: path)
    probe.convert(entries.map { OldKey($0, below: key.name + ".") }, ProcessComposeProbe.rules)
    draft = probe.draft
    put(.object(probe.members), [name], from: key)
  }
}

/// A probe of process-compose.
struct ProcessComposeProbe: Converter {
  var draft: NativeDraft
  let path: [String]
  private(set) var members: [JSONValue.Member] = []

  init(draft: NativeDraft, path: [String]) {
    self.draft = draft
    self.path = path
  }

  static let rules: [String: Rule<ProcessComposeProbe>] = [
    "exec": .table([
      "command": .convert { key, probe in
        probe.members.append(.init("exec", .array(["/bin/sh", "-c", key.text ?? ""].map { .string($0) })))
      },
      "working_dir": .cannot("a probe runs in the folder of its process"),
    ]),
    "http_get": .convert { $1.setAddress($0) },
    "initial_delay_seconds": .convert { $1.add("start_period", $0, .seconds) },
    "period_seconds": .convert { $1.add("interval", $0, .seconds) },
    "timeout_seconds": .convert { $1.add("timeout", $0, .seconds) },
    "failure_threshold": .convert { $1.add("threshold", $0, .integer) },
    "success_threshold": .convert { key, probe in
      if key.text != "1" { probe.tell(key, "one success is enough") }
    },
  ]

  private mutating func add(_ name: String, _ key: OldKey, _ reading: Reading) {
    if let value = read(key, reading) { members.append(.init(name, value)) }
  }

  private mutating func setAddress(_ key: OldKey) {
    guard case .table(let entries) = key.value.content else { return tell(key, "it is no table") }
    var values: [String: String] = [:]
    for entry in entries {
      let part = OldKey(entry, below: key.name + ".")
      guard ["host", "scheme", "path", "port"].contains(entry.key), let text = part.text else {
        tell(part, "a probe has only an address")
        continue
      }
      values[entry.key] = text
    }
    let path = values["path"] ?? "/"
    let port = values["port"].map { ":" + $0 } ?? ""
    let address =
      "\(values["scheme"] ?? "http")://\(values["host"] ?? "127.0.0.1")\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    members.append(.init("http", .string(address)))
  }
}
