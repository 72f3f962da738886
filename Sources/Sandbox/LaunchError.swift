package import Linux

/// Why a sandbox was not started, or how it was lost.
package enum LaunchError: Error, Sendable {
  /// The folder for run-time files cannot be used.
  case runFolder(path: String, SysError)
  /// The folder for run-time files belongs to somebody else, or others may write in it.
  case foreignRunFolder(path: String)
  /// A seccomp profile of this program cannot be compiled on this machine.
  case brokenProfile(name: String, problem: String)
  /// Something of the set-up failed; nothing of the workload ran.
  case setUp(SetUpFailure)
  /// The program could not be executed.
  case program(candidates: [String], SysError)
  /// PID 1 of the sandbox ended without a word.
  case lost(Ending)
}

/// The step of the set-up that failed, and the system call in it.
package struct SetUpFailure: Error, Hashable, Sendable {
  package let stage: Stage
  /// The step in words, as `explain` shows it.
  package let step: String
  package let error: SysError

  /// Where in a start it happened.
  package enum Stage: String, Hashable, Sendable {
    /// Making the process with its namespaces and id maps.
    case namespaces
    /// Taking hold of the host files that are shown inside.
    case sources
    /// A step of the plan.
    case step
    /// Confining the process that is about to become the program.
    case confinement
    /// Becoming the program.
    case execution
  }
}
