internal import Diagnostics
internal import Linux
internal import Planning
internal import Supervision

/// `capsrun start`
enum StartCommand {
  private static let wait = Option.flag("wait", "return when every process is ready, or has ended well")
  private static let foreground = Option.flag("foreground", "stay, show what the processes write, and end with them")
  private static let name = Option.value("name", "NAME", "run it under this name instead of the capsule's")

  static let command = Command(
    name: "start", summary: "start the processes of capsules, and supervise them",
    description: """
      Starts all processes of each CAPSULE in the background, in the order that its manifest asks
      for, and starts them again as it says. CAPSULE is a capsule's file, which is verified and
      installed first, an installed capsule by its name or id, or a folder of yours. Of several
      capsules those are started first that provide what others require, and when one of them
      cannot be started, those before it are stopped again. What a capsule requires and nothing
      that runs provides is an error.

      It returns when each process that waits for no other one runs; with --wait, when all are
      ready. If one of them cannot be started, its last lines are shown, everything is stopped,
      and the exit code is not 0. What runs already is left alone, which is no failure.

      capsrun ps shows what runs, capsrun logs what it wrote, capsrun stop ends it. See
      docs/supervision.md.
      """,
    options: EnvironmentOption.all + [
      wait, foreground, name, BoxCommand.iKnow, InstallCommand.allowUnsigned, InstallCommand.allowDowngrade,
    ] + LimitOptions.all + [TierOptions.allowDegraded],
    operands: .many("CAPSULE", .path),
    examples: [
      ("capsrun start capsule-hello-3193ce5d7087.tar.gz", "Verify, install and start a capsule"),
      ("capsrun start --wait hello", "Start an installed one, and wait until it is ready"),
      ("capsrun start --foreground examples/hello", "See what it does, until Ctrl-C"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    // A supervisor outlives whoever calls: nothing that he left open may stay open with it.
    try reporting("close what the caller left open") { () throws(SysError) in try Descriptor.closeAll() }
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let choices = StartChoices(
      waits: invocation.has(wait), isForeground: invocation.has(foreground), name: invocation.value(name))
    try choices.check(count: invocation.operands.count)
    let capsules = try StartOrder.open(invocation, output)
    var started: [StartedCapsule] = []
    do throws(DiagnosticList) {
      for capsule in capsules {
        let start = CapsuleStart(invocation, capsule, choices, output)
        if choices.isForeground { return try start.inForeground() }
        started.append(try start.inBackground())
      }
    } catch {
      // All that was asked for runs, or nothing of it that did not run before.
      throw DiagnosticList(error.all + StartedCapsule.stop(started))
    }
    try show(started, output)
    return .success
  }

  private static func show(_ started: [StartedCapsule], _ output: Output) throws(DiagnosticList) {
    guard output.isJSON else {
      return try output.result(started.map { printable($0.text) + "\n" }.joined())
    }
    try output.result(
      .object([.init("started", .array(started.map(\.json))), .init("exit_code", .integer(0))]))
  }
}

/// How capsules are started, beside what the options say of their plans.
struct StartChoices {
  let waits: Bool
  let isForeground: Bool
  /// Nil for the capsule's own.
  let name: String?

  func check(count: Int) throws(DiagnosticList) {
    if let name, RunName.isBeside(name) {
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(name)) is kept for the next version of a capsule while capsrun activate starts it",
          hint: "use a name that does not end so", exitCode: .usage)
      ])
    }
    guard count > 1 else { return }
    for (option, isGiven) in [("--foreground", isForeground), ("--name", name != nil)] where isGiven {
      throw DiagnosticList([
        Diagnostic(
          "\(option) is for one capsule, and \(count) are given", hint: "start them one by one", exitCode: .usage)
      ])
    }
  }
}

/// A capsule that runs now.
struct StartedCapsule {
  let name: String
  let id: String?
  let supervisor: CInt
  let processes: Int
  /// Whether it ran before.
  let ranBefore: Bool

  var text: String {
    let what = id.map { "\(name) (\($0.prefix(12)))" } ?? name
    if ranBefore { return "\(what) runs already, supervised by process \(supervisor)" }
    return "Started \(what): \(processes) process\(processes == 1 ? "" : "es")"
  }

  var json: JSONValue {
    .object([
      .init("name", .string(name)), .init("capsule", id.map { .string($0) } ?? .null),
      .init("supervisor", .integer(Int64(supervisor))), .init("processes", .integer(Int64(processes))),
      .init("ran_before", .bool(ranBefore)),
    ])
  }

  /// Stops those that did not run before, the last one first; what goes wrong then is a warning beside the first error.
  static func stop(_ started: [StartedCapsule]) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    for capsule in started.reversed() where !capsule.ranBefore {
      do throws(DiagnosticList) {
        try StartedName.stop(capsule.name)
      } catch {
        warnings += error.all.map { problem in
          Diagnostic(problem.message, hint: problem.hint, severity: .warning, exitCode: .success)
        }
      }
    }
    return warnings
  }
}
