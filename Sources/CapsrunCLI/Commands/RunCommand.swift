internal import Diagnostics
internal import Planning

/// `capsrun run`
enum RunCommand {
  private static let environment = Option.list("env", "KEY[=VALUE]", "set a variable, or hand on the caller's")
  private static let explain = Option.flag("explain", "show the plan instead of running it")

  static let command = Command(
    name: "run", summary: "run the process of an unpacked capsule",
    description: """
      Runs the one process that DIR/capsule.yml declares, in the foreground. DIR, which must
      be yours, is shown at /capsule, read-only; of the rest the process sees what the
      manifest's capabilities grant. Its exit code becomes that of capsrun.
      """,
    options: [environment, explain], operands: .oneAndArguments("DIR", arguments: "ARGUMENT"),
    examples: [
      ("capsrun run examples/hello", "Run an example"),
      ("capsrun run --explain examples/hello", "See first what would happen"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    try Session(invocation).start(explainOnly: invocation.has(explain)) { () throws(DiagnosticList) in
      var request = try UnpackedCapsule.open(invocation.operands[0]).request()
      request.arguments += invocation.operands.dropFirst()
      request.environment.merge(try EnvironmentOption.variables(invocation.list(environment))) { _, given in given }
      return request
    }
  }
}
