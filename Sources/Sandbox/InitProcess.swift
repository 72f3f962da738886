internal import Linux
internal import Planning

/// PID 1 of a sandbox: sets it up, forks the program, reaps, passes signals on, and takes everything with it at its end.
///
/// Without a program it holds the sandbox for those that join it, and only reaps.
///
/// It runs in a copy of the launcher's memory, with one thread, and never executes another file.
struct InitProcess {
  /// What the launcher sends when the id maps are written.
  static let goAhead: UInt8 = 1
  /// What the launcher sends when this process is in the group of its whole sandbox, and what it answers from its own.
  static let settled: UInt8 = 2

  private let plan: Plan
  /// That of the program; nil without one.
  private let filter: CompiledFilter?
  private let listened: CompiledFilter?
  private let mounts: PreparedMounts?
  private let launcher: LauncherLink
  private let timing: StartTiming?
  private let groups: GroupEntrance?
  /// Of the program's private terminal; nil without one.
  private let terminal: TerminalModel?
  private let leftovers = Leftovers()

  init(
    plan: Plan, filter: CompiledFilter?, listened: CompiledFilter?, mounts: PreparedMounts?,
    launcher: consuming MessageSocket, timing: StartTiming?, groups: GroupEntrance? = nil,
    terminal: TerminalModel? = nil
  ) {
    self.timing = timing
    self.groups = groups
    self.terminal = terminal
    self.plan = plan
    self.filter = filter
    self.listened = listened
    self.mounts = mounts
    self.launcher = LauncherLink(socket: launcher)
  }

  /// Whether the namespace of IPC is made here, beside the rest. Whoever joins a sandbox without a program enters what was open before
  /// this process went ahead, so there it must stand already.
  static func makesIPC(_ filter: CompiledFilter?) -> Bool { filter != nil }

  /// The life of PID 1.
  func run() -> Never {
    do throws(SetUpFailure) {
      try setUp()
      var session = WorkloadProcess.Session.own
      if let terminal {
        try SetUpFailure.catching(.namespaces, ProgramTerminal.step) { () throws(SysError) in try lead(terminal) }
        session = .ofInit
      }
      try SetUpFailure.catching(.namespaces, "run PID 1") { () throws(SysError) in
        let ending = try startAndAttend(session)
        try leaveNothing()
        if let ending { launcher.report(.ended(ending)) }
      }
    } catch {
      fail(error)
    }
    CurrentProcess.exit(0)
  }

  /// Reports a failure, and that of cleaning up after it in its place only where there is no other.
  private func fail(_ failure: SetUpFailure) {
    do throws(SysError) {
      try leaveNothing()
    } catch {
      // What has failed first tells more.
    }
    launcher.report(.failed(failure))
  }

  /// With PID 1 of a pid namespace all in it is gone, with its mounts. Without one this process has to see to that itself.
  private func leaveNothing() throws(SysError) {
    guard plan.isFilterOnly else { return }
    try Descendants.end()
    if let folder = leftovers.folder.take() { try PrivateFolderStep.remove(folder) }
  }

  /// What has to be removed at the end.
  private final class Leftovers {
    var folder: String?
  }

  private func setUp() throws(SetUpFailure) {
    try SetUpFailure.catching(.namespaces, "leave what the caller left open") { () throws(SysError) in
      try shutOut()
    }
    // First of all, as it takes the longest: everything up to the step that needs it is done meanwhile. After the descriptors are
    // closed, which it shares.
    let helper = try SetUpFailure.catching(.namespaces, "make the namespaces of the network and of IPC") {
      () throws(SysError) in
      plan.isFilterOnly ? nil : try SetUpHelper.begin(makingIPC: Self.makesIPC(filter))
    }
    timing?.mark(.networkBegun)
    try SetUpFailure.catching(.namespaces, "become PID 1") { () throws(SysError) in try becomeInit() }
    timing?.mark(.becameInit)
    let mounts: PreparedMounts
    if let prepared = self.mounts {
      mounts = prepared
    } else {
      mounts = try PreparedMounts.prepare(plan)
    }
    timing?.mark(.mountsHeld)
    var site = BuildingSite(
      mounts: mounts, helper: helper, hasNamespaces: !plan.isFilterOnly)
    for (index, step) in plan.setup.enumerated() {
      site.stepIndex = index
      do throws(SysError) {
        try step.execute(on: &site)
      } catch {
        throw SetUpFailure(stage: .step, step: step.text, error: error)
      }
      leftovers.folder = site.privateFolder
      timing?.mark(.step(index))
    }
    guard let helper else { return }
    // What was asked for and never entered would leave the program in the host's.
    precondition(site.hasEnteredNetwork && site.hasLeftHost, "a plan without the steps that leave the host")
    try SetUpFailure.catching(.namespaces, "let go of the host's root") { () throws(SysError) in try helper.end() }
  }

  private func shutOut() throws(SysError) {
    // The kernel shows the command line of any process that can be seen, so it goes before there is a /proc to see it in.
    CurrentProcess.wipeCommandLine()
    // What the caller left open must not be reachable through this process.
    var kept = KeptDescriptors()
    mounts?.keep(in: &kept)
    kept.add(launcher.socket.keptNumber)
    for number in groups?.keptNumbers ?? [] { kept.add(number) }
    try Descriptor.closeAll(except: kept)
    if let groups {
      guard try launcher.socket.receive() != nil else { CurrentProcess.exit(0) }
      try groups.passAsInit()
      try launcher.socket.send([Self.settled])
    }
  }

