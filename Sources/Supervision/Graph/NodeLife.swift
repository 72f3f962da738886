internal import Linux
internal import Planning

/// What a graph keeps of one process.
struct NodeLife {
  /// How far the present instance has come.
  enum Stage {
    /// There is none.
    case none
    case starting, up
    /// Its first process has ended, and others of it may still be there.
    case ended
  }

  /// How far the ending of the present instance has come.
  enum StopStep {
    case none
    /// Others that depend on it have to end first.
    case waiting
    /// It was asked, and has some time; `timer` is when that is over.
    case asked
    case killed
  }

  /// What follows when the present instance is gone.
  enum Next: Equatable {
    /// What the restart rule says of its end.
    case rule
    case start(at: UInt64)
    /// It waits for all of its group.
    case group
    case finish(ProcessState, String?)
  }

  /// Why it is started the next time, for the counts.
  enum Cause {
    case uncounted, rule, hand
  }

  var state = ProcessState.pending
  var since: UInt64 = 0
  /// Whether one that is pending is about to be looked at.
  var isWanted = false
  var reason: String?

  var generation = 0
  var stage = Stage.none
  var isEmptied = false
  var startedAt: UInt64?
  var stopStep = StopStep.none
  var next = Next.rule
  var cause = Cause.uncounted

  /// When something is to be done by itself; what that is follows from the state. `.max` for nothing.
  var timer = UInt64.max
  var isProbing = false
  /// Whether it was found ready before it was known to be its program.
  var isReadyEarly = false
  var wasReady = false
  /// Whether nobody waits any more for it to become ready.
  var isLate = false
  /// Why it is being ended, where that is because it has not come as far as it should in time.
  var overdue: String?

  /// Since when it waits for others, and for which of its dependencies.
  var blockedSince: UInt64 = 0
  var blocker: Int?
  /// The dependency without which it is failed.
  var lacking: Int?
  /// How many of those that depend on it have to end before it is asked to, or counts as ended for those on which it depends.
  var stopBlockers = 0
  /// Whether it is one of those for its own dependencies.
  var isStopBlocker = false
  /// Whether it waits until all of its group can be started.
  var waitsForGroup = false

  var restarts = 0
  var manualRestarts = 0
  var ending: Ending?
  var problem: String?

  /// Whether it is being made or runs, and nobody has asked it to end.
  var isUndisturbed: Bool { stopStep == .none && (stage == .starting || stage == .up) }

  /// Whether its last run has ended by itself and for good.
  var hasRunItsCourse: Bool {
    state == .completed || state == .failed && lacking == nil && ending != nil
  }
}

/// What a process counts for when it is asked whether a graph has come as far as it shall, and whether it still does something.
struct Standing {
  var isActive = false
  var hasArrived = false
  /// Whether it was needed, and cannot be had any more.
  var isMissing = false
}

/// How many processes stand in which way.
struct StandingTally {
  private(set) var active = 0
  private(set) var underWay = 0
  private(set) var missing = 0

  mutating func add(_ standing: Standing, times: Int = 1) {
    if standing.isActive { active += times }
    if standing.isMissing { missing += times } else if !standing.hasArrived { underWay += times }
  }

  mutating func remove(_ standing: Standing) { add(standing, times: -1) }
}
