internal import Linux

/// How the start of a whole sandbox went, up to the program, which is not there.
package struct RehearsalFacts: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case worked
    case failed(SetUpFailure)
    /// It could not be carried out; why, in words.
    case untold(String)
  }

  package var outcome: Outcome

  package init(outcome: Outcome) { self.outcome = outcome }

  /// `explain` gives cause and remedy of a failure in words.
  package func verdict(explain: (SetUpFailure) -> (cause: String, remedy: String?)) -> Verdict {
    switch outcome {
    case .worked: return .ok("set up to the last step, as for capsrun box")
    case .untold(let why): return .unknown(why)
    case .failed(let failure):
      let (cause, remedy) = explain(failure)
      return .missing(cause, fix: remedy ?? "see what is missing above")
    }
  }
}
