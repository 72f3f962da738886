internal import CapsuleFormat
internal import Diagnostics

/// `capsrun rollback`
enum RollbackCommand {
  static let command = Command(
    name: "rollback", summary: "let a name stand for its previous capsule again",
    description: """
      From now on NAME stands again for the capsule that it stood for before, if that is still
      installed. It is the same one step as activate, and stands in the journal as well.
      """,
    options: [], operands: .one("NAME"),
    examples: [("capsrun rollback hello", "Go back to what was active before")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    try Activation.run(invocation) { (store, now) throws(CapsuleError) in
      let name = try store.findName(invocation.operands[0])
      return (name, try store.rollBack(name, now: now))
    }
  }
}
