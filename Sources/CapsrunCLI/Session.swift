internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// The one way from a request to a running sandbox, for every command that starts one.
struct Session {
  private let output: Output
  private let actsAsUser: Bool
  private let invocation: Invocation
  /// Whether the command's line names the profile of system calls, and not a manifest.
  private let hasProfileOption: Bool

  private let isEntrypoint: Bool
  private let tiers: TierOptions

  /// Whether all processes run in the background, where nobody is at a terminal.
  private let isSupervised: Bool

  init(
    _ invocation: Invocation, hasProfileOption: Bool = false, isEntrypoint: Bool = false, isSupervised: Bool = false
  ) {
    self.isSupervised = isSupervised
    self.invocation = invocation
    self.hasProfileOption = hasProfileOption
    self.isEntrypoint = isEntrypoint
    tiers = TierOptions(invocation, trustsManifest: isEntrypoint)
    output = Output(isJSON: invocation.has(.json))
    actsAsUser = invocation.has(.user)
  }

  /// One start, as far as it has come.
  private struct Progress {
    var warnings: [Diagnostic] = []
    /// How many of them are told already.
    var told = 0
    var plan: Plan?
    var resultFile: ResultFile?

    var untold: [Diagnostic] { Array(warnings[told...]) }
  }

  /// Plans the request and runs it, or only shows the plan; the request may leave warnings.
  func start(
    explainOnly: Bool, joining: Joining? = nil, _ request: (inout [Diagnostic]) throws(DiagnosticList) -> PlanRequest
  ) throws(DiagnosticList) -> ExitCode {
    var progress = Progress()
    do {
      let choices = try choices(joining)
      // First of all: whatever is read afterwards, is read with the rights of that user.
      if actsAsUser { try UserSwitch.leaveRoot() }
      if !explainOnly { progress.resultFile = try ResultFile.begin(invocation) }
      let (plan, sources) = try plan(request, isShownOnly: explainOnly, &progress)
      choices.timing?.markPlanned()
      if explainOnly {
        let code = try show(plan)
        tell(&progress)
        return code
      }
      return try finish(try run(plan, sources, choices, &progress), of: plan, &progress)
    } catch {
      try progress.resultFile?.write(DiagnosticList(progress.warnings + error.all), of: progress.plan)
      throw DiagnosticList(progress.untold + error.all)
    }
  }

  /// A plan that can be executed, and where its limits are going to be held.
  struct Prepared {
    let plan: Plan
    let place: GroupPlace?
    let policyHash: String
  }

  /// Plans the request for a supervisor, and tells its warnings.
  func prepare(
    _ request: (inout [Diagnostic]) throws(DiagnosticList) -> PlanRequest
  ) throws(DiagnosticList) -> Prepared {
    var progress = Progress()
    do throws(DiagnosticList) {
      let (plan, sources) = try plan(request, isShownOnly: false, &progress)
      if let missing = sources.missing { throw DiagnosticList([missing]) }
      try checkExecuted(plan)
      let prepared = Prepared(
        plan: plan, place: try LimitPlacing.placeForTracking(of: plan), policyHash: try Self.policyHash(of: plan))
      tell(&progress)
      return prepared
    } catch {
      throw DiagnosticList(progress.untold + error.all)
    }
  }

  private func choices(_ joining: Joining?) throws(DiagnosticList) -> RunChoices {
    let options = RunOptions(invocation)
    var choices = RunChoices()
    choices.joining = joining
    choices.tracesDenials = try options.tracesDenials(joining)
    if options.timesStart {
      choices.timing = try reporting("measure the start") { () throws(SysError) in try StartTiming() }
    }
    return choices
  }

  private func plan(
    _ request: (inout [Diagnostic]) throws(DiagnosticList) -> PlanRequest, isShownOnly: Bool,
    _ progress: inout Progress
  ) throws(DiagnosticList) -> (Plan, GrantSources) {
    var abilities = try tiers.look()
    var asked = try request(&progress.warnings)
    try RunOptions(invocation).apply(to: &asked, isSupervised: isSupervised)
    tiers.apply(to: &asked)
    let sources = GrantSources(of: asked)
    let resolved = try sources.request()
    let plan = try LimitPlacing.degrade(try plan(resolved, abilities), resolved.degrading, &abilities)
    progress.plan = plan
    try check(resolved, plan, isShownOnly: isShownOnly, &progress.warnings)
    if !plan.degraded.isEmpty { progress.warnings += plan.warnings(abilities) }
    return (plan, sources)
  }

  private func finish(
    _ result: RunResult, of plan: Plan, _ progress: inout Progress
  ) throws(DiagnosticList) -> ExitCode {
    if let warning = result.warning(plan) { progress.warnings.append(warning) }
    try progress.resultFile?.write(result, of: plan, warnings: progress.warnings)
    tell(&progress)
    if let denials = result.denials { tell(denials, result.ending) }
    return ExitCode(rawValue: result.ending.exitCode)
  }

