package import Linux
package import Planning

/// How one process of a graph stands, for those who look at it.
package struct NodeStatus: Hashable, Sendable {
  /// What a process waits for.
  package struct Block: Hashable, Sendable {
    package let process: Int
    /// How far that process must come; nil until it has ended, as in a stop in order.
    package let condition: ProcessDependency.Condition?

    package init(process: Int, condition: ProcessDependency.Condition?) {
      self.process = process
      self.condition = condition
    }
  }

  /// A wait before the next start.
  package struct Backoff: Hashable, Sendable {
    /// Which of the starts again within the window it is, and how many there may be.
    package let attempt: Int
    package let limit: Int
    /// The moment of the start.
    package let until: UInt64
  }

  package let state: ProcessState
  /// The one that is being made, runs or is being ended; nil when nothing of it is there.
  package let instance: Instance?
  package let blockedBy: Block?
  /// How often it was started again by its rule, and how often by hand.
  package let restarts: Int
  package let manualRestarts: Int
  /// How its first process ended the last time; nil when it never has, or could not be made the last time.
  package let ending: Ending?
  /// Why it could not be made the last time.
  package let problem: String?
  /// Why it is failed or disabled, such as `start-limit`, `exit 125`, `dependency db failed`, `stopped` or `killed`.
  package let reason: String?
  package let backoff: Backoff?
  /// The moment when the state began, and when the present instance became its program.
  package let since: UInt64
  package let startedAt: UInt64?
}
