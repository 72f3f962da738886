internal import CapsuleFormat
internal import Diagnostics

/// `capsrun activate`
enum ActivateCommand {
  static let command = Command(
    name: "activate", summary: "let a name stand for a capsule, and run that one from now on",
    description: """
      From now on the name of CAPSULE stands for it, wherever an installed capsule is named.
      The change is one step: whoever is interrupted leaves the old one active, or the new one.
      The journal of the name says when, by whom, and from which capsule.

      Where another capsule of that name runs, started by capsrun start in the background,
      CAPSULE is started beside it. When all of it is ready, it takes over the name, and the old
      one is stopped. If it cannot be started or is not ready in time, its last lines are shown,
      it is stopped, and all is as before: the old one has not noticed. A capsule that keeps state
      cannot run twice: the old one is stopped before, and started again if the new one fails.

      The options for the environment, for limits and for missing layers are those of capsrun
      start. They hold for the new processes, and those of the start before are not remembered.
      """,
    options: Activation.options, operands: .one("CAPSULE"),
    examples: [
      ("capsrun activate 3193ce5d7087", "Activate the capsule whose id begins so"),
      ("capsrun activate --timeout 30s 3193ce5d7087", "Give it half a minute to become ready"),
    ], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    try Activation.run(invocation) { store throws(CapsuleError) in
      let found = try store.find(invocation.operands[0])
      return Activation.Target(capsule: found) { (store, now) throws(CapsuleError) in
        try store.activate(found, now: now)
      }
    }
  }
}
