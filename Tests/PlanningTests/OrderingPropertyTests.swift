import ManifestFormat
import Testing

@testable import Planning

/// The order, asked of many small random graphs, and compared with definitions that are slow but plain.
@Suite struct OrderingPropertyTests {
  @Test(arguments: 0..<20) func `random capsules are ordered as the definitions say`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    var kinds: Set<String> = []
    for _ in 0..<200 {
      let capsules = try randomCapsules(&numbers)
      let plain = PlainGraph(capsules)
      do {
        let order = try CapsuleOrder(capsules)
        try check(order, plain)
        kinds.insert(order.isRelaxed ? "relaxed" : "kept")
      } catch let error as OrderError {
        guard case .cycle(let deadlock, let warnings) = error else { throw error }
        check(deadlock, plain)
        #expect(warnings == plain.unmet)
        kinds.insert(deadlock.blocked.isEmpty ? "cycle" : "cycle and blocked")
      }
    }
    #expect(kinds == ["relaxed", "kept", "cycle", "cycle and blocked"], "else these graphs prove too little")
  }

  @Test(arguments: 0..<20) func `in random graphs without cycles every provider goes first`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed &+ 1000)
    for _ in 0..<500 {
      let count = Int.random(in: 2...8, using: &numbers)
      let rank = Array(0..<count).shuffled(using: &numbers)
      let capsules = try (0..<count).map { one in
        let required = (0..<count).filter { rank[$0] < rank[one] && Bool.random(using: &numbers) }
        return try capsule("c\(one)", provides: ["t:c\(one)"], requires: required.map { "t:c\($0)" })
      }
      let order = try CapsuleOrder(capsules)
      // One expectation for each graph: they cost more than the order.
      #expect(order.warnings.isEmpty && order.positions == PlainGraph(capsules).seedOrder())
    }
  }

  private func randomCapsules(_ numbers: inout SeededNumbers) throws -> [CapsuleDependencies] {
    let pool = ["t:a", "t:b", "t:c", "t:d", "t:e.a", "t:e.b", "t:*", "t:e.*", "t:*.a", "u:a", "a", "b"]
    let count = Int.random(in: 1...9, using: &numbers)
    let most = Int.random(in: 1...3, using: &numbers)
    return try (0..<count).map { one in
      let provides = (0..<Int.random(in: 0...most, using: &numbers)).map { _ in
        pool.randomElement(using: &numbers) ?? ""
      }
      let requires = (0..<Int.random(in: 0...most, using: &numbers)).map { _ in
        pool.randomElement(using: &numbers) ?? ""
      }
      return try capsule("c\(one)", provides: provides, requires: requires)
    }
  }

  private func check(_ order: CapsuleOrder, _ plain: PlainGraph) throws {
    #expect(order.positions.sorted() == Array(plain.capsules.indices), "each capsule once")
    #expect(order.names == order.positions.map { "c\($0)" })
    #expect(Array(order.warnings.prefix(plain.unmet.count)) == plain.unmet)
    let relaxed = order.warnings.dropFirst(plain.unmet.count)
    #expect(order.isRelaxed == !relaxed.isEmpty)
    var place = order.positions
    for (index, capsule) in order.positions.enumerated() { place[capsule] = index }
    let reported = Dictionary(
      uniqueKeysWithValues: relaxed.compactMap {
        if case .relaxed(let name, let need) = $0 { (name, need) } else { nil }
      })
    for (consumer, name, providers) in plain.requirements {
      #expect(providers.contains { place[$0] < place[consumer] }, "one provider goes first")
      for provider in providers where place[provider] > place[consumer] {
        let need = try #require(reported[name], "what is not kept to is told")
        #expect(need.early.contains("c\(consumer)") && need.surplusProviders.contains("c\(provider)"))
        #expect(plain.reach(provider, consumer, plain.edges), "only an edge on a cycle is not kept to")
      }
    }
    for need in reported.values { #expect(!need.early.isEmpty && !need.surplusProviders.isEmpty) }
    if let seedOrder = plain.seedOrder() { #expect(order.positions == seedOrder) }
  }

  private func check(_ deadlock: DependencyDeadlock, _ plain: PlainGraph) {
    let edges = plain.edgesAmongStuck()
    func isOnCycle(_ one: Int) -> Bool { plain.reach(one, one, edges) }
    let stuck = plain.stuck()
    #expect(!stuck.isEmpty)
    #expect(deadlock.involved == stuck.filter(isOnCycle).map { "c\($0)" })
    #expect(deadlock.blocked == stuck.filter { !isOnCycle($0) }.map { "c\($0)" })
    #expect(deadlock.cycles.flatMap(\.members).sorted() == deadlock.involved.sorted())
    for cycle in deadlock.cycles {
      let members = cycle.members.compactMap { Int($0.dropFirst()) }
      #expect(members.count > 1)
      let partners = stuck.filter { plain.reach($0, members[0], edges) && plain.reach(members[0], $0, edges) }
      #expect(members == partners)
      for (step, next) in zip(cycle.path, cycle.path.dropFirst() + cycle.path.prefix(1)) {
        let provides = plain.capsules[Int(next.capsule.dropFirst()) ?? 0].provides
        #expect(plain.capsules[Int(step.capsule.dropFirst()) ?? 0].requires.contains(step.requirement))
        #expect(step.capsule != next.capsule && provides.contains { $0.matches(step.requirement) })
      }
      #expect(cycle.path.first?.capsule == cycle.members.first)
      #expect(Set(cycle.path.map(\.capsule)).count == cycle.path.count && cycle.path.count > 1)
    }
  }
}

/// Who waits for whom, by comparing everything with everything.
private struct PlainGraph {
  let capsules: [CapsuleDependencies]
  /// Those that somebody else satisfies, each once, with all those who do.
  private(set) var requirements: [(consumer: Int, name: CapabilityName, providers: [Int])] = []
  private(set) var unmet: [OrderWarning] = []

  init(_ capsules: [CapsuleDependencies]) {
    self.capsules = capsules
    for (consumer, capsule) in capsules.enumerated() {
      for (index, name) in capsule.requires.enumerated() where !capsule.requires[..<index].contains(name) {
        let all = capsules.indices.filter { capsules[$0].provides.contains { name.matches($0) } }
        let others = all.filter { $0 != consumer }
        if !others.isEmpty {
          requirements.append((consumer, name, others))
        } else if all.isEmpty {
          unmet.append(.unprovided(name, by: capsule.name))
        } else {
          unmet.append(.providedOnlyByItself(name, by: capsule.name))
        }
      }
    }
    edges = edges(requirements)
  }

  /// For each capsule, those that it waits for.
  private(set) var edges: [Set<Int>] = []

  private func edges(_ requirements: [(consumer: Int, name: CapabilityName, providers: [Int])]) -> [Set<Int>] {
    var result: [Set<Int>] = capsules.map { _ in [] }
    for (consumer, _, providers) in requirements { result[consumer].formUnion(providers) }
    return result
  }

  /// Kahn's algorithm as the text-books have it; nil with a cycle.
  func seedOrder() -> [Int]? {
    var missing = edges.map(\.count)
    var order = capsules.indices.filter { missing[$0] == 0 }
    var head = 0
    while head < order.count {
      for consumer in capsules.indices where edges[consumer].contains(order[head]) {
        missing[consumer] -= 1
        if missing[consumer] == 0 { order.append(consumer) }
      }
      head += 1
    }
    return order.count == capsules.count ? order : nil
  }

  /// Those that cannot be started, though one provider of each requirement is enough.
  func stuck() -> [Int] {
    var started: Set<Int> = []
    while true {
      let more = capsules.indices.filter { one in
        !started.contains(one)
          && requirements.allSatisfy { $0.consumer != one || !started.isDisjoint(with: $0.providers) }
      }
      if more.isEmpty { return capsules.indices.filter { !started.contains($0) } }
      started.formUnion(more)
    }
  }

  func edgesAmongStuck() -> [Set<Int>] {
    let stuck = Set(stuck())
    return edges(requirements.filter { stuck.isSuperset(of: $0.providers) && stuck.contains($0.consumer) })
  }

  /// Whether at least one edge leads from the one to the other.
  func reach(_ start: Int, _ end: Int, _ edges: [Set<Int>]) -> Bool {
    var seen: Set<Int> = []
    var open = [start]
    while let one = open.popLast() {
      for next in edges[one] where seen.insert(next).inserted { open.append(next) }
    }
    return seen.contains(end)
  }
}
