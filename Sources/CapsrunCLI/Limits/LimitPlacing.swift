internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// Finds out where the limits of a plan are going to be held, before anything is started.
enum LimitPlacing {
  /// The plan without those limits that cannot be held here, where that was allowed; `abilities` gets what would help.
  static func degrade(
    _ plan: Plan, _ degrading: Degrading, _ abilities: inout MachineAbilities?
  ) throws(DiagnosticList) -> Plan {
    guard plan.hasGroupLimits, !degrading.allowed.isEmpty else { return plan }
    let ground = try ground()
    var plan = plan
    while plan.hasGroupLimits, case .refused(let refusal) = ground.decide(plan.limitNames) {
      // What may not be missing is told when it is to be run.
      guard let rest = plan.degraded(by: degrading, refusal.limits, cause: refusal.cause.text) else { return plan }
      for degraded in rest.degraded.dropFirst(plan.degraded.count) {
        abilities?.lacks.append(.init(degraded.layer, cause: degraded.cause, fix: refusal.cause.remedy))
      }
      precondition(rest.degraded.count > plan.degraded.count, "a refusal that names no limit")
      plan = rest
    }
    return plan
  }

  /// Where the processes of a supervised plan are known by control groups, with limits or without; nil where they are known by
  /// marks.
  static func placeForTracking(of plan: Plan) throws(DiagnosticList) -> GroupPlace? {
    switch try ground().decideTracking(plan.limitNames) {
    case .groups(let place): return place
    case .marks: return nil
    case .inScope: try reporting("start again in a scope of systemd") { () throws(SysError) in try UserScope.enter() }
    case .refused(let refusal): throw DiagnosticList([refusal.diagnostic])
    }
  }

  private static func ground() throws(DiagnosticList) -> GroupGround {
    try reporting("look at the control groups") { () throws(SysError) in try GroupGround.gather() }
  }

  /// The place of its control groups; nil for a plan without limits. Where limits cannot be held, nothing is started. An ordinary
  /// user without a group of his own has this program started again in a scope of systemd's: then this does not return.
  static func place(for plan: Plan) throws(DiagnosticList) -> GroupPlace? {
    guard plan.hasGroupLimits else { return nil }
    switch try ground().decide(plan.limitNames) {
    case .held(let place): return place
    case .inScope: try reporting("start again in a scope of systemd") { () throws(SysError) in try UserScope.enter() }
    case .refused(let refusal): throw DiagnosticList([refusal.diagnostic])
    }
  }
}

extension LimitRefusal {
  var diagnostic: Diagnostic {
    Diagnostic(
      "cannot hold \(limits.map(\.rawValue).joined(separator: ", ")): \(cause.text)", hint: cause.remedy,
      exitCode: .unavailable)
  }
}

extension LimitRefusal.Cause {
  private static let unify = "boot with systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all"

  fileprivate var text: String {
    switch self {
    case .noUnified: "no control groups of version 2 can be seen here"
    case .oldForRootAlone: "this machine has it on control groups of version 1, which nobody but root may use"
    case .oldLacks: "this machine has it on control groups of version 1, where capsrun does not use it"
    case .lacking(let controllers, let place):
      "the control group \(quoted(place)) has not been given \(Self.names(controllers))"
    case .shared(let place):
      "further processes are in the control group \(quoted(place)), which then can hold no limited groups"
    case .readOnly(let place): "the control groups at \(quoted(place)) may only be read here"
    case .noDelegation: "you have no control group of your own"
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .noUnified: "as root: mount -t cgroup2 none /sys/fs/cgroup; capsrun doctor tells what there is"
    case .oldForRootAlone: "run capsrun as root, or \(Self.unify)"
    case .oldLacks: Self.unify
    case .lacking(_, let place) where place.hasPrefix("user@"):
      "as root: put [Service] and Delegate=cpu cpuset io memory pids on two lines of "
        + "/etc/systemd/system/user@.service.d/delegate.conf, run systemctl daemon-reload, and log in again"
    case .lacking(let controllers, _):
      "as root: write \(controllers.map { "+" + $0.rawValue }.joined(separator: " ")) to cgroup.subtree_control of the groups above it"
    case .shared:
      "start it alone in a group: systemd-run --user --scope -p Delegate=yes capsrun …"
    case .readOnly: "run capsrun outside of the container, or give the container a writable /sys/fs/cgroup"
    case .noDelegation(let user, let hasSystemd):
      hasSystemd
        ? "as root: loginctl enable-linger \(user), and have systemd-run installed"
        : "as root: make a control group, and give user \(user) its folder, cgroup.procs and cgroup.subtree_control by chown"
    }
  }

  private static func names(_ controllers: [Controller]) -> String {
    controllers.map(\.rawValue).joined(separator: " ")
  }
}
