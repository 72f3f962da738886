internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun activate`
enum ActivateCommand {
  static let command = Command(
    name: "activate", summary: "let a name stand for a capsule",
    description: """
      From now on the name of CAPSULE stands for it, wherever an installed capsule is named.
      The change is one step: whoever is interrupted leaves the old one active, or the new one.
      The journal of the name says when, by whom, and from which capsule.
      """,
    options: [], operands: .one("CAPSULE"),
    examples: [("capsrun activate 3193ce5d7087", "Activate the capsule whose id begins so")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    try Activation.run(invocation) { (store, now) throws(CapsuleError) in
      let found = try store.find(invocation.operands[0])
      return (found.name, try store.activate(found, now: now))
    }
  }
}

/// What `activate` and `rollback` have in common.
enum Activation {
  typealias Change = (name: String, entry: JournalEntry)

  static func run(
    _ invocation: Invocation, _ change: (Store, Int) throws(CapsuleError) -> Change
  ) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let ((name, entry), capsule) = try capsule { () throws(CapsuleError) in
      let made = try change(store, Int(Clock.secondsSince1970))
      return (made, try store.record(of: made.entry.id))
    }
    let isNew = entry.from != entry.id
    if output.isJSON {
      guard case .object(let members) = entry.json else { preconditionFailure("an entry is an object") }
      try output.result(
        .object(
          [.init("name", .string(name)), .init("changed", .bool(isNew))] + members + [.init("exit_code", .integer(0))]))
    } else {
      try output.result(
        "\(name) \(isNew ? "now stands" : "stands already") for \(capsule.title)\nID: \(capsule.id)\n"
          + (isNew ? entry.from.map { "Before: \($0)\n" } ?? "" : "") + capsule.vouching + "\n")
    }
    return .success
  }
}
