package import ManifestFormat

/// The capsules that cannot be ordered.
package struct DependencyDeadlock: Hashable, Sendable {
  /// Never empty; in the order of the input, as are the names in each.
  package let cycles: [DependencyCycle]
  /// Those that are on no cycle, but cannot do without one that is.
  package let blocked: [String]

  /// The members of all the cycles, in the order of the input.
  package let involved: [String]
}

/// Capsules each of which waits, over others or not, for each other.
package struct DependencyCycle: Hashable, Sendable {
  package let members: [String]
  /// One way around, as short as there is from the first member: each requires something of the next, the last of the
  /// first. With more than two members it may leave some out.
  package let path: [Step]

  package struct Step: Hashable, Sendable {
    package let capsule: String
    package let requirement: CapabilityName
  }
}

extension DependencyDeadlock {
  /// What is left when every capsule is taken away that has a provider of each of its needs among those taken before.
  /// To be asked for only when no order was found: then something is left, or one of the two searches is wrong.
  init(_ graph: DependencyGraph) {
    let stuck = StuckCapsules(graph)
    precondition(!stuck.capsules.isEmpty, "no order, and no cycle")
    var members: [Int: [Int]] = [:]
    for capsule in stuck.capsules { members[stuck.component[capsule], default: []].append(capsule) }
    func isOnCycle(_ capsule: Int) -> Bool { (members[stuck.component[capsule]] ?? []).count > 1 }
    func names(_ capsules: [Int]) -> [String] { capsules.map { graph.capsules[$0].name } }

    cycles = stuck.capsules.filter(isOnCycle).compactMap { capsule in
      guard let members = members[stuck.component[capsule]], members.first == capsule else { return nil }
      return DependencyCycle(members: names(members), path: stuck.shortestCycle(from: capsule))
    }
    involved = names(stuck.capsules.filter(isOnCycle))
    blocked = names(stuck.capsules.filter { !isOnCycle($0) })
  }
}
