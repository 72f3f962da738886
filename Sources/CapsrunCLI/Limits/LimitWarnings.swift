internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

extension RunResult {
  /// What to say when its control groups had a part in its end, or are still there.
  func groupWarning(_ plan: Plan) -> Diagnostic? {
    if let leftover {
      return Diagnostic(
        "its control groups are still there: \(leftover.call.rawValue) \(quoted(leftover.subject)): \(leftover.reason)",
        hint: "the next start with limits removes them, once nothing is in them", severity: .warning,
        exitCode: .success)
    }
    guard let groups else { return nil }
    let failed = ending != .exited(code: 0)
    if groups.killedForMemory > 0, failed {
      let who = cause == .oom ? "it was killed" : "\(groups.killedForMemory) of its processes were killed"
      return warning(
        "\(who) for lack of memory", .memoryMax, plan, groups.peakMemory.map { MemoryAmount.bytes($0).text })
    }
    if groups.refusedProcesses > 0, failed {
      return warning("it could not make a further process, \(groups.refusedProcesses) times", .pidsMax, plan, nil)
    }
    return nil
  }

  private func warning(_ what: String, _ name: LimitName, _ plan: Plan, _ peak: String?) -> Diagnostic {
    let limit = plan.foreground.limitsOfGroup?.text(of: name) ?? plan.limits?.text(of: name)
    let value = limit.map { ": its \(name.rawValue) is \($0)" } ?? ""
    let option = name.option.map { "\($0) of capsrun box, or " } ?? ""
    return Diagnostic(
      what + value + (peak.map { ", and it used up to \($0)" } ?? ""),
      hint: "\(option)resources.\(name.rawValue) of a manifest allows more", severity: .warning, exitCode: .success)
  }
}
