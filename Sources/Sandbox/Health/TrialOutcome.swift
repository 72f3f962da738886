package import Linux

/// How something went that was tried in a child process.
package enum TrialOutcome: Hashable, Sendable {
  case worked
  case failed(SysError)
  /// The child ended without a word.
  case lost(Ending)

  package var error: SysError? {
    guard case .failed(let error) = self else { return nil }
    return error
  }

  /// What kept it from working, in words.
  package var problem: String? {
    switch self {
    case .worked: nil
    case .failed(let error): "\(error.errno.meaning) (\(error.call.rawValue): \(error.errno.name))"
    case .lost(let ending): "the trial ended without a word (\(ending.exitCode))"
    }
  }
}
