extension ControlGroupFacts {
  /// Whether the caller may make cgroups with limits.
  package var delegation: Verdict {
    guard hierarchies != nil else { return .unknown("/proc/self/mountinfo cannot be read") }
    guard hasLimits, let top else {
      return withoutUnified(fix: verdict.fix ?? "make /sys/fs/cgroup visible")
    }
    if isRoot {
      return top.isWritable
        ? .ok("root may write \(top.path)")
        : .missing("\(top.path) is read-only", fix: "as root: mount -o remount,rw \(top.path)")
    }
    if let own, own.isWritable { return delegated(own.controllers.words, "\(own.path) is writable") }
    guard session.hasBus, session.hasSystemdRun else { return withoutSession }
    if let problem = session.controllers.problem {
      return .unknown("systemd-run --user can be asked; what it hands on \(problem)")
    }
    return delegated(session.controllers.words, "systemd-run --user can be asked")
  }

  private func withoutUnified(fix: String) -> Verdict {
    guard isRoot else { return .missing("an ordinary user gets limits only by controllers on v2", fix: fix) }
    let old = writableOldControllers
    return old.isEmpty
      ? .missing("no controller can be written to", fix: fix)
      : .degraded("root may write v1's \(old.joined(separator: " ")) only", fix: fix)
  }

  private func delegated(_ controllers: [String], _ how: String) -> Verdict {
    let lacking = Self.needed.filter { !controllers.contains($0) }.joined(separator: " ")
    guard !lacking.isEmpty else { return .ok("\(how), with \(controllers.joined(separator: " "))") }
    return .degraded(
      "\(how), without \(lacking)",
      fix: "as root: put [Service] and Delegate=cpu memory pids io on two lines of "
        + "/etc/systemd/system/user@.service.d/delegate.conf, run systemctl daemon-reload, and log in again")
  }

  private var withoutSession: Verdict {
    let place = own.map { "\($0.path) is not writable" } ?? "the own cgroup is out of sight"
    if !session.isSystemdRunning {
      return .missing(
        "\(place), and systemd is not running", fix: "as root: give this user a cgroup of its own, by chown")
    }
    return session.hasBus
      ? .missing("\(place), and there is no systemd-run", fix: "install systemd's systemd-run")
      : .missing("\(place), and there is no user session", fix: "as root: loginctl enable-linger \(session.user)")
  }
}
