internal import Diagnostics

/// A configuration of supervisord: each `[program:NAME]` is a process.
enum SupervisordFile {
  static func read(into draft: inout NativeDraft) throws(Diagnostic) {
    let sections = try IniSyntax.read(draft.source, .supervisord)
    var names = NameTable()
    for section in sections {
      guard let (_, program) = name(of: section, "program") else { continue }
      guard names[program] == nil else {
        throw draft.source.error("there are two of program \(quoted(program))", at: section.position)
      }
      var process = SupervisordProgram(draft: draft, path: ["processes", names.add(program)], name: program)
      process.convert(section.keys, SupervisordProgram.rules)
      process.finish(section)
      draft = process.draft
    }
    for section in sections where name(of: section, "program") == nil { readOther(section, names, into: &draft) }
  }

  private static func readOther(_ section: IniSyntax.Section, _ names: NameTable, into draft: inout NativeDraft) {
    if let (_, group) = name(of: section, "group") {
      var converter = SupervisordGroup(
        draft: draft, path: ["groups", NameTable.spelling(of: group) ?? "group"], names: names)
      converter.convert(section.keys, SupervisordGroup.rules)
      draft = converter.draft
    } else if ["supervisord", "supervisorctl", "unix_http_server", "inet_http_server"].contains(section.name)
      || section.name.hasPrefix("rpcinterface:")
    {
      let key = OldKey("[\(section.name)]", "", line: section.position.line)
      draft.note(key, "it is about supervisord itself", for: [])
      for key in section.keys where key.key == "environment" {
        draft.tell(key, "it gives variables to every program", add: "write them to env", for: [])
      }
    } else {
      let key = OldKey("[\(section.name)]", "", line: section.position.line)
      let why = section.name == "include" ? "other files are not read" : "a capsule has nothing like it"
      draft.tell(key, why, add: section.name == "include" ? "migrate each of them" : nil, for: [])
    }
  }

  private static func name(of section: IniSyntax.Section, _ kind: String) -> (String, String)? {
    let (found, name) = section.name.cut(at: ":")
    return found == kind ? name.map { (found, trimmed($0)) } : nil
  }
}

/// One program of supervisord.
struct SupervisordProgram: Converter {
  var draft: NativeDraft
  let path: [String]
  let name: String

