/// The order in which capsules are started: those that provide something before those that require it.
///
/// Every provider of a requirement goes first, not only one. Where that would be a cycle it is enough that one does, which is
/// reported. Capsules that the requirements leave free keep the order of the input.
package struct CapsuleOrder: Hashable, Sendable {
  /// What becomes of a requirement that no other capsule satisfies.
  package enum UnmetRequirements: Sendable {
    case warn, refuse
  }

  /// The positions in the input, each once.
  package let positions: [Int]
  package let names: [String]
  package let warnings: [OrderWarning]
  /// Whether some capsule does not wait for all the providers of what it requires.
  package let isRelaxed: Bool

  package init(
    _ capsules: [CapsuleDependencies], unmetRequirements: UnmetRequirements = .warn
  ) throws(OrderError) {
    let graph = DependencyGraph(capsules)
    positions = Arrangement.order(graph)
    if positions.count < capsules.count { throw .cycle(DependencyDeadlock(graph), warnings: graph.unmet) }
    // A cycle comes first: it is wrong however strict the caller is.
    if unmetRequirements == .refuse, !graph.unmet.isEmpty { throw .unmet(graph.unmet) }
    let relaxed = graph.relaxedNeeds(in: positions)
    names = positions.map { capsules[$0].name }
    warnings = graph.unmet + relaxed
    isRelaxed = !relaxed.isEmpty
  }

  /// What belongs to the capsules, one for each in the order of the input, in the order of start.
  package func arranged<Entry>(_ entries: [Entry]) -> [Entry] {
    precondition(entries.count == positions.count, "not the capsules that were ordered")
    return positions.map { entries[$0] }
  }
}

extension DependencyGraph {
  /// What a whole order does not keep to.
  fileprivate func relaxedNeeds(in order: [Int]) -> [OrderWarning] {
    var place = order
    for (index, capsule) in order.enumerated() { place[capsule] = index }
    return needs.compactMap { need in
      let providers = need.providers.sorted { place[$0] < place[$1] }
      guard let first = providers.first, let last = providers.last else { return nil }
      // A consumer that is the last provider itself waits for all the others.
      let early = need.consumers.filter { place[$0] < place[last] }
      guard let earliest = early.map({ place[$0] }).min() else { return nil }
      let surplus = providers.filter { place[$0] > earliest }
      return .relaxed(
        need.name,
        RelaxedNeed(
          keptProvider: capsules[first].name, early: early.map { capsules[$0].name },
          surplusProviders: surplus.map { capsules[$0].name }))
    }
  }
}
