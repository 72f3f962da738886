/// How the processes of a plan depend on each other, and what becomes of them when they end: a node for each process of the plan, in
/// the same order.
package struct ProcessGraph: Codable, Hashable, Sendable {
  package var nodes: [ProcessNode]

  package init(nodes: [ProcessNode]) { self.nodes = nodes }
}

/// One process of a graph. All times are milliseconds.
package struct ProcessNode: Codable, Hashable, Sendable {
  package var name: String
  package var dependencies: [ProcessDependency] = []
  package var restart = RestartRule()
  /// Nil for one that is ready as soon as it runs.
  package var readiness: ReadinessProbe?
  package var stop = StopRule()
  /// The group in which all are started again when one is; nil for one that is started again alone.
  package var group: String?
  /// Whether it is meant to end: it has come as far as it shall when it has ended well.
  package var isOneshot = false
  package var logs = LogRule()

  package init(name: String) { self.name = name }
}

/// Another process that must have come so far first.
package struct ProcessDependency: Codable, Hashable, Sendable {
  package enum Condition: String, Codable, Hashable, Sendable {
    case started, ready, completed
    case completedOK = "completed_ok"
  }

  /// Its place among the nodes.
  package var process: Int
  package var condition: Condition
  /// How long it is waited for; nil for as long as it may still come.
  package var timeout: UInt64?
  /// Whether this one is not started without it.
  package var isRequired: Bool

  package init(process: Int, condition: Condition, timeout: UInt64? = nil, isRequired: Bool = true) {
    self.process = process
    self.condition = condition
    self.timeout = timeout
    self.isRequired = isRequired
  }
}

/// Whether, how fast and how often a process is started again.
package struct RestartRule: Codable, Hashable, Sendable {
  package enum Policy: String, Codable, Hashable, Sendable {
    case never, always
    case onFailure = "on_failure"
  }

  package var policy = Policy.onFailure
  /// Exit codes beside 0 that are no failure.
  package var successCodes: [Int32] = []
  /// Before the first start again.
  package var delay: UInt64 = 0
  /// The wait after that, which doubles each time, and the longest one.
  package var backoff: UInt64 = 250
  package var cap: UInt64 = 60_000
  /// By how many percent a wait varies.
  package var jitter: Int = 25
  /// How many starts again there may be within the window.
  package var limit: Int = 10
  /// 0 for all since waits and counts began.
  package var window: UInt64 = 300_000
  /// After running so long, waits and counts begin anew.
  package var resetAfter: UInt64 = 60_000

  package init() {}
}

/// How it is found out that a process can be used.
package struct ReadinessProbe: Codable, Hashable, Sendable {
  package enum Way: Hashable, Sendable {
    /// A command in the sandbox that ends with 0.
    case exec([String])
    /// A port of the sandbox's loopback that can be connected to.
    case tcp(UInt16)
    /// A text that it writes.
    case log(String)
  }

  package var way: Way
  package var interval: UInt64 = 1000
  package var timeout: UInt64 = 5000
  /// How many looks in turn decide.
  package var threshold = 1
  /// How long failures do not count at first.
  package var startPeriod: UInt64 = 0
  /// How long it has to become ready, before it is stopped as one that has failed; nil for as long as it takes.
  package var deadline: UInt64?

  package init(_ way: Way) { self.way = way }

  /// How long whoever has started it waits for that, where it has no deadline; and whoever depends on it, unless he says.
  package static let patience: UInt64 = 300_000
}

/// How a process is stopped.
package struct StopRule: Codable, Hashable, Sendable {
  /// The number of the signal that asks it to end; SIGTERM.
  package var signal: Int32 = 15
  /// How long it has before it is killed.
  package var timeout: UInt64 = 10_000

  package init() {}
}

/// How much of a process's output is kept.
package struct LogRule: Codable, Hashable, Sendable {
  /// How large a file of it grows, and how many files are kept.
  package var largest: UInt64 = 10 << 20
  package var kept = 5
  /// How old what is kept may be; nil for as old as it gets.
  package var oldest: UInt64?
  /// What is written faster is dropped and counted; nil for nothing.
  package var linesPerSecond: Int?

  package init() {}
}
