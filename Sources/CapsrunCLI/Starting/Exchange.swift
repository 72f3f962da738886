internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Supervision

/// A version of a capsule takes the place of another one that runs. docs/design/0014-activation-of-what-runs.md
struct Exchange {
  private let invocation: Invocation
  private let target: Activation.Target
  private let store: Store
  /// The version that runs.
  private let last: CapsuleStatus
  private let choices: Activation.Choices
  private let output: Output

  /// What runs now.
  struct Result {
    let supervisor: CInt
    let processes: Int
    let wasStoppedFirst: Bool

    var text: String {
      "Running: \(processes) process\(processes == 1 ? "" : "es"), supervised by process \(supervisor)"
    }

    var json: JSONValue {
      .object([
        .init("supervisor", .integer(Int64(supervisor))), .init("processes", .integer(Int64(processes))),
        .init("stopped_first", .bool(wasStoppedFirst)),
      ])
    }
  }

  init(
    _ invocation: Invocation, _ target: Activation.Target, _ store: Store, _ last: CapsuleStatus,
    _ choices: Activation.Choices, _ output: Output
  ) {
    self.invocation = invocation
    self.target = target
    self.store = store
    self.last = last
    self.choices = choices
    self.output = output
  }

  private var name: String { target.capsule.name }

  func make() throws(DiagnosticList) -> (JournalEntry, Result) {
    guard let beside = RunName.beside(name) else {
      throw DiagnosticList([RunFolderError.badName(name).diagnostic])
    }
    let source = RunSource(output)
    // As long as it is started: nobody removes it meanwhile.
    defer { withExtendedLifetime(source) {} }
    let unpacked = try source.open(target.capsule)
    try checkChanges(unpacked.manifest)
    let start = StartChoices(waits: true, isForeground: false, name: beside)
    let entry = StartOrder.Entry(
      word: name, source: source, capsule: unpacked,
      dependencies: try OrderCommand.dependencies(of: unpacked.manifest, name))
    let supervised = try CapsuleStart(invocation, entry, start, output).supervised()
    let folder = try claim(beside)
    let logs = try LogSource.folder(of: beside).place
    try reporting("remove the logs of an earlier attempt") { () throws(SysError) in try logs.remove() }
    let aside = try stopsFirst(unpacked.manifest, supervised.plan) ? standAside() : nil
    let run = BesideRun(
      folder: folder, kept: aside.map { [$0.keptNumber] } ?? [], keeping: aside, target: target, store: store)
    let next = NextVersion(
      supervisor: try MadeSupervisor.make { SupervisorRun(supervised, start, $0, output, beside: run) }, name: beside,
      capsule: name)
    do throws(DiagnosticList) {
      try next.waitUntilReady(milliseconds: choices.timeout)
      let made = try takeOver(next)
      seeOff(beside)
      return (
        made,
        Result(
          supervisor: next.supervisor.id, processes: supervised.plan.processes.count, wasStoppedFirst: aside != nil)
      )
    } catch {
      throw DiagnosticList(error.all + takeBack(next, folder, aside))
    }
  }

  /// What changes its own files has one place for that, which two cannot have.
  private func checkChanges(_ manifest: Manifest) throws(DiagnosticList) {
    guard manifest.keepsChanges else { return }
    throw DiagnosticList([
      Diagnostic(
        "\(target.capsule.title) keeps changes to its own files, and cannot be started while \(name) runs",
        hint: "capsrun stop \(name), then activate it, and capsrun start \(name)", exitCode: .failed)
    ])
  }

  /// Whether both cannot run at once.
  private func stopsFirst(_ manifest: Manifest, _ plan: Plan) -> Bool {
    if choices.stopsFirst { return true }
    guard let reason = Self.unshared(manifest, plan) else { return false }
    output.note("\(name) is stopped first, as \(target.capsule.title) \(reason), which two must not share")
    return true
  }

  private static func unshared(_ manifest: Manifest, _ plan: Plan) -> String? {
    if !manifest.state.isEmpty { return "keeps state" }
    return plan.isFilterOnly ? "has the network of this machine" : nil
  }

