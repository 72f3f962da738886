internal import Linux
package import Planning

/// Which namespaces can be made, each tried together with a user namespace.
package struct NamespaceFacts: Hashable, Sendable {
  package struct Kind: Hashable, Sendable {
    package var namespace: Namespace
    package var outcome: TrialOutcome

    package init(_ namespace: Namespace, _ outcome: TrialOutcome) {
      self.namespace = namespace
      self.outcome = outcome
    }
  }

  package var kinds: [Kind]
  /// All of them at once, with id maps written and a file system mounted inside; nil when clone3 is missing.
  package var together: TrialOutcome?
  package var surroundings: Surroundings

  package init(kinds: [Kind], together: TrialOutcome?, surroundings: Surroundings) {
    self.kinds = kinds
    self.together = together
    self.surroundings = surroundings
  }

  package var verdict: Verdict {
    let refused = kinds.filter { $0.outcome.error != nil }
    if let first = refused.first, let error = first.outcome.error {
      guard [.clone, .clone3].contains(error.call) else { return .unknown(first.outcome.problem ?? "") }
      let names = refused.map(\.namespace.rawValue).joined(separator: " ")
      return shut(refused.count == kinds.count ? "all refused" : "\(names) refused", error)
    }
    if let lost = kinds.first(where: { $0.outcome != .worked }) {
      return .unknown("\(lost.namespace.rawValue): \(lost.outcome.problem ?? "")")
    }
    switch together {
    case .worked?: return .ok(kinds.map(\.namespace.rawValue).joined(separator: " ") + ", with id maps")
    case .failed(let error)? where error.call == .open:
      return .unknown("id maps cannot be written: \(error.subject): \(error.errno.meaning)", fix: "mount /proc")
    case .failed(let error)?:
      if error.call == .write {
        return shut("the id maps were refused", error, surroundings.refusalOfMaps(error.errno))
      }
      return shut("they can be made, but not used", error)
    case .lost?: return .unknown(together?.problem ?? "")
    case nil: return .unknown("they can be made by clone; without clone3 no id maps can be tried")
    }
  }

  private func shut(_ what: String, _ error: SysError) -> Verdict {
    shut(what, error, surroundings.refusal(of: error.errno))
  }

  private func shut(_ what: String, _ error: SysError, _ refusal: Surroundings.Refusal) -> Verdict {
    let cause = refusal.cause.map { ": " + $0 } ?? ""
    return .missing("\(what) (\(error.call.rawValue): \(error.errno.name))\(cause)", fix: refusal.fix)
  }
}

/// Whether a fresh /proc can be mounted in new namespaces.
package struct ProcessListFacts: Hashable, Sendable {
  /// nil when there are no namespaces to try it in.
  package var outcome: TrialOutcome?
  /// Mount points below /proc, by which an outer container hides parts of it.
  package var hidden: [String]
  package var surroundings: Surroundings

  package init(outcome: TrialOutcome?, hidden: [String], surroundings: Surroundings) {
    self.outcome = outcome
    self.hidden = hidden
    self.surroundings = surroundings
  }

  package var verdict: Verdict {
    switch outcome {
    case .worked?: return .ok("can be mounted")
    case nil: return .unknown("cannot be tried without user namespaces")
    case .lost?: return .unknown(outcome?.problem ?? "")
    case .failed(let error)?:
      let detail = "refused (\(error.call.rawValue): \(error.errno.name))"
      guard error.errno == .notPermitted, !hidden.isEmpty else {
        return .missing(detail, fix: surroundings.refusal(of: error.errno).fix)
      }
      let some = hidden.prefix(3).joined(separator: " ") + (hidden.count > 3 ? " ..." : "")
      return .missing(
        "\(detail): \(hidden.count) \(hidden.count == 1 ? "path" : "paths") of the outer one hidden: \(some)",
        fix: surroundings.wayOut)
    }
  }
}
