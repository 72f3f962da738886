package import ManifestFormat

/// What a capsule provides: what it declares, or if that is nothing, what follows from the rest of its manifest.
package struct EffectiveProvides: Hashable, Sendable {
  package let names: [CapabilityName]
  package let isDerived: Bool

  /// The names in a manifest from which capabilities follow.
  package struct Sources: Hashable, Sendable {
    package var publishedTopics: [String] = []
    package var tools: [String] = []
    package var llmProviders: [String] = []
    package var uplinks: [String] = []

    package init() {}
  }

  /// Throws why the name of a derived capability is none.
  package init(declared: [CapabilityName], sources: Sources) throws(CapabilityName.Problem) {
    isDerived = declared.isEmpty
    names = isDerived ? try Self.derived(from: sources) : declared
  }

  /// Derived names with a `*`. It stands for one segment alone, which is less than a publisher of a pattern may mean, so
  /// that `provides` had better be declared.
  package var derivedPatterns: [CapabilityName] { isDerived ? names.filter(\.hasWildcard) : [] }

  private static func derived(from sources: Sources) throws(CapabilityName.Problem) -> [CapabilityName] {
    var result: [CapabilityName] = []
    let groups = [
      ("topic:", sources.publishedTopics), ("tool:", sources.tools), ("llm:", sources.llmProviders),
      ("uplink:", sources.uplinks),
    ]
    for (type, bodies) in groups {
      for body in bodies { result.append(try CapabilityName(type + body)) }
    }
    return result
  }
}
