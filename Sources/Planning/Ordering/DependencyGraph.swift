internal import ManifestFormat

/// Who waits for whom. Capsules are known by their position in the input.
///
/// Between a capsule and those that provide what it requires stands a *need*: one for each different requirement. Ten
/// thousand capsules that require the same thing of ten thousand others are so twenty thousand edges, not a hundred
/// million; and however often a capsule says that it requires or provides something, it counts once.
struct DependencyGraph {
  struct Need {
    let name: CapabilityName
    /// Ascending, each once, never empty.
    let providers: [Int]
    /// Ascending, each once. A consumer may be a provider too, but is never the only one: nothing waits for itself.
    fileprivate(set) var consumers: [Int] = []
  }

  let capsules: [CapsuleDependencies]
  private(set) var needs: [Need] = []
  /// The needs that each capsule waits for, each once.
  private(set) var required: [[Int]]
  /// The needs that each capsule helps to satisfy, each once.
  private(set) var provided: [[Int]]
  /// Requirements that no other capsule satisfies, in the order of the input.
  private(set) var unmet: [OrderWarning] = []

  init(_ capsules: [CapsuleDependencies]) {
    self.capsules = capsules
    required = Array(repeating: [], count: capsules.count)
    provided = required
    var index = ProviderIndex(capsules)
    var providers: [CapabilityName: [Int]] = [:]
    var positions: [CapabilityName: Int] = [:]
    for (consumer, capsule) in capsules.enumerated() {
      for name in eachOnce(capsule.requires) {
        let found = providers[name] ?? index.providers(of: name)
        providers[name] = found
        if found.isEmpty {
          unmet.append(.unprovided(name, by: capsule.name))
        } else if found == [consumer] {
          unmet.append(.providedOnlyByItself(name, by: capsule.name))
        } else {
          let need = positions[name] ?? addNeed(name, providers: found)
          positions[name] = need
          needs[need].consumers.append(consumer)
          required[consumer].append(need)
        }
      }
    }
  }

  private mutating func addNeed(_ name: CapabilityName, providers: [Int]) -> Int {
    for provider in providers { provided[provider].append(needs.count) }
    needs.append(Need(name: name, providers: providers))
    return needs.count - 1
  }
}

private func eachOnce(_ names: [CapabilityName]) -> [CapabilityName] {
  var seen: Set<CapabilityName> = []
  return names.filter { seen.insert($0).inserted }
}

extension DependencyGraph {
  /// The graph as numbers: the capsules, then the needs; each with those that it waits for.
  var successors: [[Int]] {
    required.map { needs in needs.map { $0 + capsules.count } } + needs.map(\.providers)
  }
}

extension DependencyGraph.Need {
  func hasConsumer(_ capsule: Int) -> Bool {
    var low = 0
    var high = consumers.count
    while low < high {
      let middle = (low + high) / 2
      if consumers[middle] < capsule { low = middle + 1 } else { high = middle }
    }
    return low < consumers.count && consumers[low] == capsule
  }
}
