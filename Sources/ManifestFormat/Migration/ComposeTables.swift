internal import Diagnostics

/// A dependency in its long form.
struct ComposeDependency: Converter {
  var draft: NativeDraft
  let path: [String]
  private(set) var condition: String? = "started"
  private(set) var isRequired = true

  init(draft: NativeDraft, path: [String]) {
    self.draft = draft
    self.path = path
  }

  static let rules: [String: Rule<ComposeDependency>] = [
    "condition": .convert { key, dependency in
      let words = [
        "service_started": "started", "service_healthy": "healthy", "service_completed_successfully": "completed_ok",
        "process_started": "started", "process_healthy": "ready", "process_log_ready": "ready",
        "process_completed": "completed", "process_completed_successfully": "completed_ok",
      ]
      dependency.condition = words[key.text ?? ""]
      if dependency.condition == nil { dependency.tell(key, "\(quoted(key.text ?? "")) is no known condition") }
    },
    "required": .convert { key, dependency in dependency.isRequired = key.isTrue },
    "restart": .convert { key, dependency in
      if key.isTrue { dependency.tell(key, "one is not started again with the other", add: "put both into a group") }
    },
  ]

  mutating func read(_ key: OldKey) {
    guard case .table(let entries) = key.value.content else { return }
    convert(entries.map { OldKey($0, below: key.name + ".") }, Self.rules)
  }
}

/// A table that means something only as a whole: its values are kept until all of them are known.
protocol ComposeLongForm: Converter, SendableMetatype {
  var values: [String: String] { get set }
}

extension ComposeLongForm {
  static var kept: Rule<Self> {
    .convert { key, form in
      if let text = key.text { form.values[key.key] = text } else { form.tell(key, "it is not one value") }
    }
  }
}

/// A port in its long form.
struct ComposePort: ComposeLongForm {
  var draft: NativeDraft
  let path: [String]
  var values: [String: String] = [:]

  static let rules: [String: Rule<ComposePort>] = [
    "target": kept, "published": kept, "protocol": kept, "host_ip": kept,
    "mode": .needless("there is one machine"), "name": .needless("a port has no name"),
    "app_protocol": .needless("it says nothing about the port"),
  ]

  mutating func read(_ entries: [SyntaxNode.Entry], from key: OldKey) {
    convert(entries.map { OldKey($0, below: "ports.") }, Self.rules)
    guard values["protocol", default: "tcp"] == "tcp" else { return tell(key, "only TCP can be listened on") }
    guard let host = values["published"] else {
      return tell(
        key, "the port of the host is not said",
        add: "add capabilities: { listen: [\"HOSTPORT->\(values["target"] ?? "PORT")\"] }")
    }
    let address = values["host_ip"] ?? ""
    grantPort(
      address: address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address, host: host,
      inside: values["target"] ?? "", key)
  }
}

/// A volume in its long form.
struct ComposeVolume: ComposeLongForm {
  var draft: NativeDraft
  let path: [String]
  var values: [String: String] = [:]

  static let rules: [String: Rule<ComposeVolume>] = [
    "type": kept, "source": kept, "target": kept, "read_only": kept,
  ]

  mutating func read(_ entries: [SyntaxNode.Entry], from key: OldKey) {
    convert(entries.map { OldKey($0, below: "volumes.") }, Self.rules)
    let kind = values["type", default: "volume"]
    guard ["bind", "volume"].contains(kind) else {
      return tell(key, "a volume of type \(quoted(kind)) has no counterpart", add: "use the folder that TMPDIR names")
    }
    setVolume(
      source: values["source"], target: values["target"] ?? "", isReadOnly: values["read_only"] == "true", key)
  }
}

/// The health check of a service.
struct ComposeHealth: Converter {
  var draft: NativeDraft
  let path: [String]
  private var probe: [JSONValue.Member] = []
  private var isOff = false

  init(draft: NativeDraft, path: [String]) {
    self.draft = draft
    self.path = path
  }

  static let rules: [String: Rule<ComposeHealth>] = [
    "test": .convert { $1.setTest($0) },
    "interval": .convert { $1.add("interval", $0, DurationWords.go.reading) },
    "timeout": .convert { $1.add("timeout", $0, DurationWords.go.reading) },
    "retries": .convert { $1.add("threshold", $0, .integer) },
    "start_period": .convert { $1.add("start_period", $0, DurationWords.go.reading) },
    "start_interval": .cannot("there is one interval"),
    "disable": .convert { key, health in health.isOff = health.isOff || key.isTrue },
  ]

  private mutating func add(_ name: String, _ key: OldKey, _ reading: Reading) {
    if let value = read(key, reading) { probe.append(.init(name, value)) }
  }

  private mutating func setTest(_ key: OldKey) {
    guard let words = texts(key), let first = words.first else { return }
    let command: [String]
    if key.text != nil {
      command = ["/bin/sh", "-c", first]
    } else if first == "CMD" {
      command = Array(words.dropFirst())
    } else if first == "CMD-SHELL" {
      command = ["/bin/sh", "-c"] + words.dropFirst()
    } else {
      isOff = isOff || first == "NONE"
      if !isOff { tell(key, "\(quoted(first)) is no way of testing") }
      return
    }
    probe.append(.init("exec", .array(command.map { .string($0) })))
  }

  mutating func read(_ entries: [SyntaxNode.Entry], from key: OldKey) {
    convert(entries.map { OldKey($0, below: "healthcheck.") }, Self.rules)
    if isOff { return note(key, "it is switched off") }
    guard probe.contains(where: { $0.key == "exec" }) else {
      return tell(key, "its test is that of the image", add: "add health: { exec: [COMMAND] }")
    }
    put(.object(probe), ["health"], from: key)
  }
}
