internal import Linux

/// The kernel's own word on how new it is.
package struct KernelFacts: Hashable, Sendable {
  package var release: String

  package init(release: String) { self.release = release }

  /// Major and minor number, which is what features came with.
  package var version: (major: Int, minor: Int)? {
    let parts = release.split(separator: ".", maxSplits: 2)
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isASCII && $0.isNumber })
    else { return nil }
    return (major, minor)
  }

  /// Whether the full tier may be reached; nil when the release cannot be read.
  package var isFullTier: Bool? { version.map { $0 >= (5, 19) } }

  package var verdict: Verdict {
    switch isFullTier {
    case nil: .unknown("the release \"\(release)\" has no number")
    case true?: .ok("Linux \(release)")
    case false?: .degraded("Linux \(release)", fix: "use Linux 5.19 or newer")
    }
  }
}

/// Whether a process can be made by clone3, which some containers refuse.
package struct Clone3Facts: Hashable, Sendable {
  package var outcome: TrialOutcome
  /// Without it the older call does the same.
  package var isOffered: Bool
  package var surroundings: Surroundings

  package init(outcome: TrialOutcome, isOffered: Bool = true, surroundings: Surroundings) {
    self.isOffered = isOffered
    self.outcome = outcome
    self.surroundings = surroundings
  }

  package var verdict: Verdict {
    switch outcome {
    case .worked: return .ok(isOffered ? "works" : "not offered; the older call clone does the same")
    case .lost: return .unknown(outcome.problem ?? "")
    case .failed(let error):
      let detail = outcome.problem ?? ""
      guard error.call == .clone3 else { return .unknown(detail) }
      if error.errno == .tryAgain { return .missing(detail, fix: Surroundings.processLimit) }
      if surroundings.isFiltered {
        return .missing(detail + ", by a seccomp filter around this process", fix: surroundings.wayOut)
      }
      return .missing(
        detail,
        fix: error.errno == .notImplemented ? "use Linux 5.3 or newer" : surroundings.refusal(of: error.errno).fix)
    }
  }
}
