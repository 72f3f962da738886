package import Linux

/// What the kernel's seccomp filters can do.
package struct SeccompFacts: Hashable, Sendable {
  /// By the kernel's names, or why filters cannot be had.
  package var actions: Result<[String], SysError>
  /// Sizes of a notification, its response and the data about the call; nil when the kernel does not tell them.
  package var notificationSizes: [UInt16]?
  package var surroundings: Surroundings

  /// What the filters of this program answer with.
  private static let required = ["allow", "errno", "kill_process"]

  package init(actions: Result<[String], SysError>, notificationSizes: [UInt16]?, surroundings: Surroundings) {
    self.actions = actions
    self.notificationSizes = notificationSizes
    self.surroundings = surroundings
  }

  package var verdict: Verdict {
    switch actions {
    case .failure(let error): return refused(error)
    case .success(let actions):
      let lacking = Self.required.filter { !actions.contains($0) }
      let seen = actions.joined(separator: " ")
      guard lacking.isEmpty else {
        return .missing("no action \(lacking.joined(separator: " ")), only \(seen)", fix: "use Linux 4.14 or newer")
      }
      guard actions.contains("user_notif"), let notificationSizes else {
        return .degraded("\(seen); no notifications", fix: "use Linux 5.0 or newer")
      }
      return .ok("\(seen); notifications of \(notificationSizes.map(String.init).joined(separator: "/")) bytes")
    }
  }

  private func refused(_ error: SysError) -> Verdict {
    let detail = "\(error.errno.meaning) (seccomp: \(error.errno.name))"
    switch error.errno {
    case .notImplemented where !surroundings.isFiltered, .invalidArgument:
      return .missing(detail, fix: "use a kernel with CONFIG_SECCOMP_FILTER")
    default: return .unknown(detail + ": an outer filter does not let it be asked", fix: surroundings.wayOut)
    }
  }
}
