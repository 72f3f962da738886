internal import Diagnostics
internal import Linux
internal import Sandbox

extension HealthReport {
  var exitCode: ExitCode { canRun ? .success : .unavailable }

  /// `{"checks": [{id, title, state, detail, needed_for, fix}], "tier", "reservations", "unmet", "degradable", "exit_code"}`
  var json: JSONValue {
    .object([
      .init("checks", .array(checks.map(\.json))),
      .init("tier", .string(tier.rawValue)),
      .init("reservations", .array(reservations.map { .string($0) })),
      .init("unmet", .array(unmet.map { .string($0.subject.id) })),
      .init("degradable", .array(waysOut.map { .string($0.rawValue) })),
      .init("exit_code", .integer(Int64(exitCode.rawValue))),
    ])
  }

  /// Aligned lines for people, each hint below its line.
  func text(isASCII: Bool) -> String {
    let titleWidth = checks.map(\.subject.title.count).max() ?? 0
    var lines: [String] = []
    for check in checks {
      let (subject, verdict) = (check.subject, check.verdict)
      lines.append("\(padded(verdict.state.rawValue, 8))  \(padded(subject.title, titleWidth))  \(verdict.detail)")
      if verdict.state != .ok { lines.append("          needed for: \(subject.neededFor)") }
      if let fix = verdict.fix { lines.append("          hint: \(fix)") }
    }
    lines.append("")
    lines.append("tier: " + ([tier.rawValue] + reservations).joined(separator: "; "))
    lines.append(conclusion)
    return lines.map { (isASCII ? ascii($0) : printable($0)) + "\n" }.joined()
  }

  private var conclusion: String {
    guard !canRun else { return "capsrun box can run here" }
    let reasons = unmet.map { "\($0.subject.title) (\($0.state.rawValue))" }
    let ways = waysOut.map { "--allow-degraded=" + $0.rawValue }.joined(separator: " ")
    return "capsrun box cannot run here: \(reasons.joined(separator: ", "))"
      + (ways.isEmpty ? "" : "; it can with \(ways)")
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension HealthCheck {
  fileprivate var json: JSONValue {
    .object([
      .init("id", .string(subject.id)),
      .init("title", .string(subject.title)),
      .init("state", .string(state.rawValue)),
      .init("detail", .string(verdict.detail)),
      .init("needed_for", .string(subject.neededFor)),
      .init("fix", verdict.fix.map { .string($0) } ?? .null),
    ])
  }
}

/// What the caller's terminal is able to show.
enum LocaleCharacters {
  /// Whether the locale of the environment writes UTF-8.
  static var areUnicode: Bool { areUnicode(CurrentProcess.environmentValue) }

  /// The first of the variables that is set and not empty decides.
  static func areUnicode(_ environmentValue: (String) -> String?) -> Bool {
    let candidates = [environmentValue("LC_ALL"), environmentValue("LC_CTYPE"), environmentValue("LANG")]
    guard let name = candidates.compactMap({ $0 }).first(where: { !$0.isEmpty })?.lowercased() else { return false }
    return name.contains("utf-8") || name.contains("utf8")
  }
}
