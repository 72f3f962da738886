internal import CapsuleFormat
internal import Diagnostics

/// `capsrun rollback`
enum RollbackCommand {
  static let command = Command(
    name: "rollback", summary: "go back to the capsule that a name stood for before",
    description: """
      From now on NAME stands again for the capsule that it stood for before, if that is still
      installed. It is the same one step as activate, and stands in the journal as well. What runs
      under NAME is exchanged as by activate.
      """,
    options: Activation.options, operands: .one("NAME"),
    examples: [("capsrun rollback hello", "Go back to what was active before")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    try Activation.run(invocation) { store throws(CapsuleError) in
      let found = try store.capsuleBefore(try store.findName(invocation.operands[0]))
      return Activation.Target(capsule: found) { (store, now) throws(CapsuleError) in
        try store.rollBack(found, now: now)
      }
    }
  }
}