  /// What of the grants nobody should find out by himself.
  private func check(
    _ request: PlanRequest, _ plan: Plan, isShownOnly: Bool, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) {
    // Most starts grant no such thing, and need not look.
    guard request.grants.contains(where: { $0.access == .device || $0.access == .socket }) else { return }
    let dangers = request.unknownDangers
    guard isShownOnly || dangers.isEmpty else { throw DiagnosticList(dangers.map(\.refusal)) }
    warnings += dangers.map(\.warning)
    for closed in plan.closedGrants(HostLook.file) {
      // Lists of further rights may let the caller in where the permission bits do not.
      if !plan.identity.isOfRoot, mayWrite(closed.path) { continue }
      warnings.append(closed.warning(plan.identity))
    }
  }

  private func run(
    _ plan: Plan, _ sources: GrantSources, _ asked: RunChoices, _ progress: inout Progress
  ) throws(DiagnosticList) -> RunResult {
    var choices = asked
    // After planning, which says better what is wrong with a grant that could never be.
    if let missing = sources.missing { throw DiagnosticList([missing]) }
    try checkExecutable(plan)
    if plan.isFilterOnly { try CapsuleLink.check(plan) }
    if isEntrypoint { output.note("tier \(plan.tier.rawValue)") }
    // Before the program has its say; as JSON they are one document with an error, should the start fail.
    if !output.isJSON { tell(&progress) }
    defer { if let timing = choices.timing { tell(timing.parts(of: plan)) } }
    choices.groups = try LimitPlacing.place(for: plan)
    do {
      return try Launcher.run(plan, choices)
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }

  /// Beside the program's own output, so on standard error.
  private func tell(_ parts: [StartTiming.Part]) {
    guard !output.isJSON else {
      let list = parts.map { part in
        JSONValue.object([
          .init("part", .string(part.text)), .init("at_us", .integer(Int64(part.at))),
          .init("took_us", .integer(Int64(part.took))),
        ])
      }
      return output.aside(JSONValue.object([.init("timing", .array(list))]).text(isIndented: true) + "\n")
    }
    func column(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: " ", count: max(0, 8 - text.utf8.count)) + text
    }
    var text = "microseconds:\n      at    took\n"
    for part in parts { text += column(part.at) + column(part.took) + "  \(part.text)\n" }
    output.aside(text)
  }

  /// Beside the program's own output too, and only when that was asked for.
  private func tell(_ denials: DenialList, _ ending: Ending) {
    guard !output.isJSON else {
      return output.aside(JSONValue.object([.init("denials", denials.json)]).text(isIndented: true) + "\n")
    }
    guard ending.exitCode != 0 else { return }
    for line in denials.lines(hasProfileOption: hasProfileOption) { output.note(line) }
  }

  /// Tells the warnings that are not told yet.
  private func tell(_ progress: inout Progress) {
    let untold = progress.untold
    if !untold.isEmpty { output.diagnostics(DiagnosticList(untold)) }
    progress.told = progress.warnings.count
  }

  private func plan(
    _ request: PlanRequest, _ abilities: MachineAbilities? = nil
  ) throws(DiagnosticList) -> Plan {
    var facts = try reporting("look at this machine") { () throws(SysError) in try HostFacts.gather() }
    facts.abilities = abilities
    do {
      return try Planner.plan(request, facts)
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }

  /// The plan of a request, for answering questions about it.
  func plan(_ request: () throws(DiagnosticList) -> PlanRequest) throws(DiagnosticList) -> Plan {
    if actsAsUser { try UserSwitch.leaveRoot() }
    return try plan(try GrantSources(of: try request()).request())
  }

  /// Whatever was asked for is done, or nothing is.
  private func checkExecuted(_ plan: Plan) throws(DiagnosticList) {
    if let first = plan.notYet.first {
      let names = plan.notYet.count == 1 ? first : plan.notYet.joined(separator: ", ")
      throw DiagnosticList([
        Diagnostic(
          "the manifest declares what this release does not execute yet: \(names)",
          hint: "remove it to run without it; capsrun explain shows the rest", exitCode: .unavailable)
      ])
    }
  }

  /// The same, and there is one process to be in the foreground.
  private func checkExecutable(_ plan: Plan) throws(DiagnosticList) {
    try checkExecuted(plan)
    guard plan.processes.count == 1 else {
      let names = plan.processes.map(\.name).joined(separator: ", ")
      throw DiagnosticList([
        Diagnostic(
          "run starts one process, and the capsule has several: \(names)",
          hint: "capsrun start starts all of them, and --service NAME runs one", exitCode: .usage)
      ])
    }
  }

  private func show(_ plan: Plan) throws(DiagnosticList) -> ExitCode {
    let hash = try Self.policyHash(of: plan)
    guard output.isJSON else {
      try output.result(plan.text + "policy      \(hash)\n")
      return .success
    }
    let json: JSONValue
    do {
      json = try JSONValue(encoding: plan.withoutSecrets)
    } catch {
      throw DiagnosticList([Diagnostic("the plan cannot be written as JSON: \(error)", exitCode: .failed)])
    }
    guard case .object(let members) = json else { preconditionFailure("a plan is an object") }
    let grants: JSONValue = .array(plan.grants.map(\.json))
    try output.result(.object(members + [.init("grants", grants), .init("policyHash", .string(hash))]))
    return .success
  }

  private static func policyHash(of plan: Plan) throws(DiagnosticList) -> String {
    do {
      return try plan.policyHash
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }
}
