internal import Diagnostics
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// What the commands that run something in the foreground have in common.
struct RunOptions {
  private static let timeLimit = Option.value(
    "time-limit", "DURATION", "end it after this time, such as 90s or 1h30m")
  private static let traceTiming = Option.flag("trace-timing", "tell at the end where the time of the start went")

  private static let traceDenials = Option.flag(
    "trace-denials", "write down what is refused, and tell it when the program fails")

  static let all =
    TerminalOption.all + LimitOptions.all
    + [timeLimit, TierOptions.allowDegraded, ResultFile.option, traceDenials, traceTiming]

  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  var timesStart: Bool { invocation.has(Self.traceTiming) }

  func tracesDenials(_ joining: Joining?) throws(DiagnosticList) -> Bool {
    guard invocation.has(Self.traceDenials) else { return false }
    guard joining == nil else {
      throw Self.usage("a program that joins a sandbox is not traced", hint: "leave --trace-denials away")
    }
    return true
  }

  /// What of it becomes part of the plan.
  func apply(to request: inout PlanRequest, isSupervised: Bool) throws(DiagnosticList) {
    if !isSupervised { try TerminalOption(invocation).apply(to: &request) }
    request.callerLimits = try LimitOptions.limits(invocation)
    let limit = try invocation.milliseconds(Self.timeLimit, noTime: "leave the option away to set no limit")
    if let limit { request.timeLimit = UInt64(limit) }
  }

  private static func usage(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}

extension RunResult {
  /// What to say when a limit ended it, which its exit code alone does not tell.
  func warning(_ plan: Plan) -> Diagnostic? {
    switch cause {
    case .wall:
      let limit = plan.timeLimit.map { TimeSpan.text(.milliseconds($0)) } ?? ""
      return Diagnostic(
        "its time limit of \(limit) was reached, so it was ended", hint: "--time-limit sets another",
        severity: .warning, exitCode: .success)
    case .exit, .signal, .oom, .pids, .cpu, .policy, .setup: return groupWarning(plan)
    }
  }
}
