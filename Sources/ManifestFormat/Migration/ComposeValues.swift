internal import Diagnostics

// Variables and what decides when a service runs.
extension ComposeService {
  /// A table, or a list of `NAME=VALUE`.
  mutating func setEnvironment(_ key: OldKey) {
    if case .table(let entries) = key.value.content {
      for entry in entries {
        let variable = OldKey(entry, below: "environment.")
        setVariable(entry.key, variable.text, at: variable)
      }
      return
    }
    guard case .list(let elements) = key.value.content else { return tell(key, "it is no table") }
    for element in elements {
      let variable = OldKey(name: "environment", value: element, position: element.position)
      guard let text = variable.text else { tell(variable, "it is no NAME=VALUE"); continue }
      let (name, value) = text.cut(at: "=")
      setVariable(name, value, at: variable)
    }
  }

  private mutating func setVariable(_ name: String, _ value: String?, at key: OldKey) {
    guard let value else { return declareVariable(name, from: key) }
    if let (other, fallback) = ComposeVariables.whole(value) {
      return declareVariable(name, of: other, default: fallback, from: key)
    }
    let (text, unknown, defaulted) = ComposeVariables.replace(value)
    if let first = unknown.first {
      question(key, "\(first) is a variable of the caller, which a manifest cannot put in", add: "write its value")
    }
    if let first = defaulted.first { question(key, "the default of \(first) stands here") }
    setVariable(name, text, from: key)
  }

  mutating func setRestart(_ key: OldKey) {
    let (policy, count) = (key.text ?? "").cut(at: ":")
    switch policy {
    case "no", "false": put(.string("never"), ["restart_policy"], from: key)
    case "always": put(.string("always"), ["restart_policy"], from: key)
    case "unless-stopped":
      note(key, "a stop by hand is never followed by a start")
      put(.string("always"), ["restart_policy"], from: key)
    case "on-failure":
      put(.string("on_failure"), ["restart_policy"], from: key)
      if let count, let number = Int64(count) { put(.integer(number), ["restart", "max"], from: key) }
    default: tell(key, "\(quoted(policy)) has no counterpart", add: "write restart_policy: never, on_failure or always")
    }
  }

  mutating func setDependencies(_ key: OldKey) {
    guard case .table(let entries) = key.value.content else {
      for other in texts(key) ?? [] { waiting.add(path[1], on: other, "started", from: key) }
      return
    }
    for entry in entries {
      var dependency = ComposeDependency(draft: draft, path: path)
      dependency.read(OldKey(entry, below: "depends_on."))
      draft = dependency.draft
      if let condition = dependency.condition {
        waiting.add(path[1], on: entry.key, condition, isRequired: dependency.isRequired, from: OldKey(entry))
      }
    }
  }

  mutating func setUser(_ key: OldKey) {
    let user = (key.text ?? "").cut(at: ":").0
    guard isOnly, let number = Int64(user), number > 0 else {
      return tell(key, "all processes of a capsule are one user, 1000 inside", add: "or add security: { user: NUMBER }")
    }
    draft.put(.integer(number), at: ["security", "user"], from: key, for: path)
  }

  mutating func setLimits(_ key: OldKey) {
    guard case .table(let entries) = key.value.content else { return tell(key, "it is no table") }
    for entry in entries {
      let limit = OldKey(entry, below: "ulimits.")
      if let text = limit.text {
        put(Self.limit(text), ["resources", "rlimits", entry.key], from: limit)
      } else if case .table(let ends) = entry.value.content {
        let members = ends.map { JSONValue.Member($0.key, Self.limit(OldKey($0).text ?? "")) }
        put(.object(members), ["resources", "rlimits", entry.key], from: limit)
      } else {
        tell(limit, "it is no limit")
      }
    }
  }

  private static func limit(_ text: String) -> JSONValue {
    text == "-1" ? .string("unlimited") : Int64(text).map { .integer($0) } ?? .string(text)
  }
}

