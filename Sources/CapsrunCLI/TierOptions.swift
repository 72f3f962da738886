internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// By which whoever starts something lets it do without a layer.
struct TierOptions {
  static let allowDegraded = Option.list(
    "allow-degraded", "LAYER",
    "start also where this is missing: landlock, proc, namespaces, signals, or the limits of cgroup.memory and so on",
    .words([
      "landlock", "proc", "namespaces", "signals", "cgroup.cpu", "cgroup.cpuset", "cgroup.io", "cgroup.memory",
      "cgroup.pids",
    ]))
  /// Of `capsrun entrypoint` alone, which asks for the best that there is.
  static let minimalTier = Option.value(
    "min-tier", "TIER", "the weakest that will do: full, reduced, filter-only",
    .words(["full", "reduced", "filter-only"]))

  private let allowed: [Degradation]
  private let minimalTier: Tier?
  /// Whether the manifest's own word is a permission, too.
  private let trustsManifest: Bool

  init(_ invocation: Invocation, trustsManifest: Bool = false) {
    allowed = invocation.list(Self.allowDegraded).compactMap { Degradation(rawValue: $0) }
    minimalTier = invocation.value(Self.minimalTier).flatMap { Tier(rawValue: $0) }
    self.trustsManifest = trustsManifest
  }

  /// What is looked for before anything is planned; nil where nothing may be missing.
  var layers: [Degradation]? {
    if trustsManifest { return [.landlock, .processes, .namespaces] }
    return allowed.isEmpty ? nil : allowed
  }

  /// The permissions of a start. What the manifest demands stands above them.
  func apply(to request: inout PlanRequest) {
    request.degrading.allowed = allowed
    guard trustsManifest else { return }
    if let tier = minimalTier ?? request.degrading.minimalTier {
      request.degrading.allowed += Degradation.allowed(from: tier)
    }
    guard let minimalTier else { return }
    request.degrading.minimalTier = max(minimalTier, request.degrading.minimalTier ?? minimalTier)
  }

  /// Looks what is missing here. Without namespaces, or without the right to mount, root is of no use, and is given up.
  func look() throws(DiagnosticList) -> MachineAbilities? {
    guard let layers else { return nil }
    if CurrentProcess.user == 0, !CurrentProcess.mayAdministrate { try UserSwitch.leaveRootForGood() }
    let found = try gather(layers)
    guard CurrentProcess.user == 0, found.lack(of: .namespaces) != nil else { return found }
    try UserSwitch.leaveRootForGood()
    // Another user may write elsewhere.
    return try gather(layers)
  }

  private func gather(_ layers: [Degradation]) throws(DiagnosticList) -> MachineAbilities {
    try reporting("look at this machine") { () throws(SysError) in try MachineAbilities.gather(layers) }
  }
}

extension Plan {
  /// One warning for each layer that it does without.
  func warnings(_ abilities: MachineAbilities?) -> [Diagnostic] {
    degraded.map { degraded in
      Diagnostic(
        "runs without \(degraded.layer.rawValue), so that \(degraded.layer.loss): \(degraded.cause)",
        hint: abilities?.lack(of: degraded.layer)?.fix, severity: .warning, exitCode: .success)
    }
  }
}
