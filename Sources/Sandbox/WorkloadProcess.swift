internal import Linux
internal import Planning

/// The process between its start by PID 1, whose memory it shares, and the program that it becomes.
struct WorkloadProcess {
  let process: PlannedProcess
  let filter: CompiledFilter
  /// The same filter with a listener; nil when nobody listens.
  var listened: CompiledFilter?
  let tripwire: Tripwire
  let launcher: LauncherLink
  var session = Session.own
  var timing: StartTiming?
  var groups: GroupEntrance?
  /// Where there is no mount namespace: what it may use of the tree around it.
  var reached: [ReachStep] = []
  /// Whether it is known by a mark, which stands in a limit.
  var isMarked = false

  /// Whose session it runs in.
  enum Session {
    /// Its own, without a terminal.
    case own
    /// Its own, with the terminal that is its standard input.
    case ownWithTerminal
    /// That of PID 1, in the foreground of its terminal, which is the standard input.
    case ofInit
  }

  /// Confines this process and executes the program; a failure is reported, and the process ends.
  func run() -> Never {
    do throws(SetUpFailure) {
      // First of all, so that whatever it uses counts.
      if let groups {
        try SetUpFailure.catching(.limits, "enter its control groups") { () throws(SysError) in
          try groups.pass(as: process.name)
        }
      }
      try prepare()
      timing?.mark(.prepared)
      try SetUpFailure.catching(.confinement, "hold the process to its files") { () throws(SysError) in
        try FileConfinement(rights: process.files, logsRefusals: listened != nil, reached: reached).confine()
      }
      timing?.mark(.filesHeld)
      try tripwire.tryLayers()
      timing?.mark(.layersTried)
      // All memory that execve needs, before the filter could stand in the way of getting any.
      let program = Program(arguments: process.arguments, environment: process.environment)
      try limit()
      // Last, as it forbids much of what comes before.
      try SetUpFailure.catching(.confinement, "install the seccomp filter \"\(process.seccomp)\"") {
        () throws(SysError) in try install()
      }
      timing?.mark(.filterInstalled)
      try tripwire.tryFilter()
      timing?.mark(.filterTried)
      try execute(program)
    } catch {
      launcher.report(.failed(error))
    }
    CurrentProcess.exit(125)
  }

  /// With a listener, the launcher has it before the tripwire tries the filter: from here on refused calls wait for its answer.
  private func install() throws(SysError) {
    guard let listened else { return try CurrentProcess.install(filter: filter.instructions) }
    try CurrentProcess.install(
      filter: listened.instructions, allowsFutex: listened.letsThrough("futex"), handingListenerTo: launcher.socket,
      as: Report.listening.message)
  }

  private func execute(_ program: Program) throws(SetUpFailure) {
    do throws(SysError) {
      try program.executeFirst(of: process.candidates)
    } catch {
      // The kernel tells that something is missing, and not what. It is looked for here, where everything holds already.
      let obstacle = ExecutionObstacle.find(after: error, candidates: process.candidates)
      throw SetUpFailure(stage: .execution, step: "execute the program", error: error, obstacle: obstacle)
    }
  }

  private func prepare() throws(SetUpFailure) {
    try SetUpFailure.catching(.confinement, "start in the folder \"\(process.workingFolder)\"") { () throws(SysError) in
      try changeFolder(to: process.workingFolder)
      // A folder of the host, should one be open here, could be entered through /proc.
      try CurrentProcess.requireReachableFolder(process.workingFolder)
      if process.workingFolder.utf8.starts(with: "/proc/".utf8) {
        guard try currentFolder().utf8.elementsEqual(process.workingFolder.utf8) else {
          throw SysError(.getcwd, process.workingFolder, .crossesDevice)
        }
      }
    }
    try SetUpFailure.catching(.confinement, "confine the process") { () throws(SysError) in
      try enterSession()
      try CurrentProcess.forbidCoreFiles()
      // Where no pid namespace ends with the process that made this one.
      if process.files.holding == .closed { try Descendants.endWithParent() }
      try SignalQueue.resetAll()
      // Whatever is open above standard error stays here.
      try Descriptor.closeAllOnExec()
    }
  }

  /// In each case the group that gets a terminal's signals is the program's.
  private func enterSession() throws(SysError) {
    switch session {
    case .own: try CurrentProcess.startSession()
    case .ownWithTerminal:
      try CurrentProcess.startSession()
      try StandardStream.input.becomeTerminalOfSession()
    case .ofInit: try StandardStream.input.leadForeground()
    }
  }

  /// After all that needs files and memory of its own.
  private func limit() throws(SetUpFailure) {
    if let limits = process.limits {
      // To change that one would be to give the mark up; it has no other meaning for the kernel.
      for limit in limits where !(isMarked && limit.name == "locks") {
        try SetUpFailure.catching(.confinement, "set the limit \(limit.name) to \(limit.text)") { () throws(SysError) in
          try CurrentProcess.setLimit(limit.name, soft: limit.soft, hard: limit.hard)
        }
      }
    }
    if let niceness = process.niceness {
      try SetUpFailure.catching(.confinement, "set the niceness to \(niceness)") { () throws(SysError) in
        try CurrentProcess.setNiceness(niceness)
      }
    }
  }
}
