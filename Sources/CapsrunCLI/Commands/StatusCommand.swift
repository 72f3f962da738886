internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun status`
enum StatusCommand {
  static let command = Command(
    name: "status", summary: "show whether a capsule runs, and which one a name stands for",
    description: """
      Shows whether NAME runs, by which supervisor, since when and how its processes are; which
      capsule the name stands for, since when, by whom, and from which one; who vouches for it; and
      which others of the name are installed. NAME may also be an installed capsule's id. With --json
      there is all of the journal. The exit code is 0 when it runs, and 3 when it does not.
      """,
    options: [], operands: .one("NAME"),
    examples: [
      ("capsrun status hello", "Whether it runs, what is active, and since when"),
      ("capsrun status hello --json", "The same with all of the history"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let word = invocation.operands[0]
    let running = try runningStatus(word)
    let installed = try installedStatus(word, mayBeUnknown: running != nil, output)
    let isRunning = running != nil || installed?.isUsed == true
    let exitCode: ExitCode = isRunning ? .success : .notRunning
    if output.isJSON {
      let members = installed?.members ?? [.init("name", .string(running?.name ?? word))]
      try output.result(
        .object(
          members + [
            .init("running", .bool(isRunning)), .init("supervisor", running?.json ?? .null),
            .init("exit_code", .integer(Int64(exitCode.rawValue))),
          ]))
    } else {
      try output.result((installed?.text(supervised: running != nil) ?? "") + (running.map(text) ?? ""))
    }
    return exitCode
  }

  private static func runningStatus(_ word: String) throws(DiagnosticList) -> CapsuleStatus? {
    guard let client = try RunningCapsule.connectIfRunning(word) else { return nil }
    return try asking(client.name) { () throws(ControlError) in
      try client.setPatience(milliseconds: RunningCapsule.patience)
      return try client.status()
    }
  }

  /// Nil for what runs without being installed.
  private static func installedStatus(
    _ word: String, mayBeUnknown: Bool, _ output: Output
  ) throws(DiagnosticList) -> NameStatus? {
    if mayBeUnknown, try OpenStore.openIfThere() == nil { return nil }
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    do throws(CapsuleError) {
      return try NameStatus(of: word, in: store)
    } catch .unknownName where mayBeUnknown {
      return nil
    } catch .unknownName {
      throw DiagnosticList([try RunningCapsule.notRunning(word)])
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }

  private static func text(_ status: CapsuleStatus) -> String {
    let uptime = Amounts.time(milliseconds: max(0, Clock.millisecondsOfCalendar - status.started))
    let version = status.version.map { " \($0)" } ?? ""
    let lines = [
      "\(status.name) runs since \(UTCTime(status.started / 1000)), for \(uptime)",
      "Capsule: \(status.capsule)\(version)", "Supervisor: process \(status.supervisor)", "Tier: \(status.tier)",
      "Policy: \(status.policyHash)",
      "Processes: \(status.processWords), found by \(status.tracking == .cgroup ? "control groups" : "a mark")",
    ]
    return lines.map { printable($0) + "\n" }.joined()
      + ProcessTable(status.processes, by: nil).text(isASCII: !LocaleCharacters.areUnicode)
  }
}

/// What is known of a name.
private struct NameStatus {
  let name: String
  let installed: [CapsuleState]
  let active: CapsuleID?
  let previous: [CapsuleID]
  let history: [JournalEntry]

  init(of word: String, in store: Store) throws(CapsuleError) {
    name = try store.findName(word)
    var states: [CapsuleState] = []
    for capsule in try store.installed() where capsule.name == name {
      states.append(try CapsuleState(capsule, in: store))
    }
    installed = states
    active = try store.current(of: name)
    previous = try store.previous(of: name, count: Store.keptPrevious)
    history = try store.history(of: name)
  }

  private var activeState: CapsuleState? { installed.first { $0.capsule.id == active } }

  /// The entry that tells since when it is active; none if whoever did it was killed before he wrote it down.
  private var since: JournalEntry? { history.last.flatMap { $0.id == active ? $0 : nil } }

  /// Whether somebody runs one of them, with a supervisor or without.
  var isUsed: Bool { installed.contains { $0.isRunning } }

  func text(supervised: Bool) -> String {
    var lines: [String] = []
    if let state = activeState {
      lines.append("\(name) stands for \(state.capsule.title)")
      lines.append("ID: \(state.capsule.id)")
      if let since {
        lines.append("Since: \(UTCTime(since.time)), \(since.action.rawValue) by user \(since.user)")
        if let from = since.from { lines.append("From: \(from)") }
      }
      lines.append(state.capsule.vouching)
    } else if let active {
      lines.append("\(name) stands for \(active), which is not installed or damaged")
    } else {
      lines.append("\(name) stands for no capsule")
    }
    if supervised {
      lines.append("Running")
    } else if isUsed {
      lines.append("Running in the foreground, without a supervisor")
    } else if activeState != nil {
      lines.append("Not running")
    }
    if !previous.isEmpty { lines.append("Before: " + previous.map(\.short).joined(separator: ", ")) }
    let rows = installed.map { ["  " + ($0.capsule.version ?? "-"), $0.capsule.id.short, $0.words] }
    return printableLines(lines) + (rows.isEmpty ? "None is installed\n" : "Installed:\n" + TextTable.text(rows))
  }

  private func printableLines(_ lines: [String]) -> String { lines.map { printable($0) + "\n" }.joined() }

  var members: [JSONValue.Member] {
    [
      .init("name", .string(name)), .init("active", active.map { .string($0.description) } ?? .null),
      .init("since", since.map { .string(UTCTime($0.time).description) } ?? .null),
      .init("by", since.map { .integer(Int64($0.user)) } ?? .null),
      .init("previous", .array(previous.map { .string($0.description) })),
      .init("installed", .array(installed.map(\.json))), .init("history", .array(history.map(\.json))),
    ]
  }
}
