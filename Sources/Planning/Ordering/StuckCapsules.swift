internal import ManifestFormat

/// The capsules that can never have a provider of each of their needs before them, and the edges that hold them.
struct StuckCapsules {
  private let graph: DependencyGraph
  /// In the order of the input.
  let capsules: [Int]
  /// The numbers of strongly connected components, for capsules and needs as in `DependencyGraph.successors`.
  let component: [Int]
  /// The needs of which no provider can be had. The others hold nobody up.
  private let isOpen: [Bool]

  init(_ graph: DependencyGraph) {
    self.graph = graph
    let reached = Self.reachable(graph)
    isOpen = reached.isOpen
    capsules = graph.capsules.indices.filter { !reached.isReached[$0] }
    var successors = graph.successors
    for capsule in graph.capsules.indices {
      successors[capsule].removeAll { !reached.isOpen[$0 - graph.capsules.count] }
    }
    component = StronglyConnected.components(of: successors)
  }

  /// Takes each capsule as soon as one provider of each of its needs was taken.
  private static func reachable(_ graph: DependencyGraph) -> (isReached: [Bool], isOpen: [Bool]) {
    var openNeeds = graph.required.map(\.count)
    var isOpen = graph.needs.map { _ in true }
    var queue = graph.capsules.indices.filter { openNeeds[$0] == 0 }
    var isReached = openNeeds.map { $0 == 0 }
    var head = 0
    while head < queue.count {
      for need in graph.provided[queue[head]] where isOpen[need] {
        isOpen[need] = false
        for consumer in graph.needs[need].consumers {
          openNeeds[consumer] -= 1
          if openNeeds[consumer] == 0 {
            isReached[consumer] = true
            queue.append(consumer)
          }
        }
      }
      head += 1
    }
    return (isReached, isOpen)
  }

  /// The shortest way from a member of a cycle back to it, by breadth-first search.
  func shortestCycle(from start: Int) -> [DependencyCycle.Step] {
    let provided = Set(graph.provided[start])
    var cameFrom: [Int: (capsule: Int, need: Int)] = [:]
    var visitedNeeds: Set<Int> = []
    var queue = [start]
    var head = 0
    while head < queue.count {
      let capsule = queue[head]
      head += 1
      for need in openNeeds(of: capsule) {
        if capsule != start, provided.contains(need) {
          return steps(to: capsule, cameFrom) + [step(capsule, need)]
        }
        guard visitedNeeds.insert(need).inserted else { continue }
        for provider in graph.needs[need].providers
        where provider != start && cameFrom[provider] == nil && component[provider] == component[start] {
          cameFrom[provider] = (capsule, need)
          queue.append(provider)
        }
      }
    }
    preconditionFailure("a member of a cycle is on none")
  }

  private func openNeeds(of capsule: Int) -> [Int] { graph.required[capsule].filter { isOpen[$0] } }

  private func steps(to capsule: Int, _ cameFrom: [Int: (capsule: Int, need: Int)]) -> [DependencyCycle.Step] {
    var result: [DependencyCycle.Step] = []
    var current = capsule
    while let (previous, need) = cameFrom[current] {
      result.append(step(previous, need))
      current = previous
    }
    return result.reversed()
  }

  private func step(_ capsule: Int, _ need: Int) -> DependencyCycle.Step {
    DependencyCycle.Step(capsule: graph.capsules[capsule].name, requirement: graph.needs[need].name)
  }
}
