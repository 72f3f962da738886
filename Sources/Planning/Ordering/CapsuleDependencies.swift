package import ManifestFormat

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

  /// Throws why a name in the manifest cannot be derived from.
  package init(of manifest: Manifest) throws(CapabilityName.Problem) {
    var sources = EffectiveProvides.Sources()
    sources.publishedTopics = manifest.capabilities.publish.map(\.value)
    sources.tools = manifest.extensions.tools.compactMap { $0.name?.value }
    sources.llmProviders = manifest.extensions.llmProviders.compactMap { $0.id?.value }
    sources.uplinks = manifest.extensions.uplinks.compactMap { $0.name?.value }
    let declared = manifest.dependencies.provides.map(\.value)
    self.init(
      name: manifest.name, provides: try EffectiveProvides(declared: declared, sources: sources).names,
      requires: manifest.dependencies.requires.map(\.value))
  }
}
