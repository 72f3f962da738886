package import Linux

/// Why a sandbox was not started, or how it was lost.
package enum LaunchError: Error, Sendable {
  /// A standard stream of the caller is a folder of the host.
  case folderAsStream(name: String)
  /// A standard stream of the caller is a socket that can send to anybody, where no network namespace keeps that inside.
  case socketAsStream(name: String)
  /// This program has no seccomp profile of that name.
  case unknownProfile(name: String)
  /// Something of the set-up failed; nothing of the workload ran.
  case setUp(SetUpFailure)
  /// The program could not be executed; what was found to be in the way.
  case program(candidates: [String], SysError, ExecutionObstacle?)
  /// PID 1 of the sandbox ended without a word.
  case lost(Ending)
}

/// The step of the set-up that failed, and the system call in it.
package struct SetUpFailure: Error, Hashable, Sendable {
  package let stage: Stage
  /// The step in words, as `explain` shows it.
  package let step: String
  package let error: SysError
  /// Of an execution: what was found to be in the way.
  package var obstacle: ExecutionObstacle? {
    switch found {
    case .nothing: nil
    case .obstacle(let obstacle): obstacle
    }
  }
  private let found: Found

  /// Kept elsewhere, as each call of a start that may fail has room for one of these errors on its stack.
  private indirect enum Found: Hashable, Sendable {
    case nothing
    case obstacle(ExecutionObstacle)
  }

  package init(stage: Stage, step: String, error: SysError, obstacle: ExecutionObstacle? = nil) {
    self.stage = stage
    self.step = step
    self.error = error
    found = obstacle.map { .obstacle($0) } ?? .nothing
  }

  /// Where in a start it happened.
  package enum Stage: String, Hashable, Sendable {
    /// Making the process with its namespaces and id maps.
    case namespaces
    /// Taking hold of the host files that are shown inside.
    case sources
    /// Making a process in a sandbox that is there already.
    case joining
    /// Making control groups, and holding them to their limits.
    case limits
    /// A step of the plan.
    case step
    /// Confining the process that is about to become the program.
    case confinement
    /// Trying from inside whether the confinement holds.
    case tripwire
    /// Becoming the program.
    case execution
  }
}

extension SetUpFailure {
  /// Runs `body` and names the stage and the step of its failure.
  @discardableResult
  package static func catching<Result: ~Copyable>(
    _ stage: Stage, _ step: String, _ body: () throws(SysError) -> Result
  ) throws(SetUpFailure) -> Result {
    do throws(SysError) {
      return try body()
    } catch {
      throw SetUpFailure(stage: stage, step: step, error: error)
    }
  }
}
