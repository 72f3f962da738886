internal import Diagnostics
internal import Linux
internal import Sandbox

/// `capsrun doctor`
enum DoctorCommand {
  static let command = Command(
    name: "doctor", summary: "say what can be enforced on this machine",
    description: """
      Tries what a sandbox is made of, and prints one line for each part: ok, degraded (it
      works for some of its uses), missing, or unknown; with a hint where something can be
      done. At last it sets up a whole sandbox. It changes nothing and leaves nothing behind.

      The tier is what a capsule can count on: full, reduced (a further layer is missing),
      filter-only (no namespaces), none, or unknown; see docs/containers.md. The exit code is 0 when capsrun box can
      run here, and 69 when it cannot.
      """,
    options: [], operands: .none,
    examples: [
      ("capsrun doctor", "What works here, as the user who asks"),
      ("capsrun doctor --json", "The same for a program"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let facts = try reporting("look at this machine") { () throws(SysError) in try HealthFacts.gather() }
    let report = HealthReport(facts) { failure in
      let diagnostic = failure.diagnostic
      return (diagnostic.message, diagnostic.hint)
    }
    if output.isJSON {
      try output.result(report.json)
    } else {
      try output.result(report.text(isASCII: !LocaleCharacters.areUnicode))
    }
    return report.exitCode
  }
}