  private func claim(_ beside: String) throws(DiagnosticList) -> ClaimedFolder {
    do throws(RunFolderError) {
      return ClaimedFolder(try RunFolder.claim(beside))
    } catch .alreadyRunning, .notListening {
      throw DiagnosticList([
        Diagnostic(
          "another version of \(name) is taking its place at this moment, or the last one is still ending",
          hint: "capsrun ps shows it as \(beside); try again when it has gone", exitCode: .failed)
      ])
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }

  private func standAside() throws(DiagnosticList) -> AsideVersion {
    let waiting = Waiting(output)
    return try asking(name) { () throws(ControlError) in
      let aside = AsideVersion(try ControlClient.connect(name))
      try aside.stop { waiting.tell($0) }
      return aside
    }
  }

  private func takeOver(_ next: NextVersion) throws(DiagnosticList) -> JournalEntry {
    // A stop by hand that goes on, or has been made, is not undone.
    guard let now = try StartedName.status(of: name), now.supervisor == last.supervisor, !now.isEnding else {
      throw DiagnosticList([Diagnostic("\(name) was stopped meanwhile", exitCode: .failed)])
    }
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let told = try asking(name) { () throws(ControlError) in
      let client = try ControlClient.connect(next.name)
      // However long the disk takes: who has taken over must not be taken for one that failed.
      try client.setPatience(milliseconds: 0)
      return try client.takeOver()
    }
    guard let entry = JournalEntry(told) else {
      throw DiagnosticList([ControlError.misunderstood("no entry of a journal").diagnostic(of: name)])
    }
    return entry
  }

  /// Waits until nothing is left of the version before, and its logs are one with those of the next.
  private func seeOff(_ beside: String) {
    let waiting = Waiting(output)
    do throws(ControlError) {
      try ControlClient.connect(beside).shutDown { waiting.tell($0) }
    } catch .notRunning {
      // It was faster.
    } catch {
      output.diagnostics(DiagnosticList([error.diagnostic(of: beside).asWarning]))
    }
    let deadline = Clock.milliseconds + 2000
    while Clock.milliseconds < deadline, hasLogs(beside) { Clock.sleep(milliseconds: 10) }
  }

  private func hasLogs(_ beside: String) -> Bool {
    do {
      let logs = try LogSource.folder(of: beside).place
      return try reporting("look at its logs") { () throws(SysError) in try logs.open() != nil }
    } catch {
      return false
    }
  }

  /// All becomes as it was; what goes wrong then is a warning beside the first error.
  private func takeBack(_ next: NextVersion, _ folder: ClaimedFolder, _ aside: AsideVersion?) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    func trying(_ body: () throws(DiagnosticList) -> Void) {
      do throws(DiagnosticList) { try body() } catch { warnings += error.all.map(\.asWarning) }
    }
    trying { () throws(DiagnosticList) in
      try reporting("end what was started") { () throws(SysError) in try next.supervisor.end() }
      try reporting("remove the run folder") { () throws(SysError) in try folder.remove() }
    }
    if let aside {
      trying { () throws(DiagnosticList) in try asking(name) { () throws(ControlError) in try aside.resume() } }
    }
    warnings.append(
      Diagnostic(
        "\(name) stands for what it stood for before\(aside == nil ? ", and what runs has not been touched" : "")",
        hint: "capsrun logs \(next.name) shows what the other version wrote", severity: .warning, exitCode: .success))
    return warnings
  }
}

extension Diagnostic {
  fileprivate var asWarning: Diagnostic {
    Diagnostic(message, hint: hint, severity: .warning, exitCode: .success)
  }
}

/// The version that runs, while it stands aside: for as long as this value or a copy of it in a child is there.
private final class AsideVersion {
  private let client: ControlClient

  init(_ client: consuming ControlClient) { self.client = client }

  var keptNumber: DescriptorNumber { client.keptNumber }

  func stop(waiting: ([Blocker]) -> Void) throws(ControlError) { try client.standAside(waiting: waiting) }

  func resume() throws(ControlError) {
    let _: [ProcessStatus] = try client.change(.resume) { _ in }
  }
}
