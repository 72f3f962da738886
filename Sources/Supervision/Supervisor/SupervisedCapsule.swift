package import Planning
package import Sandbox

/// What a supervisor is given: a plan, and what is told of it.
package struct SupervisedCapsule {
  /// The name that it runs under.
  package var name: String
  /// The full id; nil for an unpacked folder.
  package var id: String?
  package var version: String?
  /// The names of what other capsules may require of it.
  package var provides: [String] = []
  package var plan: Plan
  package var policyHash: String
  /// Where its limits are held; nil without limits.
  package var place: GroupPlace?
  /// Whether its output goes to the caller too, and it ends with its last process.
  package var isForeground = false
  /// Why a process could not be started, as it is told.
  package var describe: (SetUpFailure, PlannedProcess) -> StartProblem

  package init(
    name: String, plan: Plan, policyHash: String, place: GroupPlace?,
    describe: @escaping (SetUpFailure, PlannedProcess) -> StartProblem
  ) {
    self.name = name
    self.plan = plan
    self.policyHash = policyHash
    self.place = place
    self.describe = describe
  }

  /// How its processes depend on each other, which whoever plans for a supervisor has asked for.
  package var graph: ProcessGraph {
    guard let graph = plan.graph else { preconditionFailure("a plan for the foreground") }
    precondition(graph.nodes.count == plan.processes.count, "a graph of other processes")
    return graph
  }
}

/// Why a process could not be started: in words, and by the exit code that a shell would give it.
package struct StartProblem: Hashable, Sendable {
  let text: String
  let exitCode: Int32

  package init(text: String, exitCode: Int32) {
    self.text = text
    self.exitCode = exitCode
  }
}
