internal import CapsuleFormat
internal import Diagnostics

/// `capsrun status`
enum StatusCommand {
  static let command = Command(
    name: "status", summary: "show which capsule a name stands for, and since when",
    description: """
      Shows the active capsule of NAME, since when, by whom, and from which one; who vouches
      for it; whether somebody runs it; and which others of the name are installed. NAME may also be an
      installed capsule's id. With --json there is all of the journal. The exit code is 0 whether it
      runs or not: nothing is supervised yet.
      """,
    options: [], operands: .one("NAME"),
    examples: [
      ("capsrun status hello", "What is active, and since when"),
      ("capsrun status hello --json", "The same with all of the history"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let status = try capsule { () throws(CapsuleError) in try NameStatus(of: invocation.operands[0], in: store) }
    if output.isJSON {
      try output.result(status.json)
    } else {
      try output.result(status.text)
    }
    return .success
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

  var text: String {
    var lines: [String] = []
    if let state = activeState {
      lines.append("\(name) stands for \(state.capsule.title)")
      lines.append("ID: \(state.capsule.id)")
      if let since {
        lines.append("Since: \(UTCTime(since.time)), \(since.action.rawValue) by user \(since.user)")
        if let from = since.from { lines.append("From: \(from)") }
      }
      lines.append(state.capsule.vouching)
      lines.append(state.isRunning ? "Running" : "Not running")
    } else if let active {
      lines.append("\(name) stands for \(active), which is not installed or damaged")
    } else {
      lines.append("\(name) stands for no capsule")
    }
    if !previous.isEmpty { lines.append("Before: " + previous.map(\.short).joined(separator: ", ")) }
    let rows = installed.map { ["  " + ($0.capsule.version ?? "-"), $0.capsule.id.short, $0.words] }
    return printableLines(lines) + (rows.isEmpty ? "None is installed\n" : "Installed:\n" + TextTable.text(rows))
  }

  private func printableLines(_ lines: [String]) -> String { lines.map { printable($0) + "\n" }.joined() }

  var json: JSONValue {
    .object([
      .init("name", .string(name)), .init("active", active.map { .string($0.description) } ?? .null),
      .init("since", since.map { .string(UTCTime($0.time).description) } ?? .null),
      .init("by", since.map { .integer(Int64($0.user)) } ?? .null),
      .init("running", .bool(activeState?.isRunning ?? false)),
      .init("previous", .array(previous.map { .string($0.description) })),
      .init("installed", .array(installed.map(\.json))), .init("history", .array(history.map(\.json))),
      .init("exit_code", .integer(0)),
    ])
  }
}
