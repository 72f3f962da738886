internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Supervision

/// What `activate` and `rollback` have in common.
enum Activation {
  private static let stopFirst = Option.flag(
    "stop-first", "stop what runs before the new one is started, and start it again if that fails")
  private static let noRestart = Option.flag("no-restart", "leave what runs alone")
  private static let timeout = Option.value(
    "timeout", "DURATION", "how long the new one may take until all of it is ready; 5m if not given")

  static let options =
    [timeout, stopFirst, noRestart] + EnvironmentOption.all + [BoxCommand.iKnow] + LimitOptions.all
    + [TierOptions.allowDegraded]

  /// What a name is to stand for, and how the store is changed so.
  struct Target {
    let capsule: InstalledCapsule
    let flip: (Store, Int) throws(CapsuleError) -> JournalEntry
  }

  /// How the one that runs is exchanged.
  struct Choices {
    /// In milliseconds.
    let timeout: Int
    let stopsFirst: Bool
  }

  static func run(
    _ invocation: Invocation, _ find: (Store) throws(CapsuleError) -> Target
  ) throws(DiagnosticList) -> ExitCode {
    // As for a start: nothing that the caller left open may stay open with a supervisor.
    try reporting("close what the caller left open") { () throws(SysError) in try Descriptor.closeAll() }
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let choices = Choices(
      timeout: try invocation.milliseconds(timeout, noTime: "such as --timeout 30s") ?? 300_000,
      stopsFirst: invocation.has(stopFirst))
    let store = try OpenStore.open()
    let target = try capsule { () throws(CapsuleError) in try find(store) }
    let running = invocation.has(noRestart) ? nil : try toExchange(target, store, output)
    guard let running else {
      let lock = try OpenStore.lock(store, .shared, output)
      defer { withExtendedLifetime(lock) {} }
      let entry = try capsule { () throws(CapsuleError) in try target.flip(store, Int(Clock.secondsSince1970)) }
      try show(target, entry, nil, output)
      return .success
    }
    let exchange = Exchange(invocation, target, store, running, choices, output)
    let (entry, exchanged) = try exchange.make()
    try show(target, entry, exchanged, output)
    return .success
  }

  /// What runs as the installed capsule of that name and is another version of it; nil where nothing is to be exchanged.
  private static func toExchange(
    _ target: Target, _ store: Store, _ output: Output
  ) throws(DiagnosticList) -> CapsuleStatus? {
    let name = target.capsule.name
    guard let status = try StartedName.status(of: name), status.capsule != target.capsule.id.description else {
      return nil
    }
    guard let id = CapsuleID(status.capsule), try isVersion(id, of: name, store) else {
      let what = status.capsule.isEmpty ? "a folder" : "another capsule"
      output.note("what runs as \(name) was started from \(what), and goes on")
      return nil
    }
    guard !status.isForeground else {
      throw DiagnosticList([
        Diagnostic(
          "\(name) runs in the foreground, where whoever started it would see it end",
          hint: "--no-restart changes the store alone; then start it again there", exitCode: .failed)
      ])
    }
    guard !status.isEnding else {
      throw DiagnosticList([
        Diagnostic("\(name) is being stopped", hint: "try again when it has ended", exitCode: .failed)
      ])
    }
    return status
  }

  private static func isVersion(_ id: CapsuleID, of name: String, _ store: Store) throws(DiagnosticList) -> Bool {
    try CapsrunCLI.capsule { () throws(CapsuleError) in
      do throws(CapsuleError) {
        return try store.record(of: id).name == name
      } catch .notInstalled {
        return false
      }
    }
  }

  private static func show(
    _ target: Target, _ entry: JournalEntry, _ exchanged: Exchange.Result?, _ output: Output
  ) throws(DiagnosticList) {
    let capsule = target.capsule
    let isNew = entry.from != entry.id
    guard output.isJSON else {
      return try output.result(
        "\(capsule.name) \(isNew ? "now stands" : "stands already") for \(capsule.title)\nID: \(capsule.id)\n"
          + (isNew ? entry.from.map { "Before: \($0)\n" } ?? "" : "") + capsule.vouching + "\n"
          + (exchanged.map { $0.text + "\n" } ?? ""))
    }
    guard case .object(let members) = entry.json else { preconditionFailure("an entry is an object") }
    try output.result(
      .object(
        [.init("name", .string(capsule.name)), .init("changed", .bool(isNew))] + members
          + [.init("exchanged", exchanged?.json ?? .null), .init("exit_code", .integer(0))]))
  }
}
