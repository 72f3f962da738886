package import Diagnostics

/// What is known of a running capsule, at one moment.
package struct CapsuleStatus: Hashable, Sendable {
  /// How the processes of a process are found.
  package enum Tracking: String, Hashable, Sendable {
    /// By a control group of its own.
    case cgroup
    /// By a mark that they inherit.
    case mark
  }

  /// What it runs as.
  package var name: String
  /// The whole id of the capsule.
  package var capsule: String
  package var version: String?
  /// The number of the supervisor's process.
  package var supervisor: Int32
  /// When it was started, in milliseconds since 1970.
  package var started: Int
  package var tier: String
  package var policyHash: String
  package var tracking: Tracking
  package var processes: [ProcessStatus]
  /// Why what its processes write cannot be kept at the moment.
  package var logTrouble: String?
  /// The names of what other capsules may require of it.
  package var provides: [String] = []
  /// Whether somebody waits for it in the foreground, and looks after it himself.
  package var isForeground = false
  /// Whether all of it is being stopped.
  package var isEnding = false

  package init(
    name: String, capsule: String, version: String?, supervisor: Int32, started: Int, tier: String, policyHash: String,
    tracking: Tracking, processes: [ProcessStatus]
  ) {
    self.name = name
    self.capsule = capsule
    self.version = version
    self.supervisor = supervisor
    self.started = started
    self.tier = tier
    self.policyHash = policyHash
    self.tracking = tracking
    self.processes = processes
  }
}

extension CapsuleStatus {
  package var members: [JSONValue.Member] {
    [
      .init("protocol", .integer(Int64(ControlProtocol.version))), .init("name", .string(name)),
      .init("capsule", .string(capsule)), .init("version", JSONValue(version)),
      .init("supervisor", JSONValue(supervisor)), .init("started_ms", JSONValue(started)), .init("tier", .string(tier)),
      .init("policy", .string(policyHash)), .init("tracking", .string(tracking.rawValue)),
      .init("log_trouble", JSONValue(logTrouble)), .init("provides", .array(provides.map { .string($0) })),
      .init("foreground", .bool(isForeground)), .init("ending", .bool(isEnding)),
      .init("processes", .array(processes.map(\.json))),
    ]
  }

  package var json: JSONValue { .object(members) }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    let word = try members.neededText("tracking")
    guard let tracking = Tracking(rawValue: word) else { throw JSONMismatch("\(quoted(word)) is no way of tracking") }
    let processes = try members.list("processes") { (value: JSONValue) throws(JSONMismatch) in
      try ProcessStatus(json: value)
    }
    self.init(
      name: try members.neededText("name"), capsule: try members.neededText("capsule"),
      version: try members.text("version"), supervisor: try members.neededInteger("supervisor"),
      started: try members.neededInteger("started_ms"), tier: try members.neededText("tier"),
      policyHash: try members.neededText("policy"), tracking: tracking, processes: processes ?? [])
    logTrouble = try members.text("log_trouble")
    provides = try members.texts("provides") ?? []
    isForeground = try members.flag("foreground") ?? false
    isEnding = try members.flag("ending") ?? false
  }
}