// What a service shares with the host.
extension ComposeService {
  mutating func setPorts(_ key: OldKey) {
    guard case .list(let elements) = key.value.content else { return tell(key, "it is no list") }
    for element in elements {
      let port = OldKey(name: "ports", value: element, position: element.position)
      if case .table(let entries) = element.content {
        var long = ComposePort(draft: draft, path: path)
        long.read(entries, from: port)
        draft = long.draft
      } else {
        setPort(port)
      }
    }
  }

  /// `[[ADDRESS:]HOST:]INSIDE[/PROTOCOL]`
  private mutating func setPort(_ key: OldKey) {
    let (ports, kind) = (key.text ?? "").cut(at: "/")
    guard kind == nil || kind == "tcp" else { return tell(key, "only TCP can be listened on") }
    var parts = ports.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let inside = parts.popLast() ?? ""
    guard let host = parts.popLast() else {
      return tell(
        key, "the port of the host is not said", add: "add capabilities: { listen: [\"HOSTPORT->\(inside)\"] }")
    }
    grantPort(address: parts.joined(separator: ":"), host: host, inside: inside, key)
  }

  /// Volumes are granted where the path is the same on both sides, and named ones become state.
  mutating func setVolumes(_ key: OldKey) {
    guard case .list(let elements) = key.value.content else { return tell(key, "it is no list") }
    for element in elements {
      let volume = OldKey(name: "volumes", value: element, position: element.position)
      if case .table(let entries) = element.content {
        var long = ComposeVolume(draft: draft, path: path)
        long.read(entries, from: volume)
        draft = long.draft
      } else if let text = volume.text {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3 else { tell(volume, "it is no SOURCE:TARGET"); continue }
        let options = parts.count == 3 ? parts[2].split(separator: ",") : []
        setVolume(
          source: parts.count > 1 ? parts[0] : nil, target: parts.count > 1 ? parts[1] : parts[0],
          isReadOnly: options.contains("ro"), volume)
      } else {
        tell(volume, "it is no SOURCE:TARGET")
      }
    }
  }
}

extension Converter {
  mutating func grantPort(address: String, host: String, inside: String, _ key: OldKey) {
    guard let from = UInt16(host), let to = UInt16(inside), from > 0, to > 0 else {
      return tell(
        key, "one grant is one port", add: "add capabilities: { listen: [\"0.0.0.0:PORT->PORT\"] } for each")
    }
    grant("listen", "\(address.isEmpty ? "0.0.0.0" : address):\(from)->\(to)", from: key)
  }

  mutating func setVolume(source: String?, target: String, isReadOnly: Bool, _ key: OldKey) {
    guard let source, !source.isEmpty else {
      return tell(key, "a volume without a name is gone after a run", add: "add state: { NAME: \(target) } to keep it")
    }
    if source.hasPrefix("/") {
      guard source == target else {
        let kind = isReadOnly ? "fs_read" : "fs_write"
        return tell(
          key, "a grant is at the same path inside",
          add: "add capabilities: { \(kind): [\(source)] }, and let the program use \(source) for \(target)")
      }
      guard !source.hasSuffix(".sock") else {
        return tell(key, "it is a socket of the host", add: "add capabilities: { unix: [\(source)] } if that is meant")
      }
      grant(isReadOnly ? "fs_read" : "fs_write", source, from: key)
    } else if source.hasPrefix(".") || source.hasPrefix("~") || source.contains("/") {
      tell(key, "it is no absolute path", add: "pack the files, or grant their absolute path and use that inside")
    } else if let name = NameTable.spelling(of: source) {
      if let known = draft.value(at: ["state", name]), known != .string(target) {
        return tell(key, "\(quoted(source)) is at another path already")
      }
      if isReadOnly { question(key, "state can be written by every process of the capsule") }
      draft.put(.string(target), at: ["state", name], from: key, for: path)
    } else {
      tell(key, "\(quoted(source)) is no name for state")
    }
  }
}
