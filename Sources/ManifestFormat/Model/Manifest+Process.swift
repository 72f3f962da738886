extension Manifest {
  /// One process of the capsule.
  package struct Process: Hashable, Sendable, NamedTable {
    package var name = ""
    package internal(set) var place = Place.unknown
    package var command: Located<String>?
    package var arguments: [String] = []
    package var workingFolder: String?
    package var environment: [String: Variable] = [:]
    package var files: [String: String] = [:]

    package var restartPolicy: RestartPolicy?
    package var restartDelay: Duration?
    package var restart = Restart()
    package var successExitCodes: [Int] = []
    package var dependsOn: [Dependency] = []
    package var ready: Probe?
    package var health: Probe?
    package var startup: Probe?
    package var liveness: Probe?
    package var stop = Stop()
    package var replicas: Int?
    package var group: Located<String>?
    package var isOneshot: Bool?
    package var sockets: [String: String] = [:]
    package var logs = Logs()
    package var notificationDescriptor: Int?

    package var resources = Resources()
    package var capabilities: OwnCapabilities?
    package var security = Security()

    init() {}
  }

  package enum RestartPolicy: String, Hashable, Sendable, CaseIterable {
    case never, always
    case onFailure = "on_failure"
  }

  /// How often and how fast a process is started again.
  package struct Restart: Hashable, Sendable {
    package var max: Int?
    package var window: Duration?
    package var backoff: Duration?
    package var cap: Duration?
    package var jitter: Int?
    package var resetAfter: Duration?
  }

  /// Another process that must have come so far before this one is started.
  package struct Dependency: Hashable, Sendable, NamedTable {
    package enum Condition: String, Hashable, Sendable, CaseIterable {
      case started, ready, healthy, completed
      case completedOK = "completed_ok"
    }

    package var name = ""
    package internal(set) var place = Place.unknown
    package var condition = Condition.started
    package var timeout: Duration?
    package var isRequired: Bool?
  }

  /// How it is found out whether a process is ready, or well. Exactly one of the ways is given.
  package struct Probe: Hashable, Sendable {
    package var exec: [String]?
    package var http: String?
    package var tcp: Int?
    package var unix: AbsolutePath?
    package var notify: Bool?
    package var log: String?

    package var interval: Duration?
    package var timeout: Duration?
    package var threshold: Int?
    package var startPeriod: Duration?
    package var deadline: Duration?

    /// How many ways it names.
    var ways: Int { [exec != nil, http != nil, tcp != nil, unix != nil, notify != nil, log != nil].count { $0 } }
  }

  /// How a process is stopped.
  package struct Stop: Hashable, Sendable {
    package var signal: String?
    package var timeout: Duration?
  }

  package struct Logs: Hashable, Sendable {
    package var maxSize: MemoryAmount?
    package var maxAge: Duration?
    package var keep: Int?
    package var linesPerSecond: Int?
  }

  /// Processes that are started again together, or each for itself.
  package struct Group: Hashable, Sendable {
    package enum Strategy: String, Hashable, Sendable, CaseIterable {
      case oneForOne = "one_for_one"
      case oneForAll = "one_for_all"
    }

    package var strategy = Strategy.oneForOne
  }
}