  private static let kept = Rule<SupervisordProgram>.convert { key, program in
    guard let text = key.text, !["AUTO", "NONE", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2"].contains(text)
    else { return program.note(key, "capsrun keeps output by itself") }
    program.tell(key, "output goes to no other place", add: "capsrun keeps it by itself")
  }

  private static let oneLog = Rule<SupervisordProgram>.cannot("output and errors are kept together", add: nil)

  static let rules: [String: Rule<SupervisordProgram>] = [
    "command": .convert { $1.setProgram($0) },
    "directory": .convert { key, program in
      let text = program.expanded(key)
      if program.put(.string(text), ["cwd"], from: key) { program.mustBeInside(text, from: key) }
    },
    "environment": .convert { $1.setEnvironment($0) },
    "process_name": .needless("each process has the name of its program"),
    "numprocs": .convert { key, program in
      guard let number = program.read(key, .integer), number != .integer(1) else { return }
      program.put(number, ["replicas"], from: key)
    },
    "numprocs_start": .cannot("replicas are counted from 1"),
    "autostart": .convert { key, program in
      if key.isTrue { return program.note(key, "every process is started") }
      program.tell(key, "every process of a capsule is started", add: "make it a capsule of its own")
    },
    "autorestart": .put(
      ["restart_policy"],
      .words(
        ["true": "always", "false": "never", "unexpected": "on_failure"],
        else: "has no counterpart; write restart_policy: never, on_failure or always")),
    "startretries": .put(["restart", "max"], .integer),
    "startsecs": .cannot("how long it must run to count as started", add: "add restart: { reset_after: TIME }"),
    "exitcodes": .convert { key, program in
      let codes = (key.text ?? "").split(separator: ",").map { Int64(trimmed($0)) }
      guard !codes.contains(nil) else { return program.tell(key, "it is no list of numbers") }
      if !codes.contains(0) { program.tell(key, "0 is always taken for success") }
      let others = codes.compactMap { $0 }.filter { $0 != 0 }
      if !others.isEmpty { program.put(.array(others.map { .integer($0) }), ["success_exit_codes"], from: key) }
    },
    "stopsignal": .put(["stop", "signal"], .signal),
    "stopwaitsecs": .put(["stop", "timeout"], .seconds),
    "stopasgroup": .holds(), "killasgroup": .holds(),
    "user": .convert { key, program in
      program.tell(key, "the user inside is 1000, whoever starts the capsule", add: "give granted folders to that user")
    },
    "umask": .cannot("it cannot be set", add: "set it in the program"),
    "priority": .cannot("no order is given by numbers", add: "add depends_on to those that must come later"),
    "redirect_stderr": .needless("output and errors are kept together"),
    "stdout_logfile": kept, "stderr_logfile": kept,
    "stdout_logfile_maxbytes": .put(["logs", "max_size"], .memory(none: [])),
    "stdout_logfile_backups": .put(["logs", "keep"], .integer),
    "stderr_logfile_maxbytes": oneLog, "stderr_logfile_backups": oneLog,
    "stdout_capture_maxbytes": .cannot("nothing is captured"),
    "stderr_capture_maxbytes": .cannot("nothing is captured"),
    "stdout_events_enabled": .cannot("nobody listens for output"),
    "stderr_events_enabled": .cannot("nobody listens for output"),
    "stdout_syslog": .cannot("output goes to no other place"),
    "stderr_syslog": .cannot("output goes to no other place"),
    "serverurl": .needless("it is about supervisord itself"),
  ]

  private mutating func setProgram(_ key: OldKey) {
    guard let words = ShellWords.split(expanded(key)), !words.isEmpty else {
      return tell(key, "its quotes cannot be read, or it names no program")
    }
    setCommand(words, from: key)
  }

  mutating func finish(_ section: IniSyntax.Section) {
    let key = OldKey("[\(section.name)]", "", line: section.position.line)
    needCommand(from: key)
    if draft.value(at: path + ["cwd"]) == nil { put(.string("/capsule"), ["cwd"], from: key) }
  }

  /// The text with what is known of `%(NAME)s` put in; the rest is told.
  private mutating func expanded(_ key: OldKey) -> String {
    let (text, unknown) = Self.expand(key.text ?? "", program: name)
    if let first = unknown.first {
      question(key, "only supervisord replaces %(\(first))s", add: "write what it stands for")
    }
    return text
  }

  static func expand(_ text: String, program: String) -> (text: String, unknown: [String]) {
    var result = ""
    var unknown: [String] = []
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "%" else { result.append(character); continue }
      if rest.first == "%" {
        rest.removeFirst()
        result.append("%")
      } else if rest.first == "(", let end = rest.firstIndex(of: ")") {
        let variable = String(rest[rest.index(after: rest.startIndex)..<end])
        if variable == "program_name", rest[end...].hasPrefix(")s") {
          result += program
          rest = rest[end...].dropFirst(2)
        } else {
          unknown.append(variable)
          result.append("%")
        }
      } else {
        result.append("%")
      }
    }
    return (result, unknown)
  }

  /// `NAME="VALUE",NAME=VALUE`
  private mutating func setEnvironment(_ key: OldKey) {
    guard let assignments = Self.assignments(key.text ?? "") else {
      return tell(key, "it is no list of NAME=\"VALUE\"")
    }
    for (variable, text) in assignments {
      let (value, unknown) = Self.expand(text, program: name)
      if let first = unknown.first, text == "%(\(first))s", first.hasPrefix("ENV_") {
        declareVariable(variable, of: String(first.dropFirst(4)), from: key)
        continue
      }
      if let first = unknown.first {
        question(key, "only supervisord replaces %(\(first))s", add: "write what it stands for")
      }
      setVariable(variable, value, from: key)
    }
  }

  static func assignments(_ text: String) -> [(String, String)]? {
    var result: [(String, String)] = []
    var current = ""
    var quote: Character?
    var parts: [String] = []
    for character in text {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      }
      if character == "," && quote == nil || character == "\n" && quote == nil {
        parts.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    guard quote == nil else { return nil }
    for part in parts + [current] where !trimmed(part).isEmpty {
      let (name, value) = trimmed(part).cut(at: "=")
      guard let value, let words = ShellWords.split(value), words.count <= 1 else { return nil }
      result.append((trimmed(name), words.first ?? ""))
    }
    return result
  }
}

/// Programs that belong together.
struct SupervisordGroup: Converter {
  var draft: NativeDraft
  let path: [String]
  let names: NameTable

  static let rules: [String: Rule<SupervisordGroup>] = [
    "programs": .convert { $1.setMembers($0) },
    "priority": .cannot("no order is given by numbers", add: "add depends_on to those that must come later"),
  ]

  private mutating func setMembers(_ key: OldKey) {
    guard put(.object([.init("strategy", .string("one_for_one"))]), [], from: key) else { return }
    for part in (key.text ?? "").split(whereSeparator: { $0 == "," || $0 == "\n" }) {
      guard let name = names[trimmed(part)], draft.value(at: ["processes", name]) != nil else {
        tell(key, "\(quoted(trimmed(part))) is no program of this file")
        continue
      }
      draft.put(.string(path[1]), at: ["processes", name, "group"], from: key)
    }
  }
}
