internal import CapsuleFormat
internal import Diagnostics

/// `capsrun list`
enum ListCommand {
  static let command = Command(
    name: "list", summary: "show what is installed",
    description: """
      Shows each installed capsule with the beginning of its id, and in words whether it is
      active (what its name stands for), running, pinned, unsigned, or damaged. With --json the
      ids are whole.
      """,
    options: [], operands: .none,
    examples: [("capsrun list", "What is installed"), ("capsrun list --json", "The same for a program")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    // So that nothing that is being looked at is removed.
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let inventory = try capsule { () throws(CapsuleError) in try store.inventory() }
    var states: [CapsuleState] = []
    for found in inventory.capsules {
      states.append(try capsule { () throws(CapsuleError) in try CapsuleState(found, in: store) })
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("capsules", .array(states.map(\.json))),
          .init("damaged", .array(inventory.damaged.map { .string($0.description) })), .init("exit_code", .integer(0)),
        ]))
    } else if inventory.ids.isEmpty {
      output.note("nothing is installed")
    } else {
      try output.result(TextTable.text(rows(states, inventory.damaged)))
    }
    return .success
  }

  private static func rows(_ states: [CapsuleState], _ damaged: [CapsuleID]) -> [[String]] {
    [["NAME", "VERSION", "ID", "SIZE", "INSTALLED", "STATE"]]
      + states.map { state in
        let capsule = state.capsule
        return [
          capsule.name, capsule.version ?? "-", capsule.id.short, ByteText(capsule.size).description,
          UTCTime(capsule.installedAt).description, state.words,
        ]
      } + damaged.map { ["-", "-", $0.short, "-", "-", "DAMAGED"] }
  }
}
