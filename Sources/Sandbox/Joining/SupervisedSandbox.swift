package import Linux
package import Planning

/// A sandbox that is set up and held for any number of processes that join it, each known with all that comes from it.
///
/// For a program of one thread. Whatever has joined is a child of this process.
package final class SupervisedSandbox {
  package let plan: Plan
  package let tracking: Tracking
  /// Nil in a process that only tidies up.
  private var held: HeldSandbox?
  let initProcess: ProcessHandle
  private let groups: RunGroups?
  private let marked: MarkedProcesses?
  /// How many files a process may have open that joins.
  private let fileLimit: UInt64
  /// How many processes beside those of the plan have got a group.
  private var others = 0
  // Children of this process, by their numbers.
  private var pending: [CInt: PendingJoin] = [:]
  private var joined: [CInt: JoinedProcess] = [:]
  private var looks: [CInt: PendingConnect] = [:]

  /// Sets a sandbox up, in control groups at this place, which limits take; with nil its processes are known by marks. The signals
  /// that shall reach its processes must be blocked before.
  ///
  /// Each process costs descriptors: from now on this process may have as many as it can get, and those that join as many as
  /// it had.
  package static func start(_ plan: Plan, at place: GroupPlace?) throws(SetUpFailure) -> SupervisedSandbox {
    guard !plan.isFilterOnly else {
      throw SetUpFailure(
        stage: .joining, step: "supervise processes without namespaces", error: SysError(.setns, "", .notSupported))
    }
    for process in plan.processes { try Self.requireFilter(process) }
    let groups = try makeGroups(plan, at: place)
    do throws(SetUpFailure) {
      let held = try HeldSandbox.start(plan, groups: groups)
      let step = "hold the sandbox"
      let fileLimit = try SetUpFailure.catching(.namespaces, step) { () throws(SysError) in
        try CurrentProcess.raiseFileLimit()
      }
      let initProcess = try SetUpFailure.catching(.namespaces, step) { () throws(SysError) in try held.initHandle() }
      let marked = try SetUpFailure.catching(.namespaces, step) { () throws(SysError) in
        groups == nil ? try MarkedProcesses(pidNamespace: held.pidNamespace()) : nil
      }
      return SupervisedSandbox(
        plan: plan, held: held, initProcess: initProcess, groups: groups, marked: marked, fileLimit: fileLimit)
    } catch {
      // The first failure is the one to tell.
      switch catching({ () throws(SysError) in try groups?.remove() }) {
      case .success, .failure: throw error
      }
    }
  }

  /// Nil where there are none: then nothing is to be held by them.
  private static func makeGroups(_ plan: Plan, at place: GroupPlace?) throws(SetUpFailure) -> RunGroups? {
    guard let place else {
      precondition(!plan.hasGroupLimits, "limits that nobody has looked for a place of")
      return nil
    }
    do throws(SetUpFailure) {
      return try RunGroups.make(plan, at: place, for: [])
    } catch let failure where !plan.hasGroupLimits && Self.refusals.contains(failure.error.errno) {
      // Without limits they are only the better one of two ways to know processes; which one it is, is shown.
      return nil
    }
  }

  /// What is answered where groups cannot be made after all: by whoever has them, by a security module, or as there are too many.
  private static let refusals: [Errno] = [
    .accessDenied, .notPermitted, .readOnlyFileSystem, .tryAgain, .noSpace, .busy,
  ]

  @discardableResult
  private static func requireFilter(_ process: PlannedProcess) throws(SetUpFailure) -> CompiledFilter {
    guard let filter = process.filter else {
      throw SetUpFailure(
        stage: .confinement, step: "install the seccomp filter \"\(process.seccomp)\"",
        error: SysError(.seccomp, process.seccomp, .noSuchFile))
    }
    return filter
  }

  private init(
    plan: Plan, held: consuming HeldSandbox, initProcess: consuming ProcessHandle, groups: RunGroups?,
    marked: MarkedProcesses?, fileLimit: UInt64
  ) {
    self.plan = plan
    self.held = consume held
    self.initProcess = initProcess
    self.groups = groups
    self.marked = marked
    self.fileLimit = fileLimit
    tracking = groups == nil ? .marks : .groups
  }

  /// Becomes readable when PID 1 is gone, and all in the sandbox with it or about to be.
  package var initNumber: DescriptorNumber {
    guard let number = held?.reportsNumber else { preconditionFailure("a sandbox that is not held") }
    return number
  }

  /// What PID 1 has failed at, now that it is gone; nil when it has said nothing.
  package func failure() throws(SysError) -> SetUpFailure? { try held?.failure() }

  /// The control group that all of it is in; nil where there is none.
  package var group: String? { groups?.path }

  /// What all of it has used; nil without control groups.
  package func usage() throws(SysError) -> GroupUsage? { try groups?.usage() }
}

