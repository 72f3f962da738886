/// One thing that was looked at on this machine, and what came out.
package struct HealthCheck: Hashable, Sendable {
  package enum State: String, Hashable, Sendable {
    case ok
    /// It works for some of what it is needed for.
    case degraded
    case missing
    /// It could not be told.
    case unknown
  }

  package let subject: HealthSubject
  package let verdict: Verdict

  package init(_ subject: HealthSubject, _ verdict: Verdict) {
    self.subject = subject
    self.verdict = verdict
  }

  package var state: State { verdict.state }
}

/// What facts amount to: the state, what was seen, and the one thing to do about it.
package struct Verdict: Hashable, Sendable {
  package let state: HealthCheck.State
  package let detail: String
  package let fix: String?

  package static func ok(_ detail: String) -> Verdict { Verdict(state: .ok, detail: detail, fix: nil) }
  package static func degraded(_ detail: String, fix: String) -> Verdict {
    Verdict(state: .degraded, detail: detail, fix: fix)
  }
  package static func missing(_ detail: String, fix: String) -> Verdict {
    Verdict(state: .missing, detail: detail, fix: fix)
  }
  package static func unknown(_ detail: String, fix: String? = nil) -> Verdict {
    Verdict(state: .unknown, detail: detail, fix: fix)
  }
}
