/// What the order of capsules depends on. The name is only for messages: it plays no part in the order.
package struct CapsuleDependencies: Hashable, Sendable {
  package let name: String
  /// What others may require; see `EffectiveProvides`.
  package let provides: [CapabilityName]
  package let requires: [CapabilityName]

  package init(name: String, provides: [CapabilityName] = [], requires: [CapabilityName] = []) {
    self.name = name
    self.provides = provides
    self.requires = requires
  }
}