// Processes.
extension SupervisedSandbox {
  /// Begins to make a process, confined as one that PID 1 would fork; does not wait. Generation 0 is for what runs beside the
  /// processes of the plan, any number of it. EBUSY where
  /// the group of an earlier generation still holds a process.
  package func begin(
    _ process: PlannedProcess, generation: Int, streams: JoinStreams
  ) throws(SetUpFailure) -> PendingJoin {
    let filter = try Self.requireFilter(process)
    try streams.requireNoFolder()
    var start = JoinStart(plan: plan, process: process, filter: filter, streams: streams, fileLimit: fileLimit)
    guard let groups else { return try beginMarked(&start) }
    let leaf = try groups.makeLeaf(leafName(of: process, generation), process.limitsOfGroup)
    let tree = ProcessTree(leaf)
    do throws(SetUpFailure) {
      return took(PendingJoin(try begin(&start, leaf), tree, in: self))
    } catch {
      // The first failure is the one to tell.
      switch catching({ () throws(SysError) in try tree.remove() }) {
      case .success, .failure: throw error
      }
    }
  }

  private func leafName(of process: PlannedProcess, _ generation: Int) -> String {
    if generation > 0, let index = plan.processes.firstIndex(where: { $0.name == process.name }) {
      return GroupName.leaf(index, process.name)
    }
    others += 1
    return GroupName.leaf(plan.processes.count + others, process.name)
  }

  private func begin(_ start: inout JoinStart, _ leaf: GroupLeaf) throws(SetUpFailure) -> JoinProgress {
    let name = start.process.name
    func entrance(isBornInside: Bool) throws(SetUpFailure) -> GroupEntrance {
      try SetUpFailure.catching(.limits, "open its control groups") { () throws(SysError) in
        try leaf.entrance(for: name, isBornInside: isBornInside)
      }
    }
    let folder: Descriptor? = try SetUpFailure.catching(.limits, "open its control groups") { () throws(SysError) in
      try leaf.folder()
    }
    start.groups = try entrance(isBornInside: true)
    do throws(SetUpFailure) {
      return try begin(start, in: folder)
    } catch let failure where failure.error.errno == .notImplemented && failure.error.call == .clone3 {
      // An outer filter without clone3: then it goes there by itself.
      start.groups = try entrance(isBornInside: false)
      return try begin(start, in: nil)
    }
  }

  private func beginMarked(_ start: inout JoinStart) throws(SetUpFailure) -> PendingJoin {
    guard let marked else { preconditionFailure("a sandbox without groups and marks") }
    let mark = try SetUpFailure.catching(.joining, "mark the process") { () throws(SysError) in
      try ProcessMark.unique()
    }
    start.mark = mark
    return took(PendingJoin(try begin(start, in: nil), ProcessTree(mark, among: marked), in: self))
  }

  private func begin(
    _ start: JoinStart, in folder: borrowing Descriptor?
  ) throws(SetUpFailure) -> JoinProgress {
    guard let progress = try held?.begin(start, in: folder) else { preconditionFailure("a sandbox that is not held") }
    return progress
  }

