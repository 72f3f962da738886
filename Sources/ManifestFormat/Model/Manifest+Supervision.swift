extension Manifest.Process {
  /// Those of its keys that say how it is started, started again and stopped among others, and nothing when it runs by itself.
  package var supervisionKeys: [String] {
    let keys: [(String, Bool)] = [
      ("restart_policy", restartPolicy != nil), ("restart_delay", restartDelay != nil),
      ("restart", restart != Manifest.Restart()), ("success_exit_codes", !successExitCodes.isEmpty),
      ("depends_on", !dependsOn.isEmpty), ("ready", ready != nil), ("stop", stop != Manifest.Stop()),
      ("replicas", replicas != nil), ("group", group != nil), ("oneshot", isOneshot != nil),
      ("logs", logs != Manifest.Logs()),
    ]
    return keys.filter(\.1).map(\.0)
  }
}

extension Manifest {
  /// Whether it says more of its processes than what one of them by itself is.
  package var isForSupervision: Bool {
    services.count > 1 || processes.count > 1 || processes.contains { !$0.supervisionKeys.isEmpty }
  }
}
