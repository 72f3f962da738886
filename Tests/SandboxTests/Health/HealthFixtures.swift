import Linux
import Sandbox

/// Facts as a machine gives them on which everything works; the tests make them worse, one at a time.
enum Healthy {
  static var surroundings: Surroundings {
    var result = Surroundings()
    result.hasOwnPIDNamespace = false
    return result
  }

  static var mounts: MountTable {
    MountTable("31 23 0:29 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n")
  }

  static let controllers = FileReading.text("cpuset cpu io memory pids\n")

  static func controlGroups(isRoot: Bool) -> ControlGroupFacts {
    var facts = ControlGroupFacts(hierarchies: mounts.controlGroups)
    facts.isRoot = isRoot
    facts.top = .init(path: "/sys/fs/cgroup", controllers: controllers, isWritable: isRoot, hasParent: false)
    facts.own = .init(path: "/sys/fs/cgroup/a", controllers: controllers, isWritable: isRoot, hasParent: true)
    facts.session.hasBus = true
    facts.session.hasSystemdRun = true
    facts.session.isSystemdRunning = true
    facts.session.controllers = .text("cpu memory pids\n")
    facts.session.user = 1500
    return facts
  }
}

/// A change to facts that a test gives as a value.
typealias Change<Facts> = @Sendable (inout Facts) -> Void

func changed<Facts>(_ facts: Facts, _ change: Change<Facts>) -> Facts {
  var facts = facts
  change(&facts)
  return facts
}

/// What a verdict must be: the state, a part of what is told, and a part of the fix; nil for no fix at all.
struct Expected: Sendable {
  let state: HealthCheck.State
  let detail: String
  let fix: String?

  init(_ state: HealthCheck.State, _ detail: String, fix: String?) {
    self.state = state
    self.detail = detail
    self.fix = fix
  }

  func matches(_ verdict: Verdict) -> Bool {
    guard verdict.state == state, verdict.detail.contains(detail) else { return false }
    guard let fix else { return verdict.fix == nil }
    return verdict.fix?.contains(fix) == true
  }
}

func failed(_ call: SystemCall, _ name: String) -> TrialOutcome {
  .failed(error(call, name))
}

func error(_ call: SystemCall, _ name: String) -> SysError {
  SysError(call, "", Errno(name: name) ?? Errno(rawValue: 0))
}