  /// Begins to look whether something listens at a port of the sandbox's loopback interface; does not wait.
  package func beginConnect(port: UInt16) throws(SetUpFailure) -> PendingConnect {
    try SetUpFailure.catching(.joining, "look whether port \(port) is listened to") { () throws(SysError) in
      guard let look = try held?.beginConnect(port: port, in: self) else {
        preconditionFailure("a sandbox that is not held")
      }
      looks[look.id] = look
      return look
    }
  }

  private func took(_ join: PendingJoin) -> PendingJoin {
    pending[join.id] = join
    return join
  }

  func take(_ process: JoinedProcess) -> JoinedProcess {
    joined[process.id] = process
    return process
  }

  // Once it is reaped its number may be another one's, which stays known.
  func forget(_ join: PendingJoin) { if pending[join.id] === join { pending[join.id] = nil } }
  func forget(_ process: JoinedProcess) { if joined[process.id] === process { joined[process.id] = nil } }
  func forget(_ look: PendingConnect) { if looks[look.id] === look { looks[look.id] = nil } }
}

// Its end.
extension SupervisedSandbox {
  /// Kills whatever is left in it, waits for that, and removes its groups: all of it, also when something goes wrong on the way, which
  /// is told in the end.
  package func end() throws(SysError) {
    guard let sandbox = held.take() else { return }
    var failure: SysError?
    func doing(_ step: () throws(SysError) -> Void) {
      do throws(SysError) { try step() } catch { failure = failure ?? error }
    }
    // First of all, so that all others are being ended while they are reaped here one after the other.
    doing { () throws(SysError) in try initProcess.send(.kill) }
    for look in Array(looks.values) { doing { () throws(SysError) in try look.abandon() } }
    for join in Array(pending.values) { doing { () throws(SysError) in try join.abandon() } }
    for process in Array(joined.values) { doing { () throws(SysError) in try process.killAndReap() } }
    joined = [:]
    do throws(SysError) { try sandbox.end() } catch { failure = failure ?? error }
    doing { () throws(SysError) in try groups?.remove() }
    if let failure { throw failure }
  }

  /// For a process that was forked off to tidy up: lets go of all by which PID 1 would take it for the one that holds the sandbox.
  package func leaveToOther() {
    held = nil
    pending = [:]
    joined = [:]
    looks = [:]
  }

  /// What has to stay open in such a process.
  package var tidyingNumbers: [DescriptorNumber] {
    var numbers = [initProcess.keptNumber]
    if let marked { numbers.append(marked.keptNumber) }
    if let groups { numbers += groups.keptNumbers }
    return numbers
  }

  private static let longestMilliseconds = 1000

  /// What `end` does, for such a process when the one that held the sandbox is gone: whatever was in it is no child of this one.
  package func tidyAfterDeath() throws(SysError) {
    leaveToOther()
    let deadline = Clock.milliseconds + Self.longestMilliseconds
    let patience = Clock.milliseconds + Self.longestMilliseconds / 4
    var isKilled = false
    while try !isGone() {
      guard Clock.milliseconds < deadline else { throw SysError(.waitid, "the processes of the sandbox", .busy) }
      // It ends by itself, when it is not kept from that.
      if !isKilled, Clock.milliseconds >= patience {
        isKilled = true
        try initProcess.send(.kill)
        try groups?.kill()
      }
      Clock.sleep(milliseconds: 1)
    }
    try groups?.remove()
  }

  private func isGone() throws(SysError) -> Bool {
    if let groups { return try !groups.isPopulated() }
    if try initProcess.hasEnded() { return true }
    // It cannot be gone before all others are reaped, by whoever has inherited them; but then they are dead.
    guard ProcessFigures.isLeaving(initProcess.id) else { return false }
    return try marked?.hasLiving() != true
  }
}