  private func becomeInit() throws(SysError) {
    // Without the maps this process is nobody, and can make nothing.
    guard try launcher.socket.receive() != nil else { CurrentProcess.exit(0) }
    // What loses its parent stays below this process; in a pid namespace PID 1 has that from the kernel.
    if plan.isFilterOnly { try Descendants.adoptOrphans() }
    // Out of the caller's process group, whose members could be signalled by kill(0, …) from inside.
    try CurrentProcess.startSession()
    // An ordinary user cannot leave its groups: setgroups is shut with the single-id map.
    if plan.identity.isOfRoot { try CurrentProcess.leaveSupplementaryGroups() }
    try CurrentProcess.become(user: plan.identity.user, group: plan.identity.group)
    // The caller's keys stay with the caller; after the change of user, as a keyring counts against its owner.
    try CurrentProcess.leaveSessionKeyring()
    // From here on the workload's user is this process's own, and must not be able to look into it.
    try CurrentProcess.setInspectable(false)
    CurrentProcess.setFileCreationMask(0o022)
    // What this process has itself stays until the last step. No file that it could execute gives more from here on, and that step
    // is shorter: here the network namespace is being made meanwhile.
    if !plan.isFilterOnly { try CurrentProcess.emptyBoundingSet() }
  }

  /// A program that PID 1 is the parent of.
  private final class Program {
    let process: ChildProcess

    init(_ process: consuming ChildProcess) { self.process = process }
  }

  /// Forks the program, or says that the sandbox is ready without one.
  private func start(_ session: WorkloadProcess.Session) throws(SysError) -> Program? {
    guard let filter else {
      try launcher.socket.send(Report.ready.message, with: try HeldNamespaces.ownNetwork())
      return nil
    }
    let workload = WorkloadProcess(
      process: plan.foreground, filter: filter, listened: listened, tripwire: Tripwire(plan, filter),
      launcher: launcher, session: session, timing: timing, groups: groups,
      reached: plan.reached)
    return Program(try ChildProcess.spawn { workload.run() })
  }

  /// Makes the program's terminal, and leads the session that has it: so the program is one that a terminal can stop, as its
  /// parent is there to notice.
  private func lead(_ terminal: TerminalModel) throws(SysError) {
    guard let streams = plan.foreground.streams else { preconditionFailure("a terminal that nobody asked for") }
    try ProgramTerminal.make(terminal, as: streams, launcher)
    try StandardStream.input.becomeTerminalOfSession()
  }

  /// Returns how the program ended; nil when the launcher is gone.
  private func startAndAttend(_ session: WorkloadProcess.Session) throws(SysError) -> Ending? {
    // Before the fork, so that no signal is lost in between.
    var expected = Launcher.forwarded.adding(.child)
    // The program's process takes the foreground from here, which would stop it otherwise.
    if terminal != nil { expected = expected.adding(.terminalOutput) }
    let signals = try SignalQueue(of: expected)
    let program = try start(session)
    // So that a pipe of the caller's ends when the program closes it.
    try Descriptor.closeStandardStreams()
    var polling = PollSet()
    let signalEntry = signals.watch(in: &polling)
    let lifeline = launcher.socket.watch(in: &polling)
    while true {
      try polling.wait()
      if polling.isReady(signalEntry), let ending = try handleSignals(signals, program) { return ending }
      // The launcher is gone, even by SIGKILL: this process ends, and the kernel ends all others of the namespace.
      if polling.isReady(lifeline) { return nil }
    }
  }

  /// Reaps one child, or nil when none has ended.
  private func reap(_ program: Program?) throws(SysError) -> ChildChange? {
    do throws(SysError) {
      return try reapAnyChild(orStopped: terminal != nil)
    } catch let error where error.errno == .noChild && program == nil {
      // Those that have joined are children of others. Whoever has a program has a child until the program's end: to wait on
      // without one would be to wait for ever.
      return nil
    }
  }

  /// Reaps and passes on; returns how the program ended once it has.
  private func handleSignals(_ signals: borrowing SignalQueue, _ program: Program?) throws(SysError) -> Ending? {
    while let arrival = try signals.next() {
      if arrival.signal == .child {
        while let change = try reap(program) {
          switch change {
          case .ended(let id, let ending) where id == program?.process.id: return ending
          case .stopped(let id, let signal) where id == program?.process.id: launcher.report(.stopped(signal))
          case .ended, .stopped: continue
          }
        }
      } else if arrival.isFromOutside || plan.isFilterOnly, let program {
        try pass(arrival.signal, to: program.process)
      }
    }
    return nil
  }

  private func pass(_ signal: Signal, to program: borrowing ChildProcess) throws(SysError) {
    switch signal {
    // All of them, or a process in a group of its own would go on reading from the terminal that the shell now uses. The
    // terminal's own stop signal would be ignored in a session without one.
    case .terminalStop where plan.isFilterOnly: try program.sendToGroup(.stop)
    case .continue where plan.isFilterOnly: try program.sendToGroup(.continue)
    case .terminalStop: try Signal.stop.sendToAllOthers()
    case .continue: try Signal.continue.sendToAllOthers()
    default: try program.pass(signal)
    }
  }
}

/// The way back to the launcher, shared by PID 1 and the process that is about to become the program.
final class LauncherLink {
  let socket: MessageSocket

  init(socket: consuming MessageSocket) { self.socket = socket }

  func report(_ report: Report) {
    do throws(SysError) {
      try socket.send(report.message)
    } catch {
      // The launcher is gone, so nobody is left to be told.
      CurrentProcess.exit(0)
    }
  }
}
