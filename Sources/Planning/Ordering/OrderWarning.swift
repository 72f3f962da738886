package import ManifestFormat

/// Something about the order of capsules that is worth telling, though it does not keep them from being started.
package enum OrderWarning: Hashable, Sendable {
  /// No capsule provides it. It counts as met.
  case unprovided(CapabilityName, by: String)
  /// The capsule that requires it is the only one that provides it, which is no help to it. It counts as met.
  case providedOnlyByItself(CapabilityName, by: String)
  /// Waiting for every provider would be a cycle, so that only some are waited for.
  case relaxed(CapabilityName, RelaxedNeed)
}

/// Capsules that start before some of the providers of what they require, though never before all of them.
package struct RelaxedNeed: Hashable, Sendable {
  /// The first of the providers, which stands before each of `early`.
  package let keptProvider: String
  package let early: [String]
  /// The providers that at least one of `early` does not wait for.
  package let surplusProviders: [String]
}

/// Why capsules cannot be ordered.
package enum OrderError: Error, Hashable, Sendable {
  /// Some capsules wait for each other, and no other provider helps. With the warnings that would have come with an order.
  case cycle(DependencyDeadlock, warnings: [OrderWarning])
  /// Requirements that no other capsule satisfies, for a caller who asked for none of these.
  case unmet([OrderWarning])
}
