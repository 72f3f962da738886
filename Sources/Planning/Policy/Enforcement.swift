package import Diagnostics
package import ManifestFormat

/// A grant of a plan, and what of the kernel holds the workload to it.
package struct EnforcedGrant: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable {
    case read = "fs_read"
    case write = "fs_write"
  }

  package let kind: Kind
  /// The path of the host.
  package let subject: String
  /// Where it is inside.
  package let target: String
  /// Without any of these, more than the grant could be reached.
  package let required: [Ruling.Layer]
  /// The tiers in which all required layers are there.
  package let tiers: [Tier]

  package var json: JSONValue {
    .object([
      .init("kind", .string(kind.rawValue)), .init("subject", .string(subject)), .init("target", .string(target)),
      .init("required", .array(required.map { .string($0.rawValue) })),
      .init("tiers", .array(tiers.map { .string($0.rawValue) })),
    ])
  }
}

extension Tier {
  /// The layers that a tier has for certain.
  var layers: Set<Ruling.Layer> {
    switch self {
    case .full, .reduced: [.mounts, .readOnlyMount, .permissions, .processes, .network, .systemCalls, .capabilities]
    case .filterOnly: [.permissions, .systemCalls, .capabilities]
    }
  }
}

extension Plan {
  /// Every grant that somebody asked for, with its layers.
  package var grants: [EnforcedGrant] {
    setup.compactMap { step in
      guard case .bind(let bind) = step, bind.isGrant else { return nil }
      let kind: EnforcedGrant.Kind = bind.access == .write ? .write : .read
      // What is not shown is not there; what is shown for reading only lies below a mount that the kernel keeps read-only.
      let required: [Ruling.Layer] = kind == .write ? [.mounts] : [.mounts, .readOnlyMount]
      return EnforcedGrant(
        kind: kind, subject: bind.source, target: bind.target, required: required,
        tiers: Tier.allCases.filter { $0.layers.isSuperset(of: required) })
    }
  }
}

extension BindStep {
  /// Whether somebody asked for it, as opposed to what every sandbox shows, and the capsule itself.
  fileprivate var isGrant: Bool {
    access != .device && target != CapsulePlanning.root.description && (identity != nil || presence == .optional)
  }
}
