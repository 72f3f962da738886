internal import Diagnostics
internal import ManifestFormat

/// A plan for people: what `capsrun explain` prints.
extension Plan {
  package var text: String {
    var lines = [
      "name        \(name)",
      "user        \(identity.text)",
      "tier        \(tier.rawValue)",
      "namespaces  \(namespaces == .none ? "none" : namespaces.kinds.map(\.rawValue).joined(separator: ", "))",
      "set-up",
    ]
    for (index, step) in setup.enumerated() {
      let number = String(index + 1)
      lines.append("  " + String(repeating: " ", count: 3 - number.count) + number + "  " + step.text)
    }
    lines += (limits?.lines ?? []).map { "limit       \($0)" }
    for (number, process) in withoutSecrets.processes.enumerated() {
      lines += process.lines + (graph.map { $0.lines(of: number) } ?? [])
    }
    lines += grants.map(\.line)
    if let timeLimit { lines.append("time limit  \(TimeSpan.text(.milliseconds(timeLimit)))") }
    lines += degraded.map { "without     \($0.layer.rawValue): \(printable($0.cause)); so \($0.layer.loss)" }
    if !notYet.isEmpty {
      lines.append("not executed by this release, so that nothing is run")
      lines += notYet.map { "  " + printable($0) }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension PlannedProcess {
  fileprivate var lines: [String] {
    [
      "process     \(printable(name))",
      "  tried in    \(candidates.map(quoted).joined(separator: ", "))",
      "  arguments   \(arguments.map(quoted).joined(separator: " "))",
      "  starts in   \(quoted(workingFolder))",
    ] + (streams.map { ["  streams     \($0.text)"] } ?? []) + [
      "  files       may change \(files.change.map(quoted).joined(separator: ", "))"
    ] + files.lines + [
      "  seccomp     profile \(seccomp)"
    ] + (limits ?? []).map { "  limit       \($0.name) \($0.text)" }
      + (limitsOfGroup?.lines ?? []).map { "  limit       \($0)" }
      + (niceness.map { ["  niceness    \($0)"] } ?? [])
      + (outOfMemoryScore.map { ["  oom score   \($0)"] } ?? []) + environment.map { "  environment \(printable($0))" }
      + unset.map { "  environment \(printable($0)) has no value yet" }
  }
}

extension GroupLimits {
  fileprivate var lines: [String] { names.map { "\($0.rawValue) \(printable(text(of: $0) ?? ""))" } }
}

extension PlannedStreams {
  fileprivate var text: String {
    switch self {
    case .terminal: "a terminal of the sandbox's own"
    case .terminalButErrors: "a terminal of the sandbox's own, but for errors"
    }
  }
}

extension FileRights {
  /// Of a process that has less than its capsule.
  fileprivate var lines: [String] {
    guard !withheld.isEmpty else { return [] }
    let but = read.isEmpty ? "" : ", but for \(read.map(quoted).joined(separator: ", "))"
    return ["  files       may not use \(withheld.map(quoted).joined(separator: ", "))\(but)"]
  }
}

extension EnforcedGrant {
  fileprivate var line: String {
    let place = subject == target ? "" : " at \(quoted(target))"
    let also = additional.isEmpty ? "" : ", and also by \(additional.map(\.rawValue).joined(separator: " and "))"
    return "grant       \(kind.rawValue) \(quoted(subject))\(place), held by the "
      + "\(required.map(\.rawValue).joined(separator: " and the "))\(also); in the tiers \(tiers.map(\.rawValue).joined(separator: ", "))"
  }
}

extension Identity {
  var text: String {
    switch launcher {
    case .root: "\(user):\(group) inside, the reserved user \(hostUser):\(hostGroup) outside\(rangeText)"
    case .user: "\(user):\(group) inside, the caller \(hostUser):\(hostGroup) outside\(keptGroupsText)\(rangeText)"
    }
  }

  private var rangeText: String {
    guard let range, let user = range.users.first, let group = range.groups.first else { return "" }
    return ", with \(IdentityRange.count) users and groups from \(user.outside):\(group.outside) on"
  }

  private var keptGroupsText: String {
    keptGroups.isEmpty ? "" : ", still in the caller's groups \(keptGroups.map(String.init).joined(separator: ", "))"
  }
}

extension SetupStep {
  /// The step in words; also how a failure names it.
  package var text: String {
    switch self {
    case .hostName(let step): "set the host name to \(quoted(step.name))"
    case .rootFileSystem(let step):
      "mount a tmpfs of at most \(step.bytes >> 20) MiB and \(step.files) files as the root"
    case .baseTree(let step): step.text
    case .folder(let step): "put an empty folder at \(quoted(step.path))"
    case .link(let step): "make the link \(quoted(step.path)) to \(quoted(step.target))"
    case .file(let step): "write the file \(quoted(step.path))"
    case .machineID(let step): "write the file \(quoted(step.path)), with a number of this run"
    case .bind(let step): step.text
    case .overlay(let step): step.text
    case .hold(let step): "keep the folder \(quoted(step.path)) at its place"
    case .scratch(let step): "keep the folder \(quoted(step.path)) writable"
    case .controlGroups(let step): "mount its control groups read-only on \(quoted(step.path)), if the kernel has them"
    case .terminals(let step): "mount at most \(step.most) terminals of its own on \(quoted(step.path))"
    case .processes(let step):
      step.source.map { "show the process list of \(quoted($0)) read-only" }
        ?? "mount the process list on \(quoted(step.path)), with \((step.hiddenFiles + step.hiddenFolders).joined(separator: ", ")) hidden"
    case .network: "enter a network namespace with the loopback interface alone"
    case .enterRoot: "enter the new root and let go of the host's"
    case .sealRoot(let step): "make \(step.paths.map(quoted).joined(separator: " and ")) read-only"
    case .closeUserNamespaces: "forbid further user namespaces"
    case .privateFolder(let step): "make the folder \(quoted(step.path)) for this run alone"
    case .reach(let step): step.text
    case .dropPrivileges: "give up all capabilities, and the gaining of new ones"
    }
  }
}

extension BaseTreeStep {
  fileprivate var text: String {
    "make \(quoted(lower.source)) the root, \(capsule.map { "of the capsule \($0)" } ?? "of the capsule itself")"
      + (lower.mapsOwner ? ", as the workload's own" : "")
  }
}

extension OverlayStep {
  fileprivate var text: String {
    "show \(quoted(lower.source)) at \(quoted(path)) writable, with all changes in "
      + (changes.map { quoted($0.source) } ?? "memory")
      + (lower.mapsOwner ? ", as the workload's own" : "")
  }
}

extension ReachStep {
  fileprivate var text: String {
    let what = source == path ? quoted(path) : "\(quoted(path)), which is \(quoted(source)),"
    let kind = access == .write ? "changed" : access == .device ? "opened as a device" : "read"
    return "let \(what) be \(kind) where it is\(presence == .optional ? ", if it is there" : "")"
  }
}

extension BindStep {
  fileprivate var text: String {
    let what = source == target ? quoted(source) : "\(quoted(source)) at \(quoted(target))"
    let kind =
      switch access {
      case .read: "read-only"
      case .write: "writable"
      case .state: "writable and kept"
      case .device: "as a device"
      case .socket: "as a socket"
      }
    return
      "show \(what) \(kind)\(mapsOwner ? ", as the workload's own" : "")\(presence == .optional ? ", if it is there" : "")"
  }
}
